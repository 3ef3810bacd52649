import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { realOf } from "../../lib/files/index.ts";
import { processIdentity } from "../../lib/process-identity.ts";
import { childEnv, readProgram } from "../../lib/spawn/index.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { lockStateAtRest, removeLocksIn } from "../state-lock.ts";
import type { ArchiveContents } from "./archive/reader.ts";
import { checkDatabase } from "./archive/examine.ts";
import { below, extractArchive, needSpace } from "./archive/extract.ts";
import { type Journal, removeJournal, writeJournal } from "./journal.ts";
import { dropStaged, markStaged, type OnStep, placeAll } from "./place.ts";
import type { RestorePlan } from "./plan.ts";

/** Flushing what was unpacked may take this long. */
const SYNC_TIMEOUT_MS = 60_000;

export interface InPlaceRequest {
  readonly session: Session;
  readonly archive: string;
  readonly contents: ArchiveContents;
  readonly plan: RestorePlan;
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: number) => void;
  readonly onStep?: OnStep;
}

/**
 * Replaces this installation by a backup that was checked. Everything is unpacked beside its place first; then each place is
 * exchanged in one step. Whatever ends the process, each place is complete, old or new, and `finishInterrupted` does the rest.
 * @throws ArchiveError, CliError
 */
export async function restoreInPlace(request: InPlaceRequest): Promise<void> {
  const { session, plan, onStep = () => {} } = request;
  const stateDir = realOf(session.paths.stateDir);
  using _lock = await lockStateAtRest(session);
  const journal: Journal = {
    version: 1,
    phase: "staging",
    pid: process.pid,
    startTime: processIdentity().ownStart,
    places: plan.places.map(({ to, staged, aside, isFolder }) => ({
      to,
      staged,
      isFolder,
      ...(aside !== undefined && { aside }),
    })),
    carried: plan.carried.map(({ from, to }) => ({ from, to })),
  };
  onStep("journal");
  writeJournal(stateDir, journal);
  try {
    onStep("stage");
    await stage(request);
    markStaged(journal);
    // Written for good before anything is replaced, so that a power cut finds it whole too.
    if (process.platform !== "win32") {
      readProgram({ command: "sync", env: childEnv(session.env.raw, ["PATH"]), timeoutMs: SYNC_TIMEOUT_MS });
    }
    request.signal?.throwIfAborted();
  } catch (error) {
    dropStaged(journal);
    removeJournal(stateDir);
    throw error;
  }
  onStep("commit");
  writeJournal(stateDir, { ...journal, phase: "placing" });
  try {
    placeAll(journal, onStep);
  } catch (cause) {
    throw explainedStop(cause, stateDir);
  }
  onStep("done");
  const state = plan.places.find(({ kind }) => kind === "state");
  if (state?.aside !== undefined) removeLocksIn(state.aside, session);
  removeJournal(stateDir);
}

async function stage({ archive, contents, plan, signal, onProgress }: InPlaceRequest): Promise<void> {
  for (const { to } of plan.places) mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  const [first] = plan.places;
  if (first !== undefined) await needSpace(dirname(first.to), contents.bytes);
  const routes = plan.places.map(({ from, staged }) => below(from, staged));
  // The innermost asset a name belongs to: a workspace may hold the state, or the other way round.
  const depth = plan.places.map(({ from }) => from.length);
  const order = [...routes.keys()].sort((a, b) => (depth[b] ?? 0) - (depth[a] ?? 0));
  const place = (name: string): string | undefined => {
    for (const at of order) {
      const found = routes[at]?.(name);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  await extractArchive({ archive, contents, place, signal, onProgress });
  const database = contents.manifest.database;
  const copy = database === undefined ? undefined : place(database.path);
  if (copy !== undefined) await checkDatabase(copy);
}

function explainedStop(cause: unknown, stateDir: string): CliError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const mounted = /EBUSY|EXDEV/.test(reason);
  return new CliError(`The backup is unpacked, but could not take its place: ${reason}.`, {
    cause,
    hint: mounted
      ? `${stateDir} is a disk of its own, which cannot be exchanged. Restore to a folder on it (--target) and name that with OPENCLAW_STATE_DIR. Take back what was begun: openclaw doctor --fix`
      : "Finish it when the cause is mended: openclaw doctor --fix",
  });
}
