import { doublingMs } from "../../../lib/backoff.ts";
import type { Clock } from "../../../lib/clock.ts";
import { rest } from "../../../lib/rest.ts";
import { SendError } from "../../outbound-message.ts";
import { REPEAT_ATTEMPTS, REPEAT_BASE_MS, REPEAT_MAX_MS } from "./limits.ts";

export interface RepeatOptions {
  readonly signal?: AbortSignal;
  /** Longest pause; what asks for a longer one fails at once. */
  readonly maxPauseMs?: number;
}

/** Makes a call that does no harm when it is made twice, again when it did not arrive or that is not known. */
export async function repeated<T>(
  clock: Clock,
  call: (attempt: number) => Promise<T>,
  { signal, maxPauseMs = REPEAT_MAX_MS }: RepeatOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(attempt);
    } catch (error) {
      const waitMs = pauseAfter(error, attempt);
      const isOver = waitMs === undefined || waitMs > maxPauseMs || attempt >= REPEAT_ATTEMPTS;
      if (isOver || signal?.aborted === true) throw error;
      await rest(clock, waitMs, ...(signal ? [signal] : []));
    }
  }
}

function pauseAfter(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof SendError)) return undefined;
  if (error.failure !== "busy" && error.failure !== "uncertain") return undefined;
  return error.details.retryAfterMs ?? doublingMs(attempt, REPEAT_BASE_MS);
}
