import { existsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { listInside } from "../../../lib/path-jail/index.ts";
import { openPeerDatabase, type PeerDatabase } from "../../../store/index.ts";
import { fieldsOf } from "../context/index.ts";
import type { ForeignSession, ForeignSessions } from "./foreign.ts";
import { messageOf, readLegacyFolder } from "./legacy-folder.ts";

const DATABASE = join("agent", "openclaw-agent.sqlite");

/** A place that holds sessions of one agent. */
export type Source =
  | { readonly kind: "database"; readonly path: string }
  | { readonly kind: "folder"; readonly path: string; readonly agentId: string };

/**
 * What a path holds: a state folder (`agents/<id>/…`), the folder of one agent, a sessions folder, or one database.
 * Databases come before folders, which they were made from. @throws PathJailError
 */
export async function sourcesAt(path: string, defaultAgentId: string): Promise<readonly Source[]> {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [{ kind: "database", path }];
  const agents = join(path, "agents");
  if (existsSync(agents)) {
    const { entries } = await listInside({ root: agents }, agents);
    const folders = entries.filter(({ kind }) => kind === "folder");
    return folders.flatMap(({ name }) => sourcesOfAgent(join(agents, name), name));
  }
  const ofAgent = sourcesOfAgent(path, basename(path));
  if (ofAgent.length > 0) return ofAgent;
  const isIn = basename(path) === "sessions" && basename(dirname(dirname(path))) === "agents";
  return [{ kind: "folder", path, agentId: isIn ? basename(dirname(path)) : defaultAgentId }];
}

function sourcesOfAgent(folder: string, agentId: string): Source[] {
  const [database, sessions] = [join(folder, DATABASE), join(folder, "sessions")];
  return [
    ...(existsSync(database) ? [{ kind: "database", path: database } as const] : []),
    ...(existsSync(sessions) ? [{ kind: "folder", path: sessions, agentId } as const] : []),
  ];
}

/** Sessions of one source, readable until it is disposed of. */
export interface OpenedSource extends ForeignSessions, Disposable {}

/** Opens a source; one that cannot be read has a problem and no sessions. Changes nothing of it. */
export async function openSource(source: Source, tmpDir: string): Promise<OpenedSource> {
  try {
    if (source.kind === "folder") {
      return { ...(await readLegacyFolder(source.path, source.agentId)), [Symbol.dispose]: () => {} };
    }
    const database = openPeerDatabase(source.path, tmpDir);
    return {
      sessions: sessionsIn(database, source.path),
      problems: [],
      [Symbol.dispose]: () => database[Symbol.dispose](),
    };
  } catch (error) {
    return { sessions: [], problems: [messageOf(error)], [Symbol.dispose]: () => {} };
  }
}

function sessionsIn(database: PeerDatabase, path: string): ForeignSession[] {
  return database.sessions().map(({ key, currentSessionId, entry, transcripts }) => ({
    source: path,
    agentId: database.agentId,
    key,
    sessionId: currentSessionId,
    entry: fieldsOf(entry) ?? {},
    lives: transcripts.map(({ sessionId, startedAt }) => ({
      sessionId,
      startedAt,
      bytes: undefined,
      lines: async () => database.events(sessionId),
    })),
  }));
}
