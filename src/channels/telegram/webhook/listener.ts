import { createHash, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../../lib/clock.ts";
import { HEALTH_PATH } from "../account/addresses.ts";
import { callerOf, FailureGate } from "./failure-gate.ts";
import { MAX_UPDATE_BYTES, REQUEST_IDLE_S } from "./limits.ts";

export interface ListenerSettings {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly secret: string;
}

export interface ListenerDeps {
  readonly clock: Clock;
  /** Resolves once the update is durable. Rejects when it cannot be stored now. */
  readonly take: (update: unknown) => Promise<void>;
}

/** The listener Telegram calls. */
export interface Listener {
  readonly port: number;
  /** Resolves when the calls under way are answered. */
  stop(): Promise<void>;
}

const SECRET_HEADER = "x-telegram-bot-api-secret-token";

/** Tells a proxy that the update is in safe hands, which an empty 200 of anybody would not. */
const ACCEPTED = { "x-openclaw-delivery-accepted": "durable" };

/** Listens for updates. @throws Error of the system when the port is taken, TypeError when the secret is blank */
export function listenForUpdates(settings: ListenerSettings, { clock, take }: ListenerDeps): Listener {
  if (settings.secret.trim() === "") throw new TypeError("a webhook without a secret would hear everybody");
  const gate = new FailureGate(clock);
  const expected = digest(settings.secret);
  const server = Bun.serve({
    hostname: settings.host,
    port: settings.port,
    idleTimeout: REQUEST_IDLE_S,
    maxRequestBodySize: MAX_UPDATE_BYTES,
    development: false,
    error: () => new Response(null, { status: 500 }),
    async fetch(request, self) {
      const { pathname } = new URL(request.url);
      if (pathname === HEALTH_PATH) {
        return request.method === "GET" || request.method === "HEAD"
          ? new Response("ok")
          : empty(405, { allow: "GET" });
      }
      if (pathname !== settings.path) return empty(404);
      if (request.method !== "POST") return empty(405, { allow: "POST" });
      const caller = callerOf(self.requestIP(request)?.address ?? "", request.headers.get("x-forwarded-for"));
      const closedMs = gate.closedForMs(caller);
      if (closedMs > 0) return empty(429, { "retry-after": String(Math.ceil(closedMs / 1000)) });
      if (!timingSafeEqual(digest(request.headers.get(SECRET_HEADER) ?? ""), expected)) {
        gate.failed(caller);
        return empty(401);
      }
      const type = request.headers.get("content-type") ?? "";
      if (!/^application\/json\b/i.test(type)) return empty(415);
      const update = await bodyOf(request);
      if (update === undefined) return empty(400);
      try {
        await take(update);
      } catch {
        // Telegram comes again with what was not taken.
        return empty(503);
      }
      return empty(200, ACCEPTED);
    },
  });
  return {
    port: server.port ?? settings.port,
    async stop() {
      await server.stop();
    },
  };
}

async function bodyOf(request: Request): Promise<unknown> {
  try {
    const value: unknown = JSON.parse(await request.text());
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Of equal length whatever was said, so that comparing takes the same time. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function empty(status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status, headers: { ...headers } });
}
