/** One measured quantity, with its budget for the compiled gateway on two cores. */
export interface Figure {
  readonly id: FigureId;
  readonly label: string;
  readonly unit: "µs" | "ms" | "s" | "KB" | "MB" | "MiB" | "/s";
  readonly budget?: number;
  /** Which side of the budget is good. */
  readonly good: "low" | "high";
}

export type FigureId =
  | "version"
  | "health-command"
  | "first-start"
  | "later-start"
  | "big-start"
  | "start-cpu"
  | "rss-idle"
  | "health-p50"
  | "health-throughput"
  | "health-cpu"
  | "handshakes"
  | "handshakes-device"
  | "rss-handshakes"
  | "idle-connection"
  | "fanout-rate"
  | "fanout-p50"
  | "fanout-p99"
  | "size";

/** The rows of the report, in its order. */
export const FIGURES: readonly Figure[] = [
  { id: "version", label: "openclaw --version", unit: "ms", budget: 20, good: "low" },
  { id: "health-command", label: "openclaw gateway health", unit: "ms", budget: 60, good: "low" },
  { id: "first-start", label: "spawn to first hello-ok, empty home", unit: "ms", budget: 150, good: "low" },
  { id: "later-start", label: "spawn to first hello-ok, used home", unit: "ms", budget: 150, good: "low" },
  { id: "big-start", label: "the same with a 135 MB store", unit: "ms", budget: 150, good: "low" },
  { id: "start-cpu", label: "CPU time until then", unit: "s", budget: 0.3, good: "low" },
  { id: "rss-idle", label: "resident memory, idle", unit: "MB", budget: 70, good: "low" },
  {
    id: "rss-handshakes",
    label: "resident memory after 1,000 handshakes",
    unit: "MB",
    budget: 70,
    good: "low",
  },
  { id: "idle-connection", label: "memory per idle connection", unit: "KB", budget: 8, good: "low" },
  { id: "health-p50", label: "health round trip, p50", unit: "ms", budget: 0.06, good: "low" },
  {
    id: "health-throughput",
    label: "health, 16 connections x 8 in flight",
    unit: "/s",
    budget: 40_000,
    good: "high",
  },
  { id: "health-cpu", label: "CPU time for one of these", unit: "µs", good: "low" },
  { id: "handshakes", label: "fresh handshakes", unit: "/s", budget: 4_000, good: "high" },
  {
    id: "handshakes-device",
    label: "fresh handshakes of a paired device",
    unit: "/s",
    budget: 4_000,
    good: "high",
  },
  {
    id: "fanout-rate",
    label: "events to 200 clients, deliveries",
    unit: "/s",
    budget: 300_000,
    good: "high",
  },
  { id: "fanout-p50", label: "one event to 200 clients, p50", unit: "ms", good: "low" },
  { id: "fanout-p99", label: "one event to 200 clients, p99", unit: "ms", budget: 10, good: "low" },
  { id: "size", label: "executable", unit: "MiB", budget: 125, good: "low" },
];

export type Measured = Partial<Record<FigureId, number>>;

/** The value at fraction `p` of the sorted samples; `NaN` without samples. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}

/** The middle sample. */
export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}
