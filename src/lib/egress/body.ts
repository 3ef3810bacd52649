import type { Clock } from "../clock.ts";
import { EgressError } from "./errors.ts";
import { Deadline } from "./deadline.ts";

interface BodyGuard {
  readonly clock: Clock;
  readonly host: string;
  readonly maxBytes: number;
  readonly idleTimeoutMs: number;
  /** Ends the transfer underneath. */
  readonly abort: (reason: unknown) => void;
  /** Called once, when the body is over in whatever way. */
  readonly done: () => void;
}

/** The body of `response`, ended with an error when it is too long or pauses too long. */
export function guardedBody(body: ReadableStream<Uint8Array>, guard: BodyGuard): ReadableStream<Uint8Array> {
  const { clock, host, maxBytes, idleTimeoutMs } = guard;
  const reader = body.getReader();
  let bytes = 0;
  const idle = new Deadline(clock, idleTimeoutMs, () =>
    guard.abort(new EgressError("timeout", `${host} sent nothing for ${idleTimeoutMs / 1000} s`)),
  );
  const finish = () => {
    idle.stop();
    guard.done();
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        idle.push();
        const { done, value } = await reader.read();
        if (done) {
          finish();
          controller.close();
          return;
        }
        bytes += value.byteLength;
        if (bytes > maxBytes) throw new EgressError("too-large", `${host} sent more than ${maxBytes} bytes`);
        controller.enqueue(value);
      } catch (error) {
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
