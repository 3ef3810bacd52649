import { type Static, Type } from "@sinclair/typebox";
import { count, maybe } from "../primitives.ts";

const tokens = { input: count, output: count, cacheRead: count, cacheWrite: count, totalTokens: count };

/** Tokens and their price; calls of models without a known price are counted in `missingCostEntries`. */
export const UsageTotals = Type.Object(
  {
    ...tokens,
    totalCost: Type.Number(),
    inputCost: Type.Number(),
    outputCost: Type.Number(),
    cacheReadCost: Type.Number(),
    cacheWriteCost: Type.Number(),
    missingCostEntries: count,
  },
  { title: "UsageTotals", description: "Tokens, and their price in US dollars." },
);

export type UsageTotals = Static<typeof UsageTotals>;

/** How complete a report is; ours are computed from the store and so always fresh. */
export const UsageCacheStatus = Type.Object({
  status: Type.String(),
  cachedFiles: count,
  pendingFiles: count,
  staleFiles: count,
});

/** One call in the course of a session. */
export const UsagePoint = Type.Object({
  timestamp: Type.Number(),
  ...tokens,
  cost: Type.Number(),
  cumulativeTokens: count,
  cumulativeCost: Type.Number(),
});

/** One message of a session with what it used. */
export const UsageLogEntry = Type.Object({
  timestamp: Type.Number(),
  role: Type.String(),
  content: Type.String(),
  tokens: maybe(count),
  cost: maybe(Type.Number()),
});
