import { inTime, type Clock } from "../../lib/clock.ts";
import type { AccountView } from "./channel-accounts.ts";
import { PROBE_MAX_TIMEOUT_MS, PROBE_MIN_TIMEOUT_MS, PROBE_TIMEOUT_MS, PROBES_AT_ONCE } from "./limits.ts";

/** What a platform said when it was asked whether an account works. */
export interface ProbeResult {
  readonly ok: boolean;
  readonly error?: string;
  readonly timedOut?: boolean;
  readonly [fact: string]: unknown;
}

/** Asks the platforms of the accounts that run, a few at a time, each within `timeoutMs`; never rejects. */
export async function probeAll(
  views: readonly AccountView[],
  clock: Clock,
  timeoutMs: number = PROBE_TIMEOUT_MS,
): Promise<ReadonlyMap<AccountView, ProbeResult>> {
  const limit = Math.min(Math.max(timeoutMs, PROBE_MIN_TIMEOUT_MS), PROBE_MAX_TIMEOUT_MS);
  const results = new Map<AccountView, ProbeResult>();
  const left = views.filter(({ account }) => account.enabled && account.configured);
  const work = async (): Promise<void> => {
    for (let view = left.shift(); view; view = left.shift())
      results.set(view, await probe(view, clock, limit));
  };
  await Promise.all(Array.from({ length: PROBES_AT_ONCE }, work));
  return results;
}

async function probe({ connection }: AccountView, clock: Clock, limit: number): Promise<ProbeResult> {
  if (!connection) return { ok: false, error: "the account is not running" };
  const late = { ok: false, timedOut: true, error: `no answer within ${limit} ms` };
  const asked = connection.probe(limit).then(
    (facts) => ({ ok: true, ...facts }),
    (error: unknown) => ({ ok: false, error: error instanceof Error ? error.message : String(error) }),
  );
  return inTime(clock, limit, asked, late);
}
