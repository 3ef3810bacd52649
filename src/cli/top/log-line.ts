import { isRecord } from "../../client/index.ts";
import { pairs } from "../../lib/log/index.ts";
import type { LogLevel } from "../../lib/logger.ts";
import type { Style } from "../terminal/output.ts";

/** One line of the log, taken apart. */
export interface LogLine {
  readonly time: string | undefined;
  readonly level: string | undefined;
  readonly subsystem: string | undefined;
  readonly message: string;
  /** What was told beside the message. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly raw: string;
}

/** Reads a line of the JSONL log; a line that is no JSON is all message. */
export function readLogLine(raw: string): LogLine {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    value = undefined;
  }
  if (!isRecord(value))
    return { time: undefined, level: undefined, subsystem: undefined, message: raw, fields: {}, raw };
  const word = (...keys: string[]): string | undefined => {
    for (const key of keys) {
      const found = value[key];
      if (typeof found === "string" && found !== "") return found;
    }
    return undefined;
  };
  return {
    time: word("time", "ts", "date"),
    level: word("level")?.toLowerCase(),
    subsystem: word("subsystem", "logger"),
    message: word("message", "msg") ?? raw,
    fields: isRecord(value.fields) ? value.fields : {},
    raw,
  };
}

/** `<iso time> <level> <subsystem> <message> <details>`. */
export function logLineText(line: LogLine, style: Style, utc: boolean): string {
  if (line.time === undefined) return line.message;
  const level = paintLevel(line.level ?? "info", style);
  const subsystem = line.subsystem === undefined ? "" : `${style.cyan(line.subsystem)} `;
  const told = pairs(line.fields);
  const details = told === "" ? "" : ` ${style.dim(told)}`;
  return `${style.dim(timeText(line.time, utc))} ${level} ${subsystem}${line.message}${details}`;
}

/** ISO 8601, in UTC or with this machine's offset. */
export function timeText(time: string, utc: boolean): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  if (utc) return date.toISOString();
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
  const two = (value: number): string => String(Math.floor(Math.abs(value))).padStart(2, "0");
  return `${local}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}

function paintLevel(level: string, style: Style): string {
  switch (level as LogLevel) {
    case "fatal":
    case "error":
      return style.red(level);
    case "warn":
      return style.yellow(level);
    case "trace":
    case "debug":
      return style.dim(level);
    default:
      return level;
  }
}
