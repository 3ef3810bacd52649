import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isObject, PRIVATE_DIR_MODE, sweepTemporaryFiles, writeFileAtomic } from "../../../config/index.ts";
import type { Step } from "./step.ts";

/** Below the state folder; it moves with it. */
const FOLDER = "migration";
const FILE = "journal.json";

/** A step, and how far it has come. */
export interface JournalStep {
  readonly step: Step;
  done: boolean;
  /** Whoever did it was killed before it could be noted; it may not have been done. */
  uncertain?: true;
  /** A rewritten file: its text before (null when there was none) and after, and its mode. */
  before?: { readonly text: string | null; readonly mode: number };
  after?: string;
}

/** Everything that is needed to go on with a migration, or to take it back. */
export interface Journal {
  readonly version: 1;
  /** Time of its beginning. */
  readonly id: string;
  state: "running" | "done" | "undoing";
  /** The state folder before and after; the same when it stays where it is. */
  readonly from: string;
  readonly to: string;
  readonly steps: JournalStep[];
  /** The state database was there before; else its fingerprint when the migration had ended. */
  readonly hadDatabase: boolean;
  database?: string;
  /** Names beside the state database before. */
  readonly beside: readonly string[];
  /** Who held the state folder's lock last: while it is still that one, nobody has used the folder since. */
  holder?: string;
  /** Folders below the state folder that were not there before. */
  readonly absent: readonly string[];
}

/** Where the journal of a migration between these folders lies now; `undefined` when there is none. */
export function journalFolder(places: { readonly from: string; readonly to: string }): string | undefined {
  return [places.to, places.from]
    .map((root) => join(root, FOLDER))
    .find((folder) => existsSync(join(folder, FILE)));
}

/** Reads a journal. @throws Error when it is none */
export function readJournal(folder: string): Journal {
  const path = join(folder, FILE);
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (!isJournal(value)) throw new Error(`${path} is no journal of a migration this version knows.`);
  return value;
}

/** Begins a journal in the folder that is in use now; that of an earlier migration is kept beside it. */
export function beginJournal(journal: Journal, root: string): void {
  const folder = join(root, FOLDER);
  mkdirSync(folder, { recursive: true, mode: PRIVATE_DIR_MODE });
  const path = join(folder, FILE);
  sweepTemporaryFiles(path);
  if (existsSync(path)) renameSync(path, join(folder, `${readJournal(folder).id}.json`));
  writeFileAtomic(path, textOf(journal));
}

/** Removes the journal of a migration that was taken back, and what writers of it left when they were killed. */
export function endJournal(folder: string): void {
  sweepTemporaryFiles(join(folder, FILE));
  rmSync(join(folder, FILE));
}

/** Writes how far a migration has come, wherever its journal has moved. */
export function saveJournal(journal: Journal): void {
  const folder = journalFolder(journal);
  if (folder === undefined) throw new Error(`The journal of the migration to ${journal.to} is gone.`);
  writeFileAtomic(join(folder, FILE), textOf(journal));
}

function textOf(journal: Journal): string {
  return `${JSON.stringify(journal, null, 2)}\n`;
}

/** It was written by this program; what matters is that it is whole, and of a version that is known. */
function isJournal(value: unknown): value is Journal {
  return (
    isObject(value) &&
    value["version"] === 1 &&
    typeof value["id"] === "string" &&
    typeof value["from"] === "string" &&
    typeof value["to"] === "string" &&
    Array.isArray(value["steps"]) &&
    Array.isArray(value["absent"]) &&
    Array.isArray(value["beside"]) &&
    (value["state"] === "running" || value["state"] === "done" || value["state"] === "undoing")
  );
}
