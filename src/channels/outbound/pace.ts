import type { Clock } from "../../lib/clock.ts";
import type { SendRate } from "../channel.ts";
import { RATED_CHATS_SWEEP } from "./limits.ts";

interface Bucket {
  readonly rate: SendRate;
  level: number;
  /** Monotonic ms the level is of. */
  at: number;
}

/** Counts calls against the rates a platform bears; whoever has not called for a while never waits. */
export class Pace {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket[]>();
  #sweepAt = RATED_CHATS_SWEEP;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ms until `key` may make a call under these rates; 0 is now. */
  delay(key: string, rates: readonly SendRate[]): number {
    const waits = this.#of(key, rates).map(({ level, rate }) =>
      level >= 1 ? 0 : Math.ceil(((1 - level) / rate.perSecond) * 1_000),
    );
    return Math.max(0, ...waits);
  }

  /** Counts a call. */
  take(key: string, rates: readonly SendRate[]): void {
    for (const bucket of this.#of(key, rates)) bucket.level -= 1;
  }

  #of(key: string, rates: readonly SendRate[]): readonly Bucket[] {
    const now = this.#clock.monotonic();
    let buckets = this.#buckets.get(key);
    if (buckets === undefined) {
      if (rates.length === 0) return [];
      buckets = rates.map((rate) => ({ rate, level: rate.burst, at: now }));
      this.#buckets.set(key, buckets);
      if (this.#buckets.size > this.#sweepAt) this.#sweep(now);
    }
    for (const bucket of buckets) refill(bucket, now);
    return buckets;
  }

  /** A full bucket tells nothing that a new one would not. */
  #sweep(now: number): void {
    for (const [key, buckets] of this.#buckets) {
      for (const bucket of buckets) refill(bucket, now);
      if (buckets.every(({ level, rate }) => level >= rate.burst)) this.#buckets.delete(key);
    }
    this.#sweepAt = Math.max(RATED_CHATS_SWEEP, this.#buckets.size * 2);
  }
}

function refill(bucket: Bucket, now: number): void {
  const gained = ((now - bucket.at) / 1_000) * bucket.rate.perSecond;
  bucket.level = Math.min(bucket.rate.burst, bucket.level + Math.max(0, gained));
  bucket.at = now;
}
