import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { isObject, sweepTemporaryFiles, writeFileAtomic } from "../../../config/index.ts";
import type { GatewayLock } from "../../../lib/locks/index.ts";
import type { Session } from "../../session.ts";
import { isThere, linksTo, move, realAt } from "./apply-step.ts";
import { lockFolder, type Witness } from "./carry-out.ts";
import { fingerprint } from "./fingerprint.ts";
import { endJournal, type Journal, journalFolder, type JournalStep, saveJournal } from "./journal.ts";
import { sessionOn } from "./legacy-state.ts";
import { notePath } from "./sources.ts";
import { namesIn } from "./tree.ts";

/**
 * Takes a migration back, one that was interrupted too. What was written since stays; the answer says, for people, what that is.
 * @throws Error where something has taken an old place meanwhile, GatewayRunningError
 */
export async function undo(
  journal: Journal,
  session: Session,
  witness: Witness = () => {},
): Promise<readonly string[]> {
  const kept: string[] = [];
  const root = existsSync(journal.to) ? journal.to : journal.from;
  const unused = isUnused(journal, session, root);
  const lock = await lockFolder(session, root);
  journal.holder = lock.owner.ownerId;
  try {
    if (journal.state === "running") {
      const begun = journal.steps.find(({ done }) => !done);
      if (begun !== undefined) Object.assign(begun, { done: true, uncertain: true });
    }
    journal.state = "undoing";
    saveJournal(journal);
    for (const [index, entry] of [...journal.steps.entries()].reverse()) {
      if (!entry.done) continue;
      witness(index, "before");
      undoStep(entry, { journal, session, kept, lock, unused });
      witness(index, "done");
      entry.done = false;
      saveJournal(journal);
      witness(index, "noted");
    }
  } finally {
    lock.release();
  }
  tidy(journal);
  return kept;
}

interface Undoing {
  readonly journal: Journal;
  readonly session: Session;
  readonly kept: string[];
  readonly lock: GatewayLock;
  /** Nobody has used the state database since the migration. */
  readonly unused: boolean;
}

/** Nobody has: its content is what the migration left, or the lock of whoever was killed on the way is still there. */
function isUnused(journal: Journal, session: Session, root: string): boolean {
  const { dbPath, stateLockPath } = sessionOn(session, root).paths;
  if (journal.database !== undefined) return fingerprint(dbPath) === journal.database;
  try {
    const lock: unknown = JSON.parse(readFileSync(stateLockPath, "utf8"));
    return isObject(lock) && lock["ownerId"] === journal.holder;
  } catch {
    return false;
  }
}

function undoStep(entry: JournalStep, doing: Undoing): void {
  const { step } = entry;
  switch (step.kind) {
    case "take-over":
      forgetDatabase(doing);
      return;
    case "settings":
      putBack(entry, step.path, doing.kept);
      return;
    case "link":
      if (linksTo(step.path, step.to)) unlinkSync(step.path);
      return;
    case "folder":
      if (existsSync(step.path) && readdirSync(step.path).length === 0) rmdirSync(step.path);
      return;
    case "move":
      // The lock lies in the folder; left to its end it would come along.
      if (step.to === doing.journal.to) doing.lock.release();
      if (isThere(step.to) && !(entry.uncertain === true && realAt(step.from))) move(step.to, step.from);
      return;
  }
}

/** The file and its journals. */
const DATABASE_ENDINGS = ["", "-wal", "-shm", "-journal"] as const;

/** The state database that the migration made: nothing is in it that is not in its sources, unless it was used since. */
function forgetDatabase({ journal, session, kept, unused }: Undoing): void {
  const { dbPath } = sessionOn(session, journal.to).paths;
  if (journal.hadDatabase) {
    note(kept, `What was taken over stays in ${dbPath}, which was there before.`);
    return;
  }
  const aside = `${dbPath}.${journal.id}`;
  const name = basename(dbPath);
  const ours = (file: string) =>
    DATABASE_ENDINGS.some((ending) => file === `${name}${ending}`) ||
    (file.startsWith(`${name}.`) && !journal.beside.includes(file));
  for (const file of namesIn(dirname(dbPath)).filter(ours)) {
    const path = join(dirname(dbPath), file);
    if (unused) rmSync(path);
    else if (!file.startsWith(basename(aside))) renameSync(path, `${aside}${file.slice(name.length)}`);
  }
  if (existsSync(aside)) note(kept, `The state database has been used since, and is kept: ${aside}`);
}

function putBack({ before, after }: JournalStep, path: string, kept: string[]): void {
  if (existsSync(dirname(path))) sweepTemporaryFiles(path);
  // Never written: the migration was interrupted before.
  if (before === undefined || !existsSync(path)) return;
  const now = readFileSync(path, "utf8");
  if (now === before.text) return;
  if (now !== after) {
    note(kept, `${path} has been changed since, and stays as it is.`);
    return;
  }
  if (before.text === null) {
    rmSync(path);
    return;
  }
  writeFileAtomic(path, before.text);
  chmodSync(path, before.mode);
}

function note(kept: string[], line: string): void {
  if (!kept.includes(line)) kept.push(line);
}

/** Removes what the migration needed for itself. */
function tidy(journal: Journal): void {
  const folder = journalFolder(journal);
  if (folder === undefined) return;
  const root = dirname(folder);
  for (const place of [...journal.absent].sort((a, b) => b.length - a.length)) removeEmpty(join(root, place));
  sweepTemporaryFiles(notePath(root));
  rmSync(notePath(root), { force: true });
  endJournal(folder);
  removeEmpty(folder);
  // Made for the parts that went into a folder that was there.
  if (journal.to !== journal.from && root === journal.to) removeEmpty(root);
}

function removeEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}
