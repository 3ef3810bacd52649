import type { Clock } from "../../../lib/clock.ts";
import { retryMs } from "../durable.ts";
import { PROVIDER_RECHECK_MS, PROVIDER_RETRY_MAX_MS, PROVIDER_RETRY_MIN_MS } from "../limits.ts";

/** A chat whose messages no provider could answer. */
interface Outage {
  readonly agentId: string;
  readonly channel: string;
  readonly accountId: string;
  readonly since: number;
  lastAt: number;
  error: string;
}

/** Whose chat waits, and why. */
export type OutageFacts = Pick<Outage, "agentId" | "channel" | "accountId" | "error">;

/** What the status says of it. */
export interface OutageReport {
  readonly channel: string;
  readonly accountId: string;
  /** Chats that wait. */
  readonly chats: number;
  readonly since: number;
  readonly error: string;
}

/** Which chats wait for a provider that was not reached. */
export class Outages {
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Outage>();
  /** Those whose turn is still asking by itself: told in the status, and to nobody else yet. */
  readonly #asking = new Map<string, Outage>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The turn of a lane asks a model again that did not answer. */
  asks(lane: string, facts: OutageFacts): void {
    const now = this.#clock.now();
    this.#asking.set(lane, { ...facts, since: this.#asking.get(lane)?.since ?? now, lastAt: now });
  }

  /** The turn of a lane is over, however it ended. */
  asked(lane: string): void {
    this.#asking.delete(lane);
  }

  /** A message of the lane was not answered; true when it is the first one. */
  met(lane: string, facts: OutageFacts): boolean {
    const now = this.#clock.now();
    const known = this.#lanes.get(lane);
    this.#lanes.set(lane, { ...facts, since: known?.since ?? now, lastAt: now });
    return known === undefined;
  }

  /** Forgets those of which nothing waits any more. */
  prune(waits: (lane: string) => boolean): void {
    for (const lanes of [this.#lanes, this.#asking]) {
      for (const lane of lanes.keys()) if (!waits(lane)) lanes.delete(lane);
    }
  }

  over(lane: string): void {
    this.#lanes.delete(lane);
  }

  /** Lanes of an agent that may be tried at once, since somebody else was answered. */
  worthTrying(agentId: string): readonly string[] {
    const before = this.#clock.now() - PROVIDER_RECHECK_MS;
    return [...this.#lanes].flatMap(([lane, outage]) =>
      outage.agentId === agentId && outage.lastAt <= before ? [lane] : [],
    );
  }

  report(): readonly OutageReport[] {
    const reports = new Map<string, OutageReport>();
    for (const { channel, accountId, since, error } of new Map([...this.#asking, ...this.#lanes]).values()) {
      const key = JSON.stringify([channel, accountId]);
      const known = reports.get(key);
      reports.set(key, {
        channel,
        accountId,
        chats: (known?.chats ?? 0) + 1,
        since: Math.min(known?.since ?? since, since),
        error,
      });
    }
    return [...reports.values()];
  }
}

/** How long a message waits after its n-th try: 5 s, 10 s … 10 min. */
export function providerRetryMs(tries: number): number {
  return retryMs(tries, PROVIDER_RETRY_MIN_MS, PROVIDER_RETRY_MAX_MS);
}
