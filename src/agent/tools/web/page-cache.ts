import type { Clock } from "../../../lib/clock.ts";

/** Keeps the newest values for a while, and no more than `limit` of them. */
export class PageCache<Value> {
  readonly #kept = new Map<string, { readonly value: Value; readonly until: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly limit: number,
  ) {}

  get(key: string): Value | undefined {
    const found = this.#kept.get(key);
    if (!found) return undefined;
    if (found.until > this.clock.monotonic()) return found.value;
    this.#kept.delete(key);
    return undefined;
  }

  set(key: string, value: Value, keepMs: number): void {
    if (keepMs <= 0) return;
    this.#kept.delete(key);
    this.#kept.set(key, { value, until: this.clock.monotonic() + keepMs });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.limit && oldest !== undefined) this.#kept.delete(oldest);
  }
}
