import { existsSync, readFileSync, rmSync } from "node:fs";
import { type Static, Type } from "@sinclair/typebox";
import { sweepTemporaryFiles, writeFileAtomic } from "../../config/index.ts";
import { fits } from "../../protocol/index.ts";

/** What a restore is about to do, kept beside the state folder until it is done. */
export const Journal = Type.Object({
  version: Type.Literal(1),
  /** `staging`: nothing was replaced yet. `placing`: everything is unpacked, and some of it may be in its place. */
  phase: Type.Union([Type.Literal("staging"), Type.Literal("placing")]),
  /** The process that does it. */
  pid: Type.Integer({ minimum: 1 }),
  /** When that process began. */
  startTime: Type.Number(),
  places: Type.Array(
    Type.Object({
      to: Type.String(),
      staged: Type.String(),
      aside: Type.Optional(Type.String()),
      isFolder: Type.Boolean(),
    }),
  ),
  carried: Type.Array(Type.Object({ from: Type.String(), to: Type.String() })),
});

export type Journal = Static<typeof Journal>;

/** Where the journal of restores of a state folder (a real path) is. */
export function journalPath(stateDir: string): string {
  return `${stateDir}.restoring.json`;
}

/** The journal that an interrupted restore left; undefined when there is none. */
export function readJournal(stateDir: string): Journal | undefined {
  const path = journalPath(stateDir);
  if (!existsSync(path)) return undefined;
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (fits(Journal, value)) return value;
  throw new Error(`${path} is not the journal of a restore; move it away`);
}

/** Writes the journal as one act; only for the holder of the state's lock. */
export function writeJournal(stateDir: string, journal: Journal): void {
  sweepTemporaryFiles(journalPath(stateDir));
  writeFileAtomic(journalPath(stateDir), `${JSON.stringify(journal, null, 2)}\n`);
}

/** Ends the journal, with what writers of it left when they were killed. */
export function removeJournal(stateDir: string): void {
  sweepTemporaryFiles(journalPath(stateDir));
  rmSync(journalPath(stateDir), { force: true });
}
