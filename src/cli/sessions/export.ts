import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { displayPath } from "../../config/index.ts";
import { openRoster } from "../agents/roster.ts";
import type { Run } from "../command.ts";
import type { exportFlags } from "../commands/sessions.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { plural } from "../words.ts";

export const run: Run<typeof exportFlags> = async ({ flags, args, session }) => {
  const [{ exportSession, canonicalKey, InvalidSessionKeyError }, { openStoreReader, StoreError }] =
    await Promise.all([import("../../agent/index.ts"), import("../../store/index.ts")]);
  const { roster } = await openRoster(session);
  try {
    const key = canonicalKey(args[0] ?? "", flags.agent ?? roster.defaultId);
    using reader = openStoreReader(session.paths.dbPath);
    const record = await reader.sessions.get(key);
    if (record === undefined) {
      throw new CliError(`There is no session ${key}.`, { hint: "See which there are: openclaw sessions" });
    }
    const lives = await reader.transcripts.lives(key);
    if (flags.sessionId !== undefined && !lives.includes(flags.sessionId)) {
      throw new CliError(`${key} has no transcript ${flags.sessionId}.`, {
        hint: `It has: ${lives.join(", ")}`,
      });
    }
    const cwd = roster.has(record.agentId) ? roster.get(record.agentId).cwd : session.paths.home;
    const { sessionId } = flags;
    const lines = exportSession(reader.transcripts, {
      record,
      cwd,
      ...(sessionId !== undefined && { sessionId }),
    });
    if (flags.output !== undefined) return await toFile(session, lines, flags.output, flags.force);
    for await (const line of lines) session.out.raw(`${line}\n`);
  } catch (error) {
    if (error instanceof InvalidSessionKeyError || error instanceof StoreError) {
      throw new CliError(error.message, {
        hint: "See which sessions there are: openclaw sessions",
        cause: error,
      });
    }
    throw error;
  }
  return;
};

/** For its owner's eyes: what was said is nobody else's. */
const PRIVATE = 0o600;

async function toFile(
  { out, paths }: Session,
  lines: AsyncIterable<string>,
  path: string,
  force: boolean,
): Promise<void> {
  const file = createWriteStream(path, { flags: force ? "w" : "wx", mode: PRIVATE });
  try {
    await once(file, "open");
    let count = 0;
    for await (const line of lines) {
      count += 1;
      if (!file.write(`${line}\n`)) await once(file, "drain");
    }
    file.end();
    await once(file, "finish");
    out.line(`Wrote ${plural(count, "line")} to ${displayPath(path, paths.home)}.`);
  } catch (cause) {
    file.destroy();
    const exists = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    const reason = exists ? "it is there already" : cause instanceof Error ? cause.message : String(cause);
    throw new CliError(`${displayPath(path, paths.home)} was not written: ${reason}.`, {
      cause,
      ...(exists && { hint: "Choose another --output, or add --force to replace it." }),
    });
  }
}
