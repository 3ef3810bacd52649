import { basename, join } from "node:path";
import { listInside, openInside, PathJailError, readInside } from "../../../lib/path-jail/index.ts";
import { fieldsOf } from "../context/index.ts";
import type { ForeignLife, ForeignSession, ForeignSessions } from "./foreign.ts";
import { IMPORT_FILE_MAX_BYTES, IMPORT_HEADER_MAX_BYTES } from "./limits.ts";

const INDEX = "sessions.json";
/** A transcript in use; those that were reset, deleted or packed have more behind the ending. */
const TRANSCRIPT = /^[\w.@+-]+\.jsonl$/;

/** Sessions of a folder with `sessions.json` and a file for each transcript. Only reads. @throws PathJailError */
export async function readLegacyFolder(folder: string, agentId: string): Promise<ForeignSessions> {
  const jail = { root: folder };
  const { entries } = await listInside(jail, folder);
  const files = new Set(
    entries.filter(({ kind, name }) => kind === "file" && TRANSCRIPT.test(name)).map(({ name }) => name),
  );
  const problems: string[] = [];
  const sessions: ForeignSession[] = [];
  const used = new Set<string>();
  for (const [key, value] of await indexIn(folder, problems)) {
    const entry = fieldsOf(value);
    const sessionId = entry?.["sessionId"];
    if (entry === undefined || typeof sessionId !== "string") {
      problems.push(`${join(folder, INDEX)}: "${key}" names no session`);
      continue;
    }
    const file = fileOf(entry, sessionId, files);
    if (file === undefined) problems.push(`${join(folder, INDEX)}: the transcript of "${key}" is missing`);
    else used.add(file);
    sessions.push({
      source: join(folder, INDEX),
      agentId,
      key,
      sessionId,
      entry,
      lives: file === undefined ? [] : [await lifeIn(folder, file, sessionId)],
    });
  }
  for (const file of [...files].filter((name) => !used.has(name))) {
    const sessionId = await headerId(folder, file);
    if (sessionId === undefined) {
      problems.push(`${join(folder, file)} is no transcript`);
      continue;
    }
    const lives = [await lifeIn(folder, file, sessionId)];
    sessions.push({ source: join(folder, file), agentId, key: undefined, sessionId, entry: {}, lives });
  }
  return { sessions, problems };
}

async function indexIn(folder: string, problems: string[]): Promise<[string, unknown][]> {
  try {
    const { bytes } = await readInside({ root: folder }, INDEX, IMPORT_FILE_MAX_BYTES);
    const index: unknown = JSON.parse(bytes.toString());
    const fields = fieldsOf(index);
    if (fields === undefined) throw new Error("it is not an object");
    return Object.entries(fields);
  } catch (error) {
    if (error instanceof PathJailError && error.kind === "missing") return [];
    problems.push(`${join(folder, INDEX)} cannot be read: ${messageOf(error)}`);
    return [];
  }
}

/** The file of an entry. It may name one, of which only the last part counts: it must lie in the folder. */
function fileOf(
  entry: Readonly<Record<string, unknown>>,
  sessionId: string,
  files: ReadonlySet<string>,
): string | undefined {
  const { sessionFile } = entry;
  const named = typeof sessionFile === "string" ? basename(sessionFile.replaceAll("\\", "/")) : undefined;
  return [named, `${sessionId}.jsonl`].find((name) => name !== undefined && files.has(name));
}

/** A file as a transcript. One that may not be read has no size, and says why when it is. */
async function lifeIn(folder: string, file: string, sessionId: string): Promise<ForeignLife> {
  const jail = { root: folder };
  const bytes = await sizeIn(folder, file);
  return {
    sessionId,
    startedAt: undefined,
    bytes,
    lines: async () => linesOf((await readInside(jail, file, IMPORT_FILE_MAX_BYTES)).bytes.toString()),
  };
}

async function sizeIn(folder: string, file: string): Promise<number | undefined> {
  try {
    await using opened = await openInside({ root: folder }, file);
    return opened.stats.size;
  } catch {
    return undefined;
  }
}

/** The id in the header of a transcript; undefined when it has none. */
async function headerId(folder: string, file: string): Promise<string | undefined> {
  try {
    await using opened = await openInside({ root: folder }, file);
    const { buffer, bytesRead } = await opened.handle.read({
      buffer: Buffer.alloc(IMPORT_HEADER_MAX_BYTES),
      position: 0,
    });
    const [first] = buffer.toString("utf8", 0, bytesRead).split("\n", 1);
    const header: unknown = JSON.parse(first ?? "");
    const { type, id } = fieldsOf(header) ?? {};
    return type === "session" && typeof id === "string" && id !== "" ? id : undefined;
  } catch {
    // Whatever it is, it is reported as no transcript.
    return undefined;
  }
}

/** Lines of JSONL. The last one may have been cut off when its writer died; any other that is broken is left out as well. */
export function linesOf(text: string): readonly unknown[] {
  return text.split("\n").flatMap((line): unknown[] => {
    if (line.trim() === "") return [];
    try {
      const value: unknown = JSON.parse(line);
      return [value];
    } catch {
      return [];
    }
  });
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
