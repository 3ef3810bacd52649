import { Egress, type EgressDeps } from "../../../src/lib/egress/index.ts";
import { systemClock } from "../../../src/lib/clock.ts";

/** A server on loopback that remembers what it was asked. */
export interface Canary extends AsyncDisposable {
  readonly port: number;
  readonly origin: string;
  /** Headers of each request; those of the request itself are gone once it is answered. */
  readonly seen: Headers[];
}

export function canary(answer: (request: Request, url: URL) => Response | Promise<Response>): Canary {
  const seen: Headers[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch(request) {
      seen.push(new Headers(request.headers));
      return answer(request, new URL(request.url));
    },
  });
  const port = server.port ?? 0;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    seen,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

export function egress(deps: Partial<EgressDeps> = {}): Egress {
  return new Egress({
    clock: systemClock,
    resolve: () => Promise.reject(new Error("this test resolves no name")),
    ...deps,
  });
}

/** The error a promise ends with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}
