import { lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { isWithin, realOf } from "../../lib/files/index.ts";
import { besideOf } from "../backup/archive/names.ts";
import type { Item, Moved } from "./items.ts";

/** The word in the name of what was removed. */
const REMOVED = "removed";

/**
 * Moves things aside, each under a dated name beside it: in one step, on the same disk, and taken back by one `mv`. A link is
 * moved and never followed. What lies in something that goes as a whole goes with it, and is not told by itself.
 */
export function setAside(items: readonly Item[], epochMs: number): Moved[] {
  const moved: Moved[] = [];
  for (const { path, keep } of items) {
    const goesAlong = items.some(
      (other) => other.path !== path && isWithin(path, other.path) && other.keep.length === 0,
    );
    if (goesAlong || lstatSync(path, { throwIfNoEntry: false }) === undefined) continue;
    const to = besideOf(path, REMOVED, epochMs);
    const kept = keep.map(realOf).filter((inner) => isWithin(inner, realOf(path)));
    if (kept.length === 0) renameSync(path, to);
    else moveAround(path, to, kept);
    moved.push({ path, to, inPart: kept.length > 0 });
  }
  return moved;
}

/** Moves all but some folders. */
function moveAround(from: string, to: string, kept: readonly string[]): void {
  mkdirSync(to, { mode: 0o700 });
  for (const name of readdirSync(from)) {
    const inner = join(from, name);
    const real = realOf(inner);
    const isLink = lstatSync(inner).isSymbolicLink();
    if (!isLink && kept.includes(real)) continue;
    const holds = !isLink && kept.some((path) => isWithin(path, real));
    if (holds) moveAround(inner, join(to, name), kept);
    else renameSync(inner, join(to, name));
  }
  if (readdirSync(to).length === 0) rmdirSync(to);
}
