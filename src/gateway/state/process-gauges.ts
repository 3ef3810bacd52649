import type { Metrics } from "./metrics.ts";

/** What is measured of one gateway as a whole. */
export interface ProcessFacts {
  readonly uptimeMs: () => number;
  readonly activeRequests: () => number;
  /** Delay of the event loop at the last sample. */
  readonly lagMs: () => number;
}

/** Adds the gauges that tell how the process is. */
export function addProcessGauges(metrics: Metrics, facts: ProcessFacts): void {
  metrics.gauge("openclaw_uptime_seconds", "Time since the start.", () => facts.uptimeMs() / 1000);
  metrics.gauge("openclaw_requests_active", "Requests being answered.", facts.activeRequests);
  metrics.gauge("openclaw_resident_memory_bytes", "Resident memory.", () => process.memoryUsage.rss());
  metrics.gauge("openclaw_event_loop_lag_seconds", "Lag at the last sample.", () => facts.lagMs() / 1000);
}
