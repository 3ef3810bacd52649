import type { Clock, Timer } from "../../lib/clock.ts";
import type { EventLoopHealth } from "../../protocol/index.ts";

/** Sampling pace; short enough to see a stall, long enough to cost nothing. */
const SAMPLE_INTERVAL_MS = 500;

/** Samples kept: the last minute. */
const SAMPLES = 120;

/** p99 lag from which the loop counts as degraded. */
const DEGRADED_DELAY_MS = 250;

/** Share of one core, averaged over the window, from which the process counts as degraded. */
const DEGRADED_CORE_RATIO = 0.95;

/** Measures how late timers fire and how much CPU the process uses. */
export class EventLoopMonitor {
  private readonly delays = new Float64Array(SAMPLES);
  private count = 0;
  private expectedAt = 0;
  private windowStartedAt = 0;
  private windowCpu = process.cpuUsage();
  private coreRatio = 0;
  private degradedAt: number | undefined;
  private timer: Timer | undefined;

  constructor(private readonly clock: Clock) {}

  start(): void {
    this.expectedAt = this.clock.monotonic() + SAMPLE_INTERVAL_MS;
    this.windowStartedAt = this.clock.monotonic();
    this.timer = this.clock.every(SAMPLE_INTERVAL_MS, () => this.sample());
  }

  stop(): void {
    this.timer?.cancel();
  }

  /** Milliseconds since the loop last proved to be alive; a watchdog reads it. */
  lastLagMs(): number {
    return this.count === 0 ? 0 : (this.delays[(this.count - 1) % SAMPLES] ?? 0);
  }

  report(): EventLoopHealth {
    const sorted = this.delays.slice(0, Math.min(this.count, SAMPLES)).sort();
    const p99 = sorted[Math.max(0, Math.ceil(sorted.length * 0.99) - 1)] ?? 0;
    const max = sorted[sorted.length - 1] ?? 0;
    const reasons: EventLoopHealth["reasons"] = [];
    if (p99 >= DEGRADED_DELAY_MS) reasons.push("event_loop_delay");
    if (this.coreRatio >= DEGRADED_CORE_RATIO) reasons.push("cpu");
    const degraded = reasons.length > 0;
    this.degradedAt = degraded ? (this.degradedAt ?? this.clock.now()) : undefined;
    return {
      degraded,
      degradedSinceMs: this.degradedAt === undefined ? null : this.clock.now() - this.degradedAt,
      reasons,
      intervalMs: SAMPLE_INTERVAL_MS,
      delayP99Ms: round(p99),
      delayMaxMs: round(max),
      utilization: round(Math.min(1, this.coreRatio)),
      cpuCoreRatio: round(this.coreRatio),
    };
  }

  private sample(): void {
    const now = this.clock.monotonic();
    this.delays[this.count % SAMPLES] = Math.max(0, now - this.expectedAt);
    this.count += 1;
    this.expectedAt = now + SAMPLE_INTERVAL_MS;
    if (this.count % 20 === 0) this.closeCpuWindow(now);
  }

  private closeCpuWindow(now: number): void {
    const cpu = process.cpuUsage();
    const usedMs = (cpu.user - this.windowCpu.user + cpu.system - this.windowCpu.system) / 1000;
    this.coreRatio = usedMs / Math.max(1, now - this.windowStartedAt);
    this.windowCpu = cpu;
    this.windowStartedAt = now;
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
