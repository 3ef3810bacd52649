import type { UsageRecord } from "../../../store/index.ts";

/** What was used up to a moment. */
export interface Point {
  /** Epoch ms. */
  readonly timestamp: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly totalTokens: number;
  readonly cost: number;
  readonly cumulativeTokens: number;
  readonly cumulativeCost: number;
}

/** Calls in order of time as points with running sums; neighbours are put together until there are few enough. */
export function pointsOf(calls: readonly UsageRecord[], most: number): readonly Point[] {
  const perPoint = Math.max(1, Math.ceil(calls.length / most));
  const points: Point[] = [];
  let [cumulativeTokens, cumulativeCost] = [0, 0];
  for (let first = 0; first < calls.length; first += perPoint) {
    const part = calls.slice(first, first + perPoint);
    const sum = (of: (call: UsageRecord) => number) => part.reduce((total, call) => total + of(call), 0);
    const totalTokens = sum((call) => call.totalTokens);
    const cost = sum((call) => call.cost?.total ?? 0);
    cumulativeTokens += totalTokens;
    cumulativeCost += cost;
    points.push({
      timestamp: part.at(-1)?.at ?? 0,
      input: sum((call) => call.input),
      output: sum((call) => call.output),
      cacheRead: sum((call) => call.cacheRead),
      cacheWrite: sum((call) => call.cacheWrite),
      totalTokens,
      cost,
      cumulativeTokens,
      cumulativeCost,
    });
  }
  return points;
}
