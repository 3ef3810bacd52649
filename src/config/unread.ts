import { parsePath } from "./key-path.ts";
import { NOT_YET } from "./schema/index.ts";

/** A changed value that changes nothing, and what this version has not got that would read it. */
export interface UnreadChange {
  readonly path: string;
  readonly lacks: string;
}

const ROWS = NOT_YET.map(({ prefix, lacks, except }) => ({ steps: prefix.split("."), lacks, except }));

/** What this version lacks that would read the value at `path`; `undefined` when something reads it. */
export function lackingReader(path: string): string | undefined {
  const steps = parsePath(path) ?? path.split(".");
  return ROWS.find((row) => {
    const agrees = row.steps.every((step, index) => step === "*" || step === steps[index]);
    if (!agrees || steps.length < row.steps.length) return false;
    // Of a section that is read in part, all of it may have changed.
    const key = steps[row.steps.length];
    return row.except === undefined || (key !== undefined && !row.except.includes(key));
  })?.lacks;
}

/** Parts changed paths into those that something reads, and the others. */
export function partByReaders(paths: readonly string[]): {
  readonly read: string[];
  readonly unread: UnreadChange[];
} {
  const read: string[] = [];
  const unread: UnreadChange[] = [];
  for (const path of paths) {
    const lacks = lackingReader(path);
    if (lacks === undefined) read.push(path);
    else unread.push({ path, lacks });
  }
  return { read, unread };
}
