import type { SessionRecord } from "../../../store/index.ts";
import { fieldsOf } from "../context/index.ts";

/** Where a client is in a transcript. */
export interface Cursor {
  readonly agentId: string;
  readonly sessionId: string;
  /** Of which reading of the transcript; another one after a reset. */
  readonly generation: string;
  readonly lastSeq: number;
}

const VERSION = 1;

/** The reading of a session's transcript that clients have now. */
export function generationOf(record: SessionRecord): string {
  return String(record.entry.lifecycleRevision ?? 0);
}

/** An opaque text for clients. */
export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify({ ...cursor, version: VERSION })).toString("base64url");
}

/** Undefined for a text that is no cursor of ours. */
export function readCursor(text: string): Cursor | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, "base64url").toString());
  } catch {
    return undefined;
  }
  const { agentId, sessionId, generation, lastSeq, version } = fieldsOf(value) ?? {};
  if (version !== VERSION || typeof agentId !== "string" || typeof sessionId !== "string") return undefined;
  if (typeof generation !== "string" || typeof lastSeq !== "number") return undefined;
  return { agentId, sessionId, generation, lastSeq };
}
