import type { Said } from "./said.ts";

/**
 * Index of the first message that stays: the last ones within `keepTokens`, beginning where somebody asks something if
 * there is such a place. A call never loses its result. 0 when nothing can be cut off.
 */
export function cutAt(said: readonly Said[], keepTokens: number): number {
  const budget = firstWithin(said, keepTokens);
  if (budget === 0) return 0;
  const asked = placeFrom(said, budget, "user") ?? placeFrom(said, budget, "assistant");
  if (asked !== undefined) return asked;
  // What is within the budget belongs to a call further up, which stays with it.
  for (let index = budget - 1; index > 0; index -= 1) {
    if (said[index]?.role !== "toolResult" && isWhole(said, index)) return index;
  }
  return 0;
}

function placeFrom(said: readonly Said[], from: number, role: Said["role"]): number | undefined {
  for (let index = from; index < said.length; index += 1) {
    if (said[index]?.role === role && isWhole(said, index)) return index;
  }
  return undefined;
}

/** The earliest index from which everything fits; the last message always does. */
function firstWithin(said: readonly Said[], keepTokens: number): number {
  let tokens = 0;
  for (let index = said.length - 1; index >= 0; index -= 1) {
    tokens += said[index]?.tokens ?? 0;
    if (tokens > keepTokens) return Math.min(index + 1, said.length - 1);
  }
  return 0;
}

/** Every result from `index` on has its call there too. */
function isWhole(said: readonly Said[], index: number): boolean {
  const kept = said.slice(index);
  const calls = new Set(kept.flatMap(({ role, callIds }) => (role === "assistant" ? callIds : [])));
  return kept.every(({ role, callIds }) => role !== "toolResult" || callIds.every((id) => calls.has(id)));
}
