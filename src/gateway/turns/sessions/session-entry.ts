import type { SessionRecord } from "../../../store/index.ts";

/** What is stored of a session, as answers to changes show it. */
export function entryOf({ sessionId, createdAt, updatedAt, entry }: SessionRecord) {
  return {
    sessionId,
    createdAt,
    updatedAt,
    ...entry,
    lifecycleRevision: String(entry.lifecycleRevision ?? 0),
  };
}
