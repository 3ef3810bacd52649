import type { Clock, Timer } from "../../../lib/clock.ts";
import { unavailable } from "../../../protocol/index.ts";
import { MAX_SCOPE_UPGRADES } from "../limits.ts";

/** How a request for more scopes ended. */
export type UpgradeOutcome = "approved" | "rejected" | "expired";

interface Upgrade {
  readonly deviceId: string;
  readonly outcome: Promise<UpgradeOutcome>;
  readonly settle: (outcome: UpgradeOutcome) => void;
  readonly expiry: Timer;
}

/** Requests for more scopes that connected devices wait for, in memory; the requests themselves are in the store. */
export class ScopeUpgrades {
  readonly #clock: Clock;
  readonly #open = new Map<string, Upgrade>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins to watch a request of `deviceId`. @throws ProtocolError when too many are watched already */
  watch(requestId: string, deviceId: string, expiresAtMs: number): void {
    if (this.#open.has(requestId)) return;
    if (this.#open.size >= MAX_SCOPE_UPGRADES) {
      throw unavailable("device scope upgrade is temporarily unavailable", { retryable: true });
    }
    const { promise, resolve } = Promise.withResolvers<UpgradeOutcome>();
    const expiry = this.#clock.after(Math.max(0, expiresAtMs - this.#clock.now()), () => {
      resolve("expired");
      this.#open.delete(requestId);
    });
    this.#open.set(requestId, { deviceId, outcome: promise, settle: resolve, expiry });
  }

  /** Records a decision; those who ask until the request would have expired still learn it. */
  settle(requestId: string, outcome: UpgradeOutcome): void {
    this.#open.get(requestId)?.settle(outcome);
  }

  /** Waits for the decision; undefined when this device has no such request. @throws ProtocolError when `signal` aborts */
  async wait(requestId: string, deviceId: string, signal: AbortSignal): Promise<UpgradeOutcome | undefined> {
    const upgrade = this.#open.get(requestId);
    if (upgrade === undefined || upgrade.deviceId !== deviceId) return undefined;
    const gone = Promise.withResolvers<never>();
    const leave = () => gone.reject(unavailable("connection closed while waiting"));
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([upgrade.outcome, gone.promise]);
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  /** Ends all waits as expired. */
  stop(): void {
    for (const upgrade of this.#open.values()) {
      upgrade.expiry.cancel();
      upgrade.settle("expired");
    }
    this.#open.clear();
  }
}
