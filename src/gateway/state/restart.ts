import type { Clock, Timer } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { RestartPreflight } from "../../protocol/index.ts";

/** How often a deferred restart looks whether the gateway is idle. */
const IDLE_POLL_MS = 100;

/** A restart is not put off for longer than this. */
const MAX_DEFERRAL_MS = 300_000;

export interface RestartDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** Requests being answered. */
  readonly activeRequests: () => number;
  /** Turns under way; whoever asked for them may have gone. */
  readonly activeRuns: () => number;
  /** Ends this gateway and starts the next one in the same process. */
  readonly restart: (reason: string) => void;
}

export interface RestartReceipt {
  readonly status: "scheduled" | "deferred" | "coalesced";
  readonly preflight: RestartPreflight;
  readonly reason: string;
  readonly coalesced: boolean;
}

/** Restarts on request, as soon as nothing is running that a restart would cut off. */
export class RestartControl {
  private waiting: { timer: Timer; deadline: number } | undefined;

  constructor(private readonly deps: RestartDeps) {}

  stop(): void {
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

  /** Asks for a restart; a second one while the first waits joins it. `own` as in `preflight`. */
  request(reason: string, own = 1): RestartReceipt {
    const preflight = this.preflight(own);
    if (this.waiting) return { status: "coalesced", preflight, reason, coalesced: true };
    const deadline = this.deps.clock.monotonic() + MAX_DEFERRAL_MS;
    const timer = this.deps.clock.every(IDLE_POLL_MS, () => this.restartWhenIdle(reason));
    this.waiting = { timer, deadline };
    return { status: preflight.safe ? "scheduled" : "deferred", preflight, reason, coalesced: false };
  }

  private restartWhenIdle(reason: string): void {
    if (!this.waiting) return;
    const overdue = this.deps.clock.monotonic() >= this.waiting.deadline;
    if (this.deps.activeRequests() + this.deps.activeRuns() > 0 && !overdue) return;
    if (overdue) this.deps.log.warn("restart no longer deferred; something is still running", { reason });
    this.waiting.timer.cancel();
    this.waiting = undefined;
    this.deps.restart(reason);
  }
}
