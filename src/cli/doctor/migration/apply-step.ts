import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { dirname } from "node:path";
import {
  PRIVATE_DIR_MODE,
  PRIVATE_FILE_MODE,
  rewriteJson5,
  valueAt,
  withValue,
  writeFileAtomic,
} from "../../../config/index.ts";
import type { JournalStep } from "./journal.ts";
import type { Step } from "./step.ts";

/** Steps that only touch files. */
export type FileStep = Exclude<Step, { readonly kind: "take-over" }>;

/**
 * Does one step, whether an earlier try was killed before, in or after it. What has to be remembered to take it back is put into `entry`
 * and kept by `remember` before anything changes. @throws Error where something else has taken the place
 */
export function applyStep(step: FileStep, entry: JournalStep, remember: () => void): void {
  switch (step.kind) {
    case "folder":
      mkdirSync(step.path, { recursive: true, mode: PRIVATE_DIR_MODE });
      return;
    case "move":
      move(step.from, step.to);
      return;
    case "link":
      link(step.path, step.to);
      return;
    case "settings":
      set(step, entry, remember);
      return;
  }
}

/** Renames; nothing is left to do when it was done. */
export function move(from: string, to: string): void {
  const [source, target] = [realAt(from), realAt(to)];
  if (!source && target) return;
  if (!source) throw new Error(`${from} is not there any more`);
  if (target) throw new Error(`${to} is there by now, so ${from} cannot take its place`);
  mkdirSync(dirname(to), { recursive: true, mode: PRIVATE_DIR_MODE });
  try {
    renameSync(from, to);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EXDEV") {
      throw new Error(`${from} and ${to} are on different disks; copy it by hand: cp -a "${from}" "${to}"`, {
        cause: error,
      });
    }
    throw error;
  }
}

/** Something is there that is no link of ours to what moved away. */
export function realAt(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isSymbolicLink();
}

function link(path: string, to: string): void {
  if (linksTo(path, to)) return;
  if (isThere(path)) throw new Error(`${path} is there by now, so no link can take its place`);
  // On Windows a junction, which needs no right of its own.
  symlinkSync(to, path, "junction");
}

function set(
  step: Extract<Step, { readonly kind: "settings" }>,
  entry: JournalStep,
  remember: () => void,
): void {
  const stat = statSync(step.path, { throwIfNoEntry: false });
  const before = stat === undefined ? null : readFileSync(step.path, "utf8");
  if (before !== null && before === entry.after) return;
  const config: unknown = Bun.JSON5.parse(before ?? "{}");
  const target = step.set.reduce(
    (result: unknown, { path, value }) =>
      valueAt(result, path) === undefined ? withValue(result, path, value) : result,
    config,
  );
  const { text } = rewriteJson5(before ?? "{}\n", target);
  entry.before = { text: before, mode: (stat?.mode ?? PRIVATE_FILE_MODE) & 0o777 };
  entry.after = text;
  remember();
  if (text !== before) writeFileAtomic(step.path, text);
}

/** True when a path is a link to that place; systems write the same place in more ways than one. */
export function linksTo(path: string, to: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return false;
  if (readlinkSync(path) === to) return true;
  return existsSync(path) && existsSync(to) && realpathSync(path) === realpathSync(to);
}

/** True when a path has something, whatever it is. */
export function isThere(path: string): boolean {
  return existsSync(path) || lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
