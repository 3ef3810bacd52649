import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../../../../config/index.ts";
import { realOf } from "../../../../lib/files/index.ts";

/** The note beside the files of a link that a state folder took over. */
const NOTE = "openclaw-link.json";

/** Who has a link from now on. */
export interface OwnerNote {
  /** State folder, without links. */
  readonly stateDir: string;
  /** When it was taken over, ISO; absent while that is under way. */
  readonly takenOverAt?: string;
}

/** The note of a folder; undefined when nobody took its link over. */
export function ownerOf(folder: string): OwnerNote | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(folder, NOTE), "utf8"));
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || !("stateDir" in value)) return undefined;
  const { stateDir } = value;
  if (typeof stateDir !== "string") return undefined;
  const at = "takenOverAt" in value ? value.takenOverAt : undefined;
  return { stateDir, ...(typeof at === "string" && { takenOverAt: at }) };
}

/** True when the link of a folder belongs to another state folder than this one. */
export function isOwnedElsewhere(folder: string, stateDir: string): boolean {
  const note = ownerOf(folder);
  return note !== undefined && note.stateDir !== realOf(stateDir);
}

/** Says beside the files whose link it is, readable by the owner alone. @throws ConfigError when it cannot be written */
export function writeOwner(folder: string, stateDir: string, takenOverAt?: string): void {
  const note: OwnerNote = { stateDir: realOf(stateDir), ...(takenOverAt !== undefined && { takenOverAt }) };
  const about =
    "This link is kept in the database of the state folder named here; these files are not used any more.";
  writeFileAtomic(join(folder, NOTE), `${JSON.stringify({ about, ...note }, null, 2)}\n`);
}
