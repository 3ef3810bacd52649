import { doublingMs } from "../../../lib/backoff.ts";
import * as LIMITS from "../limits.ts";
import type { Fault } from "./fault.ts";

/** What has been tried with one model and one credential. */
export interface Tries {
  /** Attempts made. */
  readonly attempts: number;
  /** Monotonic ms of the first failure. */
  readonly since: number;
  readonly now: number;
  /** Another credential or model could answer instead. */
  readonly alternative: boolean;
}

/** How long to wait before the next attempt; undefined when there is to be none. `random` is in [0, 1). */
export function pauseBefore(fault: Fault, tries: Tries, random: number): number | undefined {
  if (fault.reaction !== "retry") return undefined;
  if (fault.kind === "rate_limit") {
    if (tries.attempts >= LIMITS.RATE_LIMIT_ATTEMPTS) return undefined;
  } else {
    if (tries.attempts > transientRetries(fault, tries)) return undefined;
    if (tries.now - tries.since >= LIMITS.TRANSIENT_WINDOW_MS) return undefined;
  }
  const asked = fault.retryAfterMs ?? 0;
  const longest = tries.alternative ? LIMITS.RETRY_AFTER_FAILOVER_MS : LIMITS.RETRY_AFTER_MAX_MS;
  if (asked > longest) return undefined;
  return Math.max(asked, backoff(tries.attempts, random));
}

function transientRetries({ kind }: Fault, { alternative }: Tries): number {
  return kind === "network" && alternative ? LIMITS.UNREACHABLE_RETRIES_FAILOVER : LIMITS.TRANSIENT_RETRIES;
}

/** Doubles from the first pause to the longest; half of it is left to chance, so that callers do not come back together. */
function backoff(attempts: number, random: number): number {
  const full = doublingMs(attempts, LIMITS.BACKOFF_FIRST_MS, LIMITS.BACKOFF_MAX_MS);
  return Math.round(full / 2 + (full / 2) * random);
}
