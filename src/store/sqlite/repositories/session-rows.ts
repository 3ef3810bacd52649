import { Type, type TSchema } from "@sinclair/typebox";
import { fits, type SessionKey } from "../../../protocol/index.ts";
import { StoreError } from "../../errors.ts";
import type {
  SessionActor,
  SessionEntry,
  SessionEntryPatch,
  SessionRecord,
  SessionRoute,
} from "../../sessions.ts";

/** A row of `sessions`. */
export interface SessionRow {
  readonly id: number;
  readonly key: SessionKey;
  readonly agent_id: string;
  readonly session_id: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly entry: string;
}

const text = Type.Optional(Type.String());
const number = Type.Optional(Type.Number());
const flag = Type.Optional(Type.Boolean());
const key = Type.Optional(Type.Unsafe<SessionKey>(Type.String()));
const oneOf = <const T extends string>(...values: readonly T[]) =>
  Type.Optional(Type.Unsafe<T>(Type.Union(values.map((value) => Type.Literal(value)))));

const ROUTE = {
  channel: Type.String(),
  to: text,
  accountId: text,
  threadId: text,
} satisfies Record<keyof SessionRoute, TSchema>;

const ACTOR = {
  type: Type.Unsafe<SessionActor["type"]>(
    Type.Union([Type.Literal("human"), Type.Literal("agent"), Type.Literal("system")]),
  ),
  id: Type.String(),
  label: text,
} satisfies Record<keyof SessionActor, TSchema>;

const ENTRY = {
  chatType: oneOf("direct", "group", "room"),
  groupId: text,
  subject: text,
  displayName: text,
  label: text,
  autoLabel: text,
  createdVia: text,
  createdBy: Type.Optional(Type.Object(ACTOR)),
  parentSessionKey: key,
  spawnedBy: key,
  lastRoute: Type.Optional(Type.Object(ROUTE)),
  sessionStartedAt: number,
  lastInteractionAt: number,
  lastActivityAt: number,
  lastReadAt: number,
  markedUnreadAt: number,
  pinnedAt: number,
  archivedAt: number,
  archiveReason: text,
  status: oneOf("running", "done", "error", "aborted", "timeout"),
  startedAt: number,
  endedAt: number,
  lastRunId: text,
  abortedLastRun: flag,
  lastRunError: text,
  systemSent: flag,
  lifecycleRevision: number,
  inputTokens: number,
  outputTokens: number,
  totalTokens: number,
  contextTokens: number,
  costTotal: number,
  compactionCount: number,
  thinkingLevel: text,
  fastMode: text,
  verboseLevel: text,
  reasoningLevel: text,
  elevatedLevel: text,
  sendPolicy: oneOf("allow", "deny"),
  groupActivation: oneOf("mention", "always"),
  responseUsage: oneOf("off", "tokens", "full"),
  queueMode: oneOf("steer", "followup", "collect", "interrupt"),
  queueDebounceMs: number,
  queueCap: number,
  queueDrop: oneOf("summarize", "old", "new"),
  providerOverride: text,
  modelOverride: text,
  modelOverrideSource: oneOf("user", "auto", "default"),
  authProfileOverride: text,
  authProfileOverrideSource: oneOf("user", "auto"),
} satisfies Record<keyof SessionEntry, TSchema>;

const Entry = Type.Object(ENTRY);

/** What of a foreign entry has our names and types; the rest is left out. */
export function readableSessionEntry(foreign: Readonly<Record<string, unknown>>): SessionEntry {
  const readable = Object.entries(ENTRY).flatMap(([field, schema]) => {
    const value = foreign[field];
    return value !== undefined && fits(schema, value) ? [[field, value]] : [];
  });
  const entry: unknown = Object.fromEntries(readable);
  if (!fits(Entry, entry)) throw new Error("fields that fit make an entry that fits");
  return entry;
}

/** @throws StoreError `corrupt` */
export function recordOf(row: SessionRow): SessionRecord {
  const entry: unknown = JSON.parse(row.entry);
  if (!fits(Entry, entry)) {
    throw new StoreError("corrupt", `What is stored about the session ${row.key} cannot be read.`);
  }
  return {
    key: row.key,
    agentId: row.agent_id,
    sessionId: row.session_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    entry,
  };
}

/** The entry after a patch: `null` clears a field. */
export function patched(entry: SessionEntry, patch: SessionEntryPatch): SessionEntry {
  const kept: Record<string, unknown> = { ...entry };
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete kept[field];
    else if (value !== undefined) kept[field] = value;
  }
  return kept;
}

/** What a search of the list looks in, lower case. */
export function wordsOf(sessionKey: SessionKey, entry: SessionEntry): string {
  return [sessionKey, entry.label, entry.autoLabel, entry.displayName, entry.subject]
    .filter((part) => part !== undefined)
    .join("\n")
    .toLowerCase();
}

/** Fields whose change is no news of the conversation: it keeps its place in the list. */
const QUIET: ReadonlySet<string> = new Set<keyof SessionEntry>([
  "lastReadAt",
  "markedUnreadAt",
  "pinnedAt",
  "archivedAt",
  "archiveReason",
]);

/** Whether a patch moves a session to the top of the list. */
export function isNews(patch: SessionEntryPatch): boolean {
  return Object.keys(patch).some((field) => !QUIET.has(field));
}
