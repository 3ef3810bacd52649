import type { UsageTotals } from "../../../protocol/index.ts";
import type { UsageSum } from "../../../store/index.ts";

/** Nothing used. */
export function noTotals(): UsageTotals {
  return {
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite: 0,
    totalTokens: 0,
    totalCost: 0,
    inputCost: 0,
    outputCost: 0,
    cacheReadCost: 0,
    cacheWriteCost: 0,
    missingCostEntries: 0,
  };
}

/** Adds a sum of calls to totals, in place. */
export function addTo(totals: UsageTotals, sum: Omit<UsageSum, "bucket">): void {
  totals.input += sum.input;
  totals.output += sum.output;
  totals.cacheRead += sum.cacheRead;
  totals.cacheWrite += sum.cacheWrite;
  totals.totalTokens += sum.totalTokens;
  totals.totalCost += sum.cost.total;
  totals.inputCost += sum.cost.input;
  totals.outputCost += sum.cost.output;
  totals.cacheReadCost += sum.cost.cacheRead;
  totals.cacheWriteCost += sum.cost.cacheWrite;
  totals.missingCostEntries += sum.missingCost;
}

/** Totals under names, made when first needed. */
export class TotalsBy<Key = string> {
  readonly #totals = new Map<Key, UsageTotals>();

  add(key: Key, sum: Omit<UsageSum, "bucket">): void {
    addTo(this.of(key), sum);
  }

  of(key: Key): UsageTotals {
    const known = this.#totals.get(key);
    if (known !== undefined) return known;
    const fresh = noTotals();
    this.#totals.set(key, fresh);
    return fresh;
  }

  get keys(): Key[] {
    return [...this.#totals.keys()];
  }

  entries(): [Key, UsageTotals][] {
    return [...this.#totals];
  }
}
