import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** A tree past this many entries is not counted to its end: the plan is shown at once. */
const MAX_COUNTED = 50_000;

/** How much a tree holds. */
export interface TreeSize {
  readonly files: number;
  readonly bytes: number;
  /** There is more than was counted. */
  readonly more: boolean;
}

/** Counts the files of a tree without following links. Folders that may not be read count as nothing. */
export function sizeOfTree(path: string): TreeSize {
  let files = 0;
  let bytes = 0;
  let seen = 0;
  const waiting = [path];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (++seen > MAX_COUNTED) return { files, bytes, more: true };
    const stat = lstatSync(next, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) {
      const folder = next;
      waiting.push(...namesIn(folder).map((name) => join(folder, name)));
    } else if (stat !== undefined) {
      files += 1;
      bytes += stat.size;
    }
  }
  return { files, bytes, more: false };
}

/** A rename that puts a part of one tree into another. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** What has to be renamed so that `to` has everything of `from` that it lacks, but for `except`; `kept` is there twice. */
export function missingIn(
  from: string,
  to: string,
  except: readonly string[] = [],
): { readonly moves: Move[]; readonly kept: string[] } {
  const moves: Move[] = [];
  const kept: string[] = [];
  for (const name of namesIn(from).filter((one) => !except.includes(one))) {
    const [source, target] = [join(from, name), join(to, name)];
    const there = lstatSync(target, { throwIfNoEntry: false });
    if (there === undefined) moves.push({ from: source, to: target });
    else if (there.isDirectory() && lstatSync(source).isDirectory()) {
      const below = missingIn(source, target);
      moves.push(...below.moves);
      kept.push(...below.kept);
    } else kept.push(source);
  }
  return { moves, kept };
}

/** Names of what is in a folder, sorted; none for what is no folder or may not be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** True for a folder that is one itself, not a link to one. */
export function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
