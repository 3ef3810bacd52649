import type { SessionRecord, TranscriptRepository } from "../../../store/index.ts";
import { EXPORT_PAGE_EVENTS, TRANSCRIPT_VERSION } from "./limits.ts";

/** What is exported. */
export interface ExportRequest {
  readonly record: SessionRecord;
  /** An earlier life; the present one unless told. */
  readonly sessionId?: string;
  /** Folder the agent works in, for the header. */
  readonly cwd: string;
}

/**
 * The lines of a session's transcript as JSONL, without line ends, header first. Reads in pages, so that a long transcript
 * is never in memory at once. @throws StoreError
 */
export async function* exportSession(
  transcripts: Pick<TranscriptRepository, "about" | "read">,
  { record, sessionId = record.sessionId, cwd }: ExportRequest,
): AsyncGenerator<string> {
  const about = await transcripts.about(sessionId);
  if (about === undefined) return;
  const timestamp = new Date(about.startedAt).toISOString();
  yield JSON.stringify({ type: "session", version: TRANSCRIPT_VERSION, id: sessionId, timestamp, cwd });
  for (let after = 0; after < about.lastSeq;) {
    const page = await transcripts.read(sessionId, { after, limit: EXPORT_PAGE_EVENTS });
    for (const { event } of page) yield JSON.stringify(event);
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
}
