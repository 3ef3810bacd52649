import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { temporaryFilesOf } from "../../config/index.ts";
import { realOf } from "../../lib/files/index.ts";
import { processIdentity } from "../../lib/process-identity.ts";
import type { Session } from "../session.ts";
import { lockStateAtRest } from "../state-lock.ts";
import { type Journal, journalPath, readJournal, removeJournal } from "./journal.ts";
import { dropStaged, placeAll } from "./place.ts";

/** A restore of this state folder that did not come to its end and that nobody works on; undefined when there is none. */
export function interruptedRestore({ paths }: Session): Journal | undefined {
  const stateDir = realOf(paths.stateDir);
  if (!existsSync(journalPath(stateDir))) return undefined;
  const journal = readJournal(stateDir);
  if (journal === undefined) return undefined;
  const { pid, startTime } = journal;
  return processIdentity().isRunning(pid, startTime) ? undefined : journal;
}

/** Beginnings of a journal, left by a restore that was killed before it had unpacked anything. */
export function journalLitter({ paths }: Session): string[] {
  const path = journalPath(realOf(paths.stateDir));
  if (!existsSync(dirname(path))) return [];
  const processes = processIdentity();
  return temporaryFilesOf(path).filter((file) => {
    const pid = Number(/\.(\d+)\.[\w-]+\.tmp$/.exec(file)?.[1]);
    return !processes.isRunning(pid, undefined);
  });
}

/**
 * Ends an interrupted restore: one that had replaced something is carried through, any other is taken back. Says what was
 * done; undefined when there was nothing to do. @throws CliError when a gateway runs
 */
export async function finishInterrupted(session: Session): Promise<string | undefined> {
  const journal = interruptedRestore(session);
  if (journal === undefined) return undefined;
  const stateDir = realOf(session.paths.stateDir);
  if (journal.phase === "staging") {
    dropStaged(journal);
    removeJournal(stateDir);
    return "Took back a restore that had replaced nothing yet";
  }
  // Not while the folder is missing: locking it would make an empty one.
  using _lock = existsSync(stateDir) ? await lockStateAtRest(session) : undefined;
  placeAll(journal);
  removeJournal(stateDir);
  return "Carried an interrupted restore through";
}
