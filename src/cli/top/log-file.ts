import { open } from "node:fs/promises";
import { expandPath, logFilePath, valueAt } from "../../config/index.ts";
import { openConfig } from "../config/open.ts";
import type { Session } from "../session.ts";
import type { LogPage } from "./log-page.ts";

/** Where a gateway of this installation writes today: `logging.file`, or the default place. */
export function logFileOf(session: Session): string {
  const { paths, clock } = session;
  const configured = valueAt(openConfig(session).peek().resolved, ["logging", "file"]);
  return typeof configured === "string" && configured !== ""
    ? expandPath(configured, paths.home)
    : logFilePath(paths, clock.now());
}

/** The end of this installation's log file; `undefined` when there is no file. */
export async function readLogFile(
  session: Session,
  limits: { limit: number; maxBytes: number },
): Promise<LogPage | undefined> {
  const file = logFileOf(session);
  try {
    await using handle = await open(file, "r");
    const { size } = await handle.stat();
    const start = Math.max(0, size - limits.maxBytes);
    const buffer = Buffer.alloc(size - start);
    await handle.read(buffer, 0, buffer.length, start);
    const lines = buffer.toString("utf8").split("\n");
    if (start > 0) lines.shift();
    const full = lines.filter((line) => line !== "");
    return {
      file,
      cursor: size,
      size,
      lines: full.slice(Math.max(0, full.length - limits.limit)),
      truncated: start > 0,
    };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
