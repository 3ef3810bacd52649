import type { SocketConfig } from "@whiskeysockets/baileys";
import type { Logger } from "../../../lib/logger.ts";

/** Fields of the library's records that hold neither keys nor what people said. */
const HARMLESS = new Set([
  "msgId",
  "id",
  "count",
  "retryCount",
  "code",
  "statusCode",
  "tag",
  "type",
  "attempt",
]);

/**
 * What the library logs, in our log at `debug`. Its records have keys, stanzas and messages in them, so only its own fixed words
 * and a few harmless fields are taken over; errors by their message alone.
 */
export function quietLog(log: Logger): SocketConfig["logger"] {
  const say = (fields: unknown, words?: string) => {
    if (!log.enabled("debug")) return;
    const message = typeof fields === "string" ? fields : (words ?? "");
    if (message !== "") log.debug(withoutData(message), harmless(fields));
  };
  const quiet: SocketConfig["logger"] = {
    // The library dumps whole stanzas at `trace` and `debug`.
    level: "info",
    child: () => quiet,
    trace: () => undefined,
    debug: () => undefined,
    info: say,
    warn: say,
    error: say,
  };
  return quiet;
}

/** Texts are fixed words, followed at most by data. */
function withoutData(message: string): string {
  return message
    .replace(/[{[(].*$/s, "")
    .slice(0, 160)
    .trim();
}

function harmless(fields: unknown): Record<string, unknown> {
  if (typeof fields !== "object" || fields === null) return {};
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (HARMLESS.has(name) && (typeof value === "string" || typeof value === "number")) kept[name] = value;
    if ((name === "err" || name === "error") && value instanceof Error) kept["error"] = value.message;
  }
  return kept;
}
