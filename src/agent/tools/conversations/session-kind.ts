import type { SessionRecord } from "../../../store/index.ts";

export const SESSION_KINDS = ["main", "group", "cron", "hook", "node", "other"] as const;
export type SessionKind = (typeof SESSION_KINDS)[number];

/** What sort of conversation a session is, by its key. */
export function kindOf({ key, entry }: Pick<SessionRecord, "key" | "entry">): SessionKind {
  const rest = key.split(":").slice(2).join(":");
  if (rest === "main" || key === "global") return "main";
  if (rest.startsWith("cron:")) return "cron";
  if (rest.startsWith("hook:")) return "hook";
  if (rest.startsWith("node:") || rest.startsWith("node-")) return "node";
  const group =
    entry.chatType === "group" || entry.chatType === "room" || /:(?:group|channel|room):/.test(`:${rest}`);
  return group ? "group" : "other";
}

/** The row of a session in `sessions_list`. */
export function rowOf(record: SessionRecord) {
  const { entry } = record;
  return {
    key: record.key,
    sessionId: record.sessionId,
    agentId: record.agentId,
    kind: kindOf(record),
    channel: entry.lastRoute?.channel ?? "unknown",
    ...pick("label", entry.label),
    ...pick("displayName", entry.displayName ?? entry.autoLabel),
    ...pick("spawnedBy", entry.spawnedBy ?? entry.parentSessionKey),
    archived: entry.archivedAt !== undefined,
    pinned: entry.pinnedAt !== undefined,
    updatedAt: record.updatedAt,
    ...pick("model", entry.modelOverride),
    ...pick("contextTokens", entry.contextTokens),
    ...pick("totalTokens", entry.totalTokens),
    ...pick("status", entry.status),
    abortedLastRun: entry.abortedLastRun ?? false,
  };
}

function pick<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  const found: Partial<Record<K, V>> = {};
  if (value !== undefined) found[name] = value;
  return found;
}
