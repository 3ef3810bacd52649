import { doublingMs } from "../lib/backoff.ts";
import type { Clock } from "../lib/clock.ts";
import { GatewayRequestError, GatewayTransportError } from "./errors.ts";
import { RECONNECT_FIRST_DELAY_MS, RECONNECT_MAX_ATTEMPTS, RECONNECT_MAX_DELAY_MS } from "./limits.ts";

/** What a follower tells its reader while it has no connection. */
export interface ReconnectNotice {
  /** 1 for the first try. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly delayMs: number;
  readonly cause: Error;
}

export interface ReconnectOptions {
  readonly clock: Clock;
  readonly onRetry: (notice: ReconnectNotice) => void;
  /** Ends the waiting; the last error is thrown. */
  readonly signal?: AbortSignal;
}

/** The pause before the given attempt (from 1): doubling from half a second to half a minute. */
export function reconnectDelayMs(attempt: number): number {
  return doublingMs(attempt, RECONNECT_FIRST_DELAY_MS, RECONNECT_MAX_DELAY_MS);
}

/** True for failures that time may mend: a lost or refused connection, or a gateway that asks to come back later. */
export function isTransient(error: unknown): error is Error {
  if (error instanceof GatewayTransportError) return error.code !== "TLS_FINGERPRINT_MISMATCH";
  return error instanceof GatewayRequestError && error.code === "UNAVAILABLE" && error.retryable;
}

/**
 * Calls `attempt` after growing pauses until it succeeds.
 * Throws the last error after the last try, and at once for an error that waiting cannot mend.
 */
export async function retrying<T>(
  cause: Error,
  attempt: () => Promise<T>,
  options: ReconnectOptions,
): Promise<T> {
  let last = cause;
  for (let tries = 1; tries <= RECONNECT_MAX_ATTEMPTS; tries++) {
    const delayMs = reconnectDelayMs(tries);
    options.onRetry({ attempt: tries, maxAttempts: RECONNECT_MAX_ATTEMPTS, delayMs, cause: last });
    await pause(delayMs, options);
    if (options.signal?.aborted === true) throw last;
    try {
      return await attempt();
    } catch (error) {
      if (!isTransient(error)) throw error;
      last = error;
    }
  }
  throw last;
}

/** Waits, or returns early when the signal fires. Keeps the process alive meanwhile. */
export function pause(ms: number, options: { clock: Clock; signal?: AbortSignal }): Promise<void> {
  return new Promise((resolve) => {
    // The clock's timers do not keep the process alive; a follower that waits must.
    const keepAlive = setInterval(() => {}, 2 ** 30);
    const done = (): void => {
      clearInterval(keepAlive);
      timer.cancel();
      options.signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = options.clock.after(ms, done);
    if (options.signal?.aborted === true) done();
    else options.signal?.addEventListener("abort", done);
  });
}
