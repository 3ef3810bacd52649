import { isRecord } from "../../../client/browser/index.ts";

/** A line of the log, taken apart. */
export interface LogLine {
  /** Of all that were read, for telling lines apart. */
  readonly id: number;
  readonly time: string;
  readonly level: string;
  readonly subsystem: string;
  readonly message: string;
}

/** Levels of the log, what matters least first. */
export const LEVELS = ["trace", "debug", "info", "warn", "error"] as const;

/** Reads a line; one that is not of ours is its own message. */
export function readLine(text: string, id: number): LogLine {
  const value = parsed(text);
  if (!isRecord(value)) return { id, time: "", level: "info", subsystem: "", message: text };
  const fields = isRecord(value.fields) ? ` ${JSON.stringify(value.fields)}` : "";
  return {
    id,
    time: wordOf(value.time),
    level: wordOf(value.level),
    subsystem: wordOf(value.subsystem),
    message: `${wordOf(value.message)}${fields}`,
  };
}

/** Whether somebody who asked for `least` and for the words of `search` wants to see the line. */
export function isWanted(line: LogLine, least: string, search: string): boolean {
  const rank = (level: string): number => LEVELS.findIndex((known) => known === level);
  if (rank(line.level) >= 0 && rank(line.level) < rank(least)) return false;
  const text = `${line.subsystem} ${line.message}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
