import type { Session } from "../session.ts";
import { readLogFile } from "../top/log-file.ts";
import { type LogLine, readLogLine, timeText } from "../top/log-line.ts";
import type { LastShutdown } from "./status-report.ts";

/** How much of the log's end is searched; the cause of an end stands near it. */
const SEARCHED = { limit: 2_000, maxBytes: 500_000 };

/** An error with when it happened, as people read it. */
export interface LoggedError {
  readonly line: LogLine;
  readonly text: string;
}

/** The newest error in today's log of this gateway; `undefined` when there is none. */
export async function lastLogError(session: Session): Promise<LoggedError | undefined> {
  const page = await readLogFile(session, SEARCHED);
  const line = page?.lines
    .map(readLogLine)
    .findLast(({ level, time }) => time !== undefined && (level === "error" || level === "fatal"));
  if (line?.time === undefined) return undefined;
  return { line, text: `${timeText(line.time, false)} ${line.message}` };
}

/** What a gateway notes when a signal ends or restarts it. */
const SHUTDOWN = /^received (SIG[A-Z0-9]+|gateway\.stop); (shutting down|restarting)/;

/** How the gateway of today's log last ended; `undefined` when that log does not tell. */
export async function lastLogShutdown(session: Session): Promise<LastShutdown | undefined> {
  const page = await readLogFile(session, SEARCHED);
  const line = page?.lines
    .map(readLogLine)
    .findLast(({ message, time }) => time !== undefined && SHUTDOWN.test(message));
  const [, signal, word] = SHUTDOWN.exec(line?.message ?? "") ?? [];
  if (line?.time === undefined || signal === undefined) return undefined;
  return { kind: word === "restarting" ? "restart" : "stop", signal, at: line.time };
}
