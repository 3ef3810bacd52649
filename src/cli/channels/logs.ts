import type { Run } from "../command.ts";
import type { channelLogsFlags } from "../commands/chats/channels.ts";
import { readLogFile } from "../top/log-file.ts";
import { type LogLine, logLineText, readLogLine } from "../top/log-line.ts";
import { channelNamed } from "./known.ts";

/** What is looked through at most, from the end of the file. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Lines of a day; those of channels are picked from them. */
const MAX_LINES = 100_000;

/** What a channel says itself, and what the rooms all channels share say of it; without an id, of any. */
function isAbout({ subsystem = "", fields }: LogLine, id: string | undefined): boolean {
  if (subsystem !== "channels" && !subsystem.startsWith("channels/")) return false;
  return id === undefined || fields.channel === id || `${subsystem}/`.startsWith(`channels/${id}/`);
}

export const run: Run<typeof channelLogsFlags> = async ({ flags, session }) => {
  const { out } = session;
  const isAll = flags.channel === undefined || flags.channel === "all";
  const id = isAll ? undefined : (await channelNamed(undefined, flags.channel)).meta.id;
  const page = await readLogFile(session, { limit: MAX_LINES, maxBytes: MAX_BYTES });
  const lines = (page?.lines ?? [])
    .map(readLogLine)
    .filter((line) => isAbout(line, id))
    .slice(-flags.lines);
  if (flags.json) {
    out.json({ file: page?.file ?? null, channel: id ?? "all", lines: lines.map(({ raw }) => raw) });
    return;
  }
  if (lines.length === 0)
    out.line(page ? "Nothing was logged about it today." : "There is no log file of today.");
  for (const line of lines) out.line(logLineText(line, out.style, false));
};
