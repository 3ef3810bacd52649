import type { Clock } from "../../lib/clock.ts";
import { LOCAL_FAILURE_DELAY_MAX_MS, LOCAL_FAILURE_DELAY_MS, MAX_TRACKED_CALLERS } from "./limits.ts";
import { addressBytes, type Attribution, canonicalOrigin, isLoopback } from "./peer/index.ts";
import type { RateLimitPolicy } from "./policy.ts";

/** Classes of credentials; each counts its failures by itself. */
export type CredentialClass =
  "shared-secret" | "device-token" | "bootstrap-token" | "node-pairing" | "hook-token";

/** Who failed: what a lock-out falls on. */
export interface Caller {
  readonly key: string;
  /** The local operator: slowed down, never locked out. */
  readonly local: boolean;
}

/** One failure, counted. */
export interface Strike {
  /** Hold the answer back this long. */
  readonly delayMs: number;
  /** Takes the failure back, when another credential of the same attempt was good. */
  undo(): void;
}

/** Failures after which the delay has reached its maximum. */
const DELAY_STEPS = Math.ceil(Math.log2(LOCAL_FAILURE_DELAY_MAX_MS / LOCAL_FAILURE_DELAY_MS)) + 1;

interface Record {
  failures: number[];
  lockedUntil: number;
}

/** The caller to blame for a failed attempt. A page on this host is its origin: the browser is local, the page is not. */
export function callerOf(attribution: Attribution, origin: string | undefined): Caller {
  const ip = attribution.kind === "unattributable" ? "" : attribution.clientIp;
  if (isLoopback(ip)) {
    return origin === undefined
      ? { key: "ip:loopback", local: true }
      : { key: `origin:${canonicalOrigin(origin) ?? "invalid"}`, local: false };
  }
  return { key: `ip:${networkOf(ip)}`, local: false };
}

/** Counts failed attempts and locks callers out, in memory. */
export class FailureLimiter {
  readonly #clock: Clock;
  readonly #records = new Map<string, Record>();
  #policy: RateLimitPolicy;

  constructor(policy: RateLimitPolicy, clock: Clock) {
    this.#policy = policy;
    this.#clock = clock;
  }

  /** Takes new limits; running lock-outs stay. */
  update(policy: RateLimitPolicy): void {
    this.#policy = policy;
  }

  /** Callers remembered now. */
  get size(): number {
    return this.#records.size;
  }

  /** Ms until the caller may try again; undefined when it may now. */
  lockedFor(caller: Caller, kind: CredentialClass): number | undefined {
    if (this.#isExempt(caller)) return undefined;
    const left = (this.#records.get(recordKey(caller, kind))?.lockedUntil ?? 0) - this.#clock.monotonic();
    return left > 0 ? Math.ceil(left) : undefined;
  }

  /** Counts a failure. */
  strike(caller: Caller, kind: CredentialClass): Strike {
    const now = this.#clock.monotonic();
    const key = recordKey(caller, kind);
    const record = this.#records.get(key) ?? { failures: [], lockedUntil: 0 };
    record.failures = record.failures.filter((at) => at > now - this.#policy.windowMs);
    record.failures.push(now);
    if (record.failures.length > Math.max(this.#policy.maxAttempts, DELAY_STEPS)) record.failures.shift();
    const exempt = this.#isExempt(caller);
    const locks = !exempt && record.lockedUntil <= now && record.failures.length >= this.#policy.maxAttempts;
    if (locks) record.lockedUntil = now + this.#policy.lockoutMs;
    this.#remember(key, record);
    const doublings = record.failures.length - 1;
    return {
      delayMs: exempt ? Math.min(LOCAL_FAILURE_DELAY_MS * 2 ** doublings, LOCAL_FAILURE_DELAY_MAX_MS) : 0,
      undo: () => {
        const at = record.failures.lastIndexOf(now);
        if (at >= 0) record.failures.splice(at, 1);
        if (locks) record.lockedUntil = 0;
        if (record.failures.length === 0 && record.lockedUntil === 0) this.#records.delete(key);
      },
    };
  }

  /** Forgets the caller's failures after a success. */
  clear(caller: Caller, kind: CredentialClass): void {
    if (this.#records.size > 0) this.#records.delete(recordKey(caller, kind));
  }

  #isExempt(caller: Caller): boolean {
    return caller.local && this.#policy.exemptLoopback;
  }

  #remember(key: string, record: Record): void {
    this.#records.delete(key);
    this.#records.set(key, record);
    if (this.#records.size <= MAX_TRACKED_CALLERS) return;
    const now = this.#clock.monotonic();
    for (const [other, { failures, lockedUntil }] of this.#records) {
      const last = failures.at(-1) ?? 0;
      if (lockedUntil <= now && last <= now - this.#policy.windowMs) this.#records.delete(other);
    }
    for (const other of this.#records.keys()) {
      if (this.#records.size <= MAX_TRACKED_CALLERS) break;
      this.#records.delete(other);
    }
  }
}

function recordKey(caller: Caller, kind: CredentialClass): string {
  return `${kind} ${caller.key}`;
}

/** IPv4 addresses count alone, IPv6 by their /64: one subscriber owns all of it. */
function networkOf(ip: string): string {
  const bytes = addressBytes(ip);
  if (bytes === undefined) return "unknown";
  return bytes.length === 4 ? bytes.join(".") : Buffer.from(bytes.subarray(0, 8)).toString("hex");
}
