import type { Session } from "../session.ts";
import { readLogFile } from "../top/log-file.ts";
import { type LogLine, readLogLine } from "../top/log-line.ts";

/** How much of the log's end is searched; the cause of an end stands near it. */
const SEARCHED = { limit: 2_000, maxBytes: 500_000 };

/** The newest error in today's log of this gateway; `undefined` when there is none. */
export async function lastLogError(session: Session): Promise<LogLine | undefined> {
  const page = await readLogFile(session, SEARCHED);
  return page?.lines
    .map(readLogLine)
    .findLast(({ level, time }) => time !== undefined && (level === "error" || level === "fatal"));
}
