import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isObject, writeFileAtomic } from "../../../config/index.ts";
import { isFolder, namesIn } from "./tree.ts";
import type { TakeOver } from "./step.ts";

/** Notes what was taken over already, so that it is not offered again. */
const NOTE = join("migration", "taken-over.json");

/** Where a database of the Node gateway is put, out of the way of ours. */
export const PEER_FOLDER = join("state", "node-gateway");

/** Something that an earlier version keeps in files, below the state folder. */
export interface OldSource {
  readonly what: TakeOver;
  /** File or folder, relative to the state folder. */
  readonly place: string;
  /** Changes when the source does. */
  readonly mark: string;
}

/** Everything below a state folder that could be taken over, whether it was or not. */
export function oldSources(stateDir: string): OldSource[] {
  const agents = namesIn(join(stateDir, "agents")).filter((id) => isFolder(join(stateDir, "agents", id)));
  const databases = [
    join(PEER_FOLDER, "openclaw.sqlite"),
    ...agents.map((id) => join("agents", id, "agent", "openclaw-agent.sqlite")),
  ];
  const credentials = [
    join("credentials", "oauth.json"),
    ...agents.flatMap((id) =>
      ["auth-profiles.json", "auth.json"].map((file) => join("agents", id, "agent", file)),
    ),
  ];
  const allowed = namesIn(join(stateDir, "credentials"))
    .filter((name) => name.endsWith("-allowFrom.json"))
    .map((name) => join("credentials", name));
  const rows: readonly (readonly [TakeOver, readonly string[]])[] = [
    // Databases before the files they were made from.
    ["sessions", [...databases.slice(1), ...agents.map((id) => join("agents", id, "sessions")), "sessions"]],
    ["models", [...credentials, ...databases]],
    ["pairing", [...allowed, ...databases.slice(0, 1)]],
  ];
  return rows.flatMap(([what, places]) =>
    places.flatMap((place) => {
      const mark = markOf(join(stateDir, place));
      return mark === undefined ? [] : [{ what, place, mark }];
    }),
  );
}

/** Sources that are new since the last time. */
export function untaken(stateDir: string): OldSource[] {
  const noted = readNote(stateDir);
  return oldSources(stateDir).filter(({ what, place, mark }) => noted[`${what} ${place}`] !== mark);
}

/** Notes that these were taken over. */
export function noteTaken(stateDir: string, sources: readonly OldSource[]): void {
  const note = readNote(stateDir);
  for (const { what, place, mark } of sources) note[`${what} ${place}`] = mark;
  writeFileAtomic(join(stateDir, NOTE), `${JSON.stringify(note, null, 2)}\n`);
}

/** The path of the note of a state folder. */
export function notePath(stateDir: string): string {
  return join(stateDir, NOTE);
}

function readNote(stateDir: string): Record<string, unknown> {
  const path = notePath(stateDir);
  if (!existsSync(path)) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isObject(value) ? value : {};
  } catch {
    // Taking over twice changes nothing; forgetting what was taken only asks once more.
    return {};
  }
}

/** Size and time of a file; of a folder of transcripts, those of all its files. `undefined` for nothing, or nothing in it. */
function markOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (!stat.isDirectory()) return `${stat.size} ${Math.round(stat.mtimeMs)}`;
  const files = namesIn(path).filter((name) => /\.jsonl?$/.test(name));
  const stats = files.flatMap((name) => statSync(join(path, name), { throwIfNoEntry: false }) ?? []);
  if (stats.length === 0) return undefined;
  const bytes = stats.reduce((sum, { size }) => sum + size, 0);
  return `${stats.length} ${bytes} ${Math.round(Math.max(...stats.map(({ mtimeMs }) => mtimeMs)))}`;
}
