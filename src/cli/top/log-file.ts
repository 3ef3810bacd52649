import { open } from "node:fs/promises";
import { logFilePath } from "../../config/index.ts";
import type { Session } from "../session.ts";
import type { LogPage } from "./log-page.ts";

/** The end of this installation's log file; `undefined` when there is no file. */
export async function readLogFile(
  session: Session,
  limits: { limit: number; maxBytes: number },
): Promise<LogPage | undefined> {
  const file = logFilePath(session.paths, session.clock.now());
  try {
    await using handle = await open(file, "r");
    const { size } = await handle.stat();
    const start = Math.max(0, size - limits.maxBytes);
    const buffer = Buffer.alloc(size - start);
    await handle.read(buffer, 0, buffer.length, start);
    const lines = buffer.toString("utf8").split("\n");
    if (start > 0) lines.shift();
    const full = lines.filter((line) => line !== "");
    return { file, cursor: size, size, lines: full.slice(-limits.limit), truncated: start > 0 };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
