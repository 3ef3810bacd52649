import {
  existsSync,
  linkSync,
  copyFileSync,
  constants,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { swapPaths } from "../../lib/files/index.ts";
import type { Journal } from "./journal.ts";

type Place = Journal["places"][number];

/** Says that a folder is the new one, until it is in its place. */
const MARK = ".restored-from-backup";

/** Called before every act that changes something; for tests, which end the process there. */
export type OnStep = (step: string) => void;

/** Marks what was unpacked as complete. */
export function markStaged({ places }: Pick<Journal, "places">): void {
  for (const { staged, isFolder } of places)
    if (isFolder) writeFileSync(join(staged, MARK), "", { mode: 0o600 });
}

/**
 * Puts everything in its place. May be called again after it was interrupted at any point: what was done already is seen, and
 * the rest is done. What is in a place is complete at each moment, old or new.
 */
export function placeAll({ places, carried }: Journal, onStep: OnStep = () => {}): void {
  for (const place of places) {
    if (place.isFolder) placeFolder(place, onStep);
    else placeFile(place, onStep);
  }
  for (const { from, to } of carried) {
    if (!existsSync(from)) continue;
    onStep("carry");
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    rmSync(to, { recursive: true, force: true });
    renameSync(from, to);
  }
  for (const { to, isFolder } of places) if (isFolder) rmSync(join(to, MARK), { force: true });
}

/** Takes back what was unpacked and not placed. */
export function dropStaged({ places }: Pick<Journal, "places">): void {
  for (const { staged } of places) rmSync(staged, { recursive: true, force: true });
}

function placeFolder({ to, staged, aside }: Place, onStep: OnStep): void {
  if (existsSync(join(staged, MARK))) {
    onStep("replace");
    if (!existsSync(to)) renameSync(staged, to);
    else if (!swapPaths(staged, to)) {
      // Where two names cannot be exchanged there is a moment without the folder; the journal ends it after a crash.
      renameSync(to, aside ?? `${staged}.old`);
      onStep("between");
      renameSync(staged, to);
    }
  }
  if (aside === undefined) {
    rmSync(`${staged}.old`, { recursive: true, force: true });
    rmSync(staged, { recursive: true, force: true });
    return;
  }
  if (!existsSync(staged)) return;
  onStep("set-aside");
  renameSync(staged, aside);
}

function placeFile({ to, staged, aside }: Place, onStep: OnStep): void {
  if (!existsSync(staged)) return;
  if (aside !== undefined && !existsSync(aside)) {
    onStep("keep-file");
    try {
      linkSync(to, aside);
    } catch {
      // A disk without hard links.
      copyFileSync(to, aside, constants.COPYFILE_EXCL);
    }
  }
  onStep("replace-file");
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  renameSync(staged, to);
}
