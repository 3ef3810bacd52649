import type { Clock, Timer } from "../../lib/clock.ts";
import type { HealthSnapshot } from "../../protocol/index.ts";
import { HEALTH_REFRESH_MS } from "../limits.ts";

export interface HealthDeps {
  readonly clock: Clock;
  /** Finds out what takes time; `collect` then knows of it. Never rejects. */
  readonly look: () => Promise<void>;
  /** Collects the parts; everything but `ok`, `ts` and `durationMs`. */
  readonly collect: () => Omit<HealthSnapshot, "ok" | "ts" | "durationMs">;
  /** Called after each refresh. */
  readonly refreshed: (snapshot: HealthSnapshot) => void;
}

/** The cached health payload: rebuilt every minute, on demand, and when a connecting client would see an old one. */
export class Health {
  private current: HealthSnapshot;
  private currentVersion = 0;
  private timer: Timer | undefined;
  private isStopped = false;

  constructor(private readonly deps: HealthDeps) {
    this.current = { ok: true, ts: deps.clock.now() };
  }

  /** Counts refreshes; carried in `stateVersion.health`. */
  get version(): number {
    return this.currentVersion;
  }

  get snapshot(): HealthSnapshot {
    return this.current;
  }

  start(): void {
    this.rebuild();
    void this.refresh();
    this.timer = this.deps.clock.every(HEALTH_REFRESH_MS, () => void this.refresh());
  }

  /** From now on the last snapshot stays: what there is to look at is being closed. */
  stop(): void {
    this.isStopped = true;
    this.timer?.cancel();
  }

  /** Looks and collects anew, and tells everyone. */
  async refresh(): Promise<HealthSnapshot> {
    if (this.isStopped) return this.current;
    await this.deps.look();
    return this.isStopped ? this.current : this.rebuild();
  }

  private rebuild(): HealthSnapshot {
    const startedAt = this.deps.clock.monotonic();
    const parts = this.deps.collect();
    const durationMs = Math.round(this.deps.clock.monotonic() - startedAt);
    this.current = { ok: true, ts: this.deps.clock.now(), durationMs, ...parts };
    this.currentVersion += 1;
    this.deps.refreshed(this.current);
    return this.current;
  }

  /** Refreshes when the cached payload is older than a minute. */
  refreshIfOld(): void {
    if (this.deps.clock.now() - this.current.ts <= HEALTH_REFRESH_MS) return;
    this.rebuild();
    void this.refresh();
  }
}
