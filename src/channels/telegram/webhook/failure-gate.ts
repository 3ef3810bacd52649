import type { Clock } from "../../../lib/clock.ts";
import { FAILURE_WINDOW_MS, MAX_COUNTED_ADDRESSES, MAX_FAILURES, SWEEP_MS } from "./limits.ts";

/** Counts calls without the secret, and closes for an address that makes too many: before the secret is looked at. */
export class FailureGate {
  readonly #clock: Clock;
  readonly #counts = new Map<string, { failures: number; until: number }>();
  #sweepAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ms until the address is heard again; 0 when it is heard. */
  closedForMs(address: string): number {
    const count = this.#counts.get(this.#keyOf(address));
    if (count === undefined || count.failures < MAX_FAILURES) return 0;
    return Math.max(0, count.until - this.#clock.monotonic());
  }

  failed(address: string): void {
    this.#sweep();
    const key = this.#keyOf(address);
    const now = this.#clock.monotonic();
    const count = this.#counts.get(key);
    if (count === undefined || count.until <= now)
      this.#counts.set(key, { failures: 1, until: now + FAILURE_WINDOW_MS });
    else count.failures++;
  }

  #keyOf(address: string): string {
    return this.#counts.size < MAX_COUNTED_ADDRESSES || this.#counts.has(address) ? address : "others";
  }

  #sweep(): void {
    const now = this.#clock.monotonic();
    if (this.#counts.size < MAX_COUNTED_ADDRESSES || now < this.#sweepAt) return;
    this.#sweepAt = now + SWEEP_MS;
    for (const [key, { until }] of this.#counts) if (until <= now) this.#counts.delete(key);
  }
}

/**
 * One name for one caller: an IPv4 address inside an IPv6 one is the former, of an IPv6 one its network counts, for the
 * rest of it anybody has as many as they like; behind a proxy on this machine, whom the proxy names.
 */
export function callerOf(peer: string, forwardedFor: string | null): string {
  const address = plainAddress(peer);
  // What the nearest proxy has added is last; what stands before it anybody may have written.
  const named = isLoopback(address) ? forwardedFor?.split(",").at(-1)?.trim() : undefined;
  return named === undefined || named === "" ? address : `for ${plainAddress(named).slice(0, 64)}`;
}

function plainAddress(address: string): string {
  const lower = address.toLowerCase();
  const dotted = /^(?:0*:)*:?ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(lower)?.[1];
  if (dotted !== undefined) return dotted;
  const hex = /^(?:0*:)*:?ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(lower);
  if (hex === null) return lower.includes(":") && !isLoopback(lower) ? networkOf(lower) : lower;
  const [high, low] = [Number.parseInt(hex[1] ?? "0", 16), Number.parseInt(hex[2] ?? "0", 16)];
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}

/** The first half of an IPv6 address: whoever has one has the whole network. */
function networkOf(address: string): string {
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const parts = (text: string) => (text === "" ? [] : text.split(":"));
  const after = tail === undefined ? [] : parts(tail);
  const before = parts(head);
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const whole = [...before, ...Array<string>(gap).fill("0"), ...after];
  return `${whole
    .slice(0, 4)
    .map((part) => part.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}
