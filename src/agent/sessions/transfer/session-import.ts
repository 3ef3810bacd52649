import type { Clock } from "../../../lib/clock.ts";
import type { SessionKey } from "../../../protocol/index.ts";
import type { ForeignTranscript, Repositories, SessionRecord } from "../../../store/index.ts";
import { canonicalKey, factsOf } from "../keys/index.ts";
import { entryFrom } from "./foreign-entry.ts";
import { readTranscript, timeIn } from "./foreign-transcript.ts";
import { usageIn } from "./foreign-usage.ts";
import type { ForeignSession } from "./foreign.ts";
import { messageOf } from "./legacy-folder.ts";
import { openSource, sourcesAt } from "./sources.ts";

/** What an import is made from. */
export interface SessionImportDeps {
  readonly store: Pick<Repositories, "sessions" | "transcripts">;
  readonly clock: Clock;
  /** Folder for the copy of a database that is read. */
  readonly tmpDir: string;
  /** Whose a folder is that does not say. */
  readonly defaultAgentId: () => string;
}

/** What is done with a session: `create` it, add its transcripts to one that is here (`history`), or `none`. */
export type ImportAction = "create" | "history" | "none";

/** One session that was found. */
export interface ImportItem {
  /** File it is in. */
  readonly source: string;
  /** Its key here. */
  readonly key: SessionKey;
  readonly sessionId: string;
  readonly action: ImportAction;
  /** Ids of the transcripts that are not here yet. */
  readonly transcripts: readonly string[];
  /** Bytes of their files, as far as they are files. */
  readonly bytes: number;
}

/** What an import would do; JSON. */
export interface ImportPlan {
  readonly items: readonly ImportItem[];
  /** What could not be made out, for a person. */
  readonly problems: readonly string[];
}

/** What an import did; JSON. */
export interface ImportResult extends ImportPlan {
  readonly sessions: number;
  readonly transcripts: number;
  readonly events: number;
}

/** Takes over the sessions of another OpenClaw, or of an older one. Changes nothing of the source; a repeat changes nothing. */
export class SessionImport {
  readonly #deps: SessionImportDeps;

  constructor(deps: SessionImportDeps) {
    this.#deps = deps;
  }

  /**
   * What is at `path`: a state folder, the folder of an agent, a sessions folder or a database of an agent.
   * @throws StoreError, PathJailError
   */
  async plan(path: string): Promise<ImportPlan> {
    const items: ImportItem[] = [];
    const problems = await this.#each(path, async (_, item) => void items.push(item));
    return { items, problems };
  }

  /** Does it, one session in one act. @throws StoreError, PathJailError */
  async run(path: string): Promise<ImportResult> {
    const items: ImportItem[] = [];
    const failures: string[] = [];
    const done = { sessions: 0, transcripts: 0, events: 0 };
    const problems = await this.#each(path, async (session, item) => {
      if (item.action === "none") return void items.push(item);
      const { transcripts, problems: unread } = await readLives(session, item);
      failures.push(...unread.map(({ text }) => text));
      // Taken over without the transcript it is on, it would never be looked at again.
      if (unread.some(({ sessionId }) => sessionId === session.sessionId)) return;
      const record = recordFrom(session, item, transcripts, this.#deps.clock.now());
      const adopted = await this.#deps.store.transcripts.adopt(record, transcripts);
      if (adopted.created) done.sessions += 1;
      for (const { sessionId, events } of transcripts) {
        if (!adopted.transcripts.includes(sessionId)) continue;
        done.transcripts += 1;
        done.events += events.length;
      }
      items.push({ ...item, transcripts: adopted.transcripts });
    });
    return { items, problems: [...problems, ...failures], ...done };
  }

  async #each(
    path: string,
    visit: (session: ForeignSession, item: ImportItem) => Promise<void>,
  ): Promise<readonly string[]> {
    const problems: string[] = [];
    const sources = await sourcesAt(path, this.#deps.defaultAgentId());
    if (sources.length === 0) problems.push(`${path}: there are no sessions here`);
    for (const source of sources) {
      using opened = await openSource(source, this.#deps.tmpDir);
      problems.push(...opened.problems);
      for (const session of opened.sessions) {
        let item: ImportItem;
        try {
          item = await this.#look(session);
        } catch (error) {
          problems.push(`${session.source}: ${messageOf(error)}`);
          continue;
        }
        await visit(session, item);
        // A large import shares the process with turns.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    return problems;
  }

  /** @throws InvalidSessionKeyError, StoreError */
  async #look(session: ForeignSession): Promise<ImportItem> {
    const { sessions, transcripts } = this.#deps.store;
    const key = keyFor(session);
    const here = await sessions.get(key);
    const missing: (typeof session.lives)[number][] = [];
    for (const life of session.lives) {
      if ((await transcripts.about(life.sessionId)) === undefined) missing.push(life);
    }
    const owned = session.key === undefined && missing.length === 0;
    return {
      source: session.source,
      key,
      sessionId: session.sessionId,
      action: owned ? "none" : here === undefined ? "create" : missing.length > 0 ? "history" : "none",
      transcripts: missing.map(({ sessionId }) => sessionId),
      bytes: missing.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    };
  }
}

/** The key a session has here; one that nothing names gets a name of its own. @throws InvalidSessionKeyError */
function keyFor({ key, agentId, sessionId }: ForeignSession): SessionKey {
  const owner = agentId.toLowerCase();
  if (key === undefined) return canonicalKey(`imported:${sessionId}`, owner);
  // Older versions call direct messages `dm`.
  return canonicalKey(key.replace(/(^|:)dm:/, "$1direct:"), owner);
}

/** The transcripts that are not here yet; one that cannot be read is told and left out. */
async function readLives(
  session: ForeignSession,
  item: ImportItem,
): Promise<{ transcripts: ForeignTranscript[]; problems: { sessionId: string; text: string }[] }> {
  const transcripts: ForeignTranscript[] = [];
  const problems: { sessionId: string; text: string }[] = [];
  const { agentId } = factsOf(item.key);
  const channel = entryFrom(session.entry).lastRoute?.channel ?? "webchat";
  for (const life of session.lives.filter(({ sessionId }) => item.transcripts.includes(sessionId))) {
    const { sessionId } = life;
    try {
      const { events, startedAt } = readTranscript(await life.lines());
      const usage = usageIn(events, { key: item.key, agentId, sessionId, channel });
      transcripts.push({ sessionId, startedAt: life.startedAt ?? startedAt ?? 0, events, usage });
    } catch (error) {
      const text = `${session.source}: the transcript ${sessionId} was left out: ${messageOf(error)}`;
      problems.push({ sessionId, text });
    }
  }
  return { transcripts, problems };
}

function recordFrom(
  session: ForeignSession,
  { key, action }: ImportItem,
  transcripts: ForeignTranscript[],
  now: number,
): SessionRecord {
  const entry = entryFrom(session.entry);
  const times = transcripts
    .flatMap(({ events }) => events.at(-1)?.timestamp ?? [])
    .map((at) => Date.parse(at));
  const lastAt = times.length === 0 ? undefined : Math.max(...times);
  const begun = transcripts.map(({ startedAt }) => startedAt);
  const createdAt = timeIn(session.entry["createdAt"]) ?? (begun.length === 0 ? now : Math.min(...begun));
  const updatedAt = timeIn(session.entry["updatedAt"]) ?? lastAt ?? createdAt;
  // A session always has the transcript it is on, even an empty one.
  if (action === "create" && !transcripts.some(({ sessionId }) => sessionId === session.sessionId)) {
    transcripts.push({ sessionId: session.sessionId, startedAt: createdAt, events: [], usage: [] });
  }
  return {
    key,
    agentId: factsOf(key).agentId,
    sessionId: session.sessionId,
    createdAt,
    updatedAt,
    // What nothing named is kept, out of the way.
    entry: session.key === undefined ? { ...entry, archivedAt: now, archiveReason: "imported" } : entry,
  };
}
