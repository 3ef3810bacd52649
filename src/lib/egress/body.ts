import type { Clock } from "../clock.ts";
import { codeOf, EgressError } from "./errors.ts";
import { Deadline } from "../deadline.ts";

/** What watches over a body, and who hears of it. */
export interface BodyGuard {
  readonly clock: Clock;
  readonly host: string;
  readonly maxBytes: number;
  readonly idleTimeoutMs: number;
  /** Why the caller gave up; undefined while it has not. */
  readonly callerReason: () => unknown;
  /** Ends the transfer underneath. */
  readonly abort: (reason: unknown) => void;
  /** Called once, when the body is over in whatever way. */
  readonly done: () => void;
  /** Told of a body that did not come to its end. */
  readonly broken: ((error: EgressError) => void) | undefined;
}

/** The body of `response`, ended with an error when it is too long or pauses too long. */
export function guardedBody(body: ReadableStream<Uint8Array>, guard: BodyGuard): ReadableStream<Uint8Array> {
  const { clock, host, maxBytes, idleTimeoutMs } = guard;
  const reader = body.getReader();
  let bytes = 0;
  const idle = new Deadline(clock, idleTimeoutMs, () =>
    guard.abort(new EgressError("timeout", `${host} sent nothing for ${idleTimeoutMs / 1000} s`)),
  );
  let over = false;
  const finish = () => {
    over = true;
    idle.stop();
    guard.done();
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        idle.push();
        const { done, value } = await reader.read();
        // Whoever reads may take its time; only the sender is watched.
        idle.rest();
        if (over) return;
        if (done) {
          finish();
          controller.close();
          return;
        }
        bytes += value.byteLength;
        if (bytes > maxBytes) throw new EgressError("too-large", `${host} sent more than ${maxBytes} bytes`);
        controller.enqueue(value);
      } catch (cause) {
        // The reader turned away while this was waiting: nobody is left to be told.
        if (over) return;
        const error = cause === guard.callerReason() ? cause : brokenBy(host, cause);
        if (error instanceof EgressError) guard.broken?.(error);
        guard.abort(error);
        finish();
        controller.error(error);
      }
    },
    cancel(reason) {
      guard.abort(reason);
      finish();
    },
  });
}

function brokenBy(host: string, cause: unknown): EgressError {
  if (cause instanceof EgressError) return cause;
  return new EgressError("network", `${host} broke the connection off: ${codeOf(cause)}`, { cause });
}
