import type { Clock, Timer } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { RestartPreflight } from "../../protocol/index.ts";

/** How often a waiting restart looks whether the gateway is idle. */
const IDLE_POLL_MS = 20;

/** A restart is not put off for longer than this. */
const MAX_DEFERRAL_MS = 300_000;

/** Between two restarts that changes of the configuration lead to: a file that is written again and again costs one each. */
const CONFIG_RESTART_INTERVAL_MS = 30_000;

/** What outlives the gateways of one process. */
export interface RestartHistory {
  /** Monotonic time of the last restart that a change of the configuration led to. */
  lastByConfigAt: number | undefined;
  /** Revision of a configuration that no gateway could start on; it is not tried again by itself. */
  refusedRevision: string | undefined;
}

export interface RestartDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly history: RestartHistory;
  /** Requests being answered. */
  readonly activeRequests: () => number;
  /** Turns under way; whoever asked for them may have gone. */
  readonly activeRuns: () => number;
  /** Makes sure that the next gateway would come up. Rejects with the reason it would not; nothing is ended then. */
  readonly prepare: () => Promise<void>;
  /** Ends this gateway and starts the next one in the same process. */
  readonly restart: (reason: string) => void;
}

export interface RestartRequest {
  readonly reason: string;
  /** Requests of its own that are not waited for, such as the asking one; 1 unless told. */
  readonly own?: number;
  /** Do not wait until nothing is running. */
  readonly skipDeferral?: boolean;
  /** A change of the configuration asks: such restarts keep a distance, and may be withdrawn. */
  readonly byConfig?: boolean;
  /** Time to wait before it in any case, in ms. */
  readonly delayMs?: number | undefined;
  /** Called when the next gateway would not come up: this one goes on. */
  readonly givenUp?: () => void;
}

export interface RestartReceipt {
  readonly status: "scheduled" | "deferred" | "coalesced";
  readonly preflight: RestartPreflight;
  readonly reason: string;
  /** Time it waits at least, whatever is running. */
  readonly delayMs: number;
  readonly coalesced: boolean;
}

interface Waiting {
  readonly reason: string;
  readonly timer: Timer;
  /** From then on it is not waited any longer until nothing is running. */
  deadline: number;
  /** Nobody but the configuration asked. */
  byConfig: boolean;
  notBefore: number;
  readonly givenUp: (() => void)[];
}

/** Restarts on request, as soon as nothing is running that a restart would cut off. */
export class RestartControl {
  private waiting: Waiting | undefined;
  private askedDelay = 0;
  private stopped = false;

  constructor(private readonly deps: RestartDeps) {}

  stop(): void {
    this.stopped = true;
    this.waiting?.timer.cancel();
  }

  /** What a restart now would interrupt; `own` requests, such as the asking one, are not counted. */
  preflight(own = 1): RestartPreflight {
    const rootRequests = Math.max(0, this.deps.activeRequests() - own);
    const embeddedRuns = this.deps.activeRuns();
    const totalActive = rootRequests + embeddedRuns;
    const blockers = [
      { kind: "root-request", count: rootRequests, message: `${rootRequests} active gateway request(s)` },
      { kind: "embedded-run", count: embeddedRuns, message: `${embeddedRuns} active agent run(s)` },
    ].filter(({ count }) => count > 0);
    const reasons = blockers.map(({ message }) => message).join(", ");
    return {
      safe: totalActive === 0,
      counts: {
        queueSize: 0,
        pendingReplies: 0,
        embeddedRuns,
        cronRuns: 0,
        backgroundExecSessions: 0,
        rootRequests,
        activeTasks: 0,
        totalActive,
      },
      blockers,
      summary: totalActive === 0 ? "safe to restart now" : `restart deferred: ${reasons}`,
    };
  }

  /** Asks for a restart; a second one while the first waits joins it. */
  request(asked: RestartRequest): RestartReceipt {
    const { reason, own = 1, byConfig = false, skipDeferral = false, givenUp } = asked;
    const preflight = this.preflight(own);
    const now = this.deps.clock.monotonic();
    const delayMs = Math.min(MAX_DEFERRAL_MS, this.delayFor(asked, now));
    const deadline = now + (skipDeferral ? delayMs : Math.max(MAX_DEFERRAL_MS, delayMs));
    const earlier = this.waiting;
    if (earlier) {
      earlier.deadline = Math.min(earlier.deadline, deadline);
      if (!byConfig && earlier.byConfig) {
        earlier.byConfig = false;
        earlier.notBefore = now + delayMs;
      }
      if (givenUp) earlier.givenUp.push(givenUp);
      return { status: "coalesced", preflight, reason, delayMs, coalesced: true };
    }
    this.waiting = {
      reason,
      timer: this.deps.clock.every(IDLE_POLL_MS, () => this.restartWhenIdle()),
      deadline,
      byConfig,
      notBefore: now + delayMs,
      givenUp: givenUp ? [givenUp] : [],
    };
    const status = (preflight.safe || skipDeferral) && delayMs === 0 ? "scheduled" : "deferred";
    return { status, preflight, reason, delayMs, coalesced: false };
  }

  /** Time the next restart by a change of the configuration waits at least, in ms: its author wants to say something first. */
  delayNext(delayMs: number): void {
    this.askedDelay = delayMs;
    if (this.waiting?.byConfig === true) {
      const notBefore = this.deps.clock.monotonic() + Math.min(MAX_DEFERRAL_MS, delayMs);
      this.waiting.notBefore = Math.max(this.waiting.notBefore, notBefore);
    }
  }

  /** What the configuration asked for is not needed any more; a restart somebody else asked for stays. */
  withdraw(): void {
    if (this.waiting?.byConfig !== true) return;
    this.deps.log.info("restart no longer needed; the configuration is again what runs");
    this.waiting.timer.cancel();
    this.waiting = undefined;
  }

  private delayFor({ byConfig = false, delayMs }: RestartRequest, now: number): number {
    if (!byConfig) return delayMs ?? 0;
    const { lastByConfigAt } = this.deps.history;
    const distance =
      lastByConfigAt === undefined ? 0 : Math.max(0, lastByConfigAt + CONFIG_RESTART_INTERVAL_MS - now);
    const asked = Math.max(delayMs ?? 0, this.askedDelay);
    this.askedDelay = 0;
    return Math.max(asked, distance);
  }

  private restartWhenIdle(): void {
    const { waiting, deps } = this;
    if (!waiting) return;
    const now = deps.clock.monotonic();
    if (now < waiting.notBefore) return;
    const overdue = now >= waiting.deadline;
    if (deps.activeRequests() + deps.activeRuns() > 0 && !overdue) return;
    const { reason } = waiting;
    if (overdue) deps.log.warn("restart no longer deferred; something is still running", { reason });
    waiting.timer.cancel();
    void this.begin(waiting);
  }

  /** Others may still join while the next gateway is prepared. */
  private async begin(waiting: Waiting): Promise<void> {
    const { deps } = this;
    const { reason } = waiting;
    try {
      await deps.prepare();
    } catch (error) {
      if (this.waiting === waiting) this.waiting = undefined;
      const cause = error instanceof Error ? error.message : String(error);
      deps.log.error(`restart given up; the gateway carries on as it is: ${cause}`, { reason, error });
      for (const tell of waiting.givenUp) tell();
      return;
    }
    const withdrawn = this.waiting !== waiting;
    if (withdrawn || this.stopped) return;
    this.waiting = undefined;
    if (waiting.byConfig) deps.history.lastByConfigAt = deps.clock.monotonic();
    deps.restart(reason);
  }
}
