import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "./clock.ts";
import type { Ids } from "./ids.ts";
import { processIdentity, type ProcessIdentity } from "./process-identity.ts";
import { endGroup, endMarked, type ProgramRequest, type ProgramResult, runProgram } from "./spawn/index.ts";

/** Variable that every noted child has in its environment, and with it all it starts. */
export const CHILD_MARK = "OPENCLAW_COMMAND_ID";

/** Whoever starts programs that may run for long notes them here. */
export interface ChildNotes {
  /** Notes a child that was just started with `mark` in its environment; the result takes the note away. Never throws. */
  note(pid: number, mark: string): () => void;
}

/** What a note holds. */
interface Note {
  readonly pid: number;
  /** When it began, in the unit of this system; a number used again by another program has another one. */
  readonly start: number;
  readonly mark: string;
}

/** Time leftovers have to end by themselves before they are killed. */
const LEFTOVER_GRACE_MS = 500;

/** Owner only: the notes name programs of this account. */
const PRIVATE_DIR = 0o700;
const PRIVATE_FILE = 0o600;

/**
 * The programs under way, one small file each, so that the next gateway finds what a killed one left running. Programs
 * are known by number and start time, and by a mark in their environment; never by name.
 */
export class ChildJournal implements ChildNotes {
  constructor(
    private readonly folder: string,
    private readonly processes: ProcessIdentity = processIdentity(),
  ) {}

  note(pid: number, mark: string): () => void {
    const path = join(this.folder, String(pid));
    const note: Note = { pid, start: this.processes.startOfFresh(pid), mark };
    try {
      mkdirSync(this.folder, { recursive: true, mode: PRIVATE_DIR });
      writeFileSync(path, JSON.stringify(note), { mode: PRIVATE_FILE });
    } catch {
      // A full disk must not keep a command from running; it is only not found again after a crash.
    }
    return () => rmSync(path, { force: true });
  }
}

/** Runs programs to their end, each noted while it runs. What still runs at the disposal is killed with all it started. */
export class NotedPrograms implements Disposable {
  readonly #over = new AbortController();

  constructor(
    private readonly notes: ChildNotes,
    private readonly ids: Pick<Ids, "uuid">,
  ) {}

  /** As `runProgram`. Throws when the program cannot be started. */
  readonly run = (request: Omit<ProgramRequest, "signal" | "started">): Promise<ProgramResult> => {
    const mark = this.ids.uuid();
    return runProgram({
      ...request,
      env: { ...request.env, [CHILD_MARK]: mark },
      signal: this.#over.signal,
      started: (pid) => this.notes.note(pid, mark),
    });
  };

  [Symbol.dispose](): void {
    this.#over.abort();
  }
}

/**
 * Ends what earlier gateways of this folder left running, with everything it started. Only for whoever holds the lock of
 * the state folder. Returns how many were ended.
 */
export async function endLeftovers(folder: string, clock: Clock): Promise<number> {
  const notes = notesIn(folder);
  if (notes.length === 0) return 0;
  const processes = processIdentity();
  const ended = await Promise.all(
    notes.map(async ({ pid, start, mark }) => {
      const leads = processes.isRunning(pid, start);
      if (leads) await endGroup(pid, LEFTOVER_GRACE_MS, clock);
      const strays = await endMarked(`${CHILD_MARK}=${mark}`, LEFTOVER_GRACE_MS, clock);
      rmSync(join(folder, String(pid)), { force: true });
      return leads || strays > 0;
    }),
  );
  return ended.filter(Boolean).length;
}

function notesIn(folder: string): Note[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    // No command was ever run here.
    return [];
  }
  return names.flatMap((name) => {
    const path = join(folder, name);
    const note = readNote(path);
    // A gateway that was killed while it wrote.
    if (note === undefined) rmSync(path, { force: true, recursive: true });
    return note ?? [];
  });
}

function readNote(path: string): Note | undefined {
  try {
    const { pid, start, mark } = JSON.parse(readFileSync(path, "utf8")) as Partial<
      Record<keyof Note, unknown>
    >;
    const sound =
      Number.isSafeInteger(pid) && Number.isFinite(start) && typeof mark === "string" && mark !== "";
    return sound ? { pid: Number(pid), start: Number(start), mark } : undefined;
  } catch {
    return undefined;
  }
}
