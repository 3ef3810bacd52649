/** Upper bounds of the latency buckets, seconds. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

interface Histogram {
  counts: Float64Array;
  sum: number;
  total: number;
}

interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly read: () => number;
}

/** Counts what the gateway does; rendered as Prometheus text. Label values come from our own tables, so they are bounded. */
export class Metrics {
  private readonly counters = new Map<string, { help: string; values: Map<string, number> }>();
  private readonly latencies = new Map<string, Histogram>();
  private readonly gauges: Gauge[] = [];

  /** Adds `by` to a counter; `labels` is ready-made label text such as `reason="slow"`. */
  count(name: string, help: string, labels = "", by = 1): void {
    let counter = this.counters.get(name);
    if (!counter) {
      counter = { help, values: new Map() };
      this.counters.set(name, counter);
    }
    counter.values.set(labels, (counter.values.get(labels) ?? 0) + by);
  }

  /** Records how long a method took. */
  observe(method: string, ms: number): void {
    let histogram = this.latencies.get(method);
    if (!histogram) {
      histogram = { counts: new Float64Array(BUCKETS.length), sum: 0, total: 0 };
      this.latencies.set(method, histogram);
    }
    const seconds = ms / 1000;
    histogram.sum += seconds;
    histogram.total += 1;
    const bucket = BUCKETS.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
  }

  /** Registers a value that is read when the page is rendered. */
  gauge(name: string, help: string, read: () => number): void {
    this.gauges.push({ name, help, read });
  }

  /** What the gauges and counters say now, by name and labels; for a log line. */
  readings(): Record<string, number> {
    const readings: Record<string, number> = {};
    for (const { name, read } of this.gauges) readings[name] = read();
    for (const [name, { values }] of this.counters)
      for (const [labels, value] of values) readings[labels === "" ? name : `${name}{${labels}}`] = value;
    return readings;
  }

  /** The text exposition format, version 0.0.4. */
  render(): string {
    const lines: string[] = [];
    for (const { name, help, read } of this.gauges) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${read()}`);
    }
    for (const [name, { help, values }] of this.counters) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`);
      for (const [labels, value] of values) lines.push(`${name}${labels && `{${labels}}`} ${value}`);
    }
    this.renderLatencies(lines);
    return `${lines.join("\n")}\n`;
  }

  private renderLatencies(lines: string[]): void {
    const name = "openclaw_request_duration_seconds";
    lines.push(`# HELP ${name} Time from request frame to response, by method.`, `# TYPE ${name} histogram`);
    for (const [method, histogram] of this.latencies) {
      let cumulative = 0;
      BUCKETS.forEach((bound, index) => {
        cumulative += histogram.counts[index] ?? 0;
        lines.push(`${name}_bucket{method="${method}",le="${bound}"} ${cumulative}`);
      });
      lines.push(
        `${name}_bucket{method="${method}",le="+Inf"} ${histogram.total}`,
        `${name}_sum{method="${method}"} ${histogram.sum}`,
        `${name}_count{method="${method}"} ${histogram.total}`,
      );
    }
  }
}
