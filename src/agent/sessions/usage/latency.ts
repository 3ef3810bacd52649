import type { Calendar } from "./days.ts";

/** How long calls took, in ms. */
export interface Latency {
  readonly count: number;
  readonly avgMs: number;
  readonly p95Ms: number;
  readonly minMs: number;
  readonly maxMs: number;
}

type Durations = readonly { readonly at: number; readonly durationMs: number }[];

/** Undefined for no calls. */
export function latencyOf(calls: Durations): Latency | undefined {
  const sorted = calls.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
  const [minMs, maxMs] = [sorted[0], sorted.at(-1)];
  if (minMs === undefined || maxMs === undefined) return undefined;
  const sum = sorted.reduce((total, one) => total + one, 0);
  const p95Ms = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? maxMs;
  return { count: sorted.length, avgMs: sum / sorted.length, p95Ms, minMs, maxMs };
}

/** The same for each day. */
export function dailyLatency(
  calls: Durations,
  calendar: Calendar,
): readonly (Latency & { readonly date: string })[] {
  const days = Map.groupBy(calls, ({ at }) => calendar.dayOf(at));
  return [...days].flatMap(([date, ofDay]) => {
    const latency = latencyOf(ofDay);
    return latency === undefined ? [] : [{ date, ...latency }];
  });
}
