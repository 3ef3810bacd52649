import { LOG_LEVELS, type LogFields, type LogLevel } from "../logger.ts";

/** A level below which nothing is written; `silent` writes nothing at all. */
export type Threshold = LogLevel | "silent";

/** One thing that happened, free of secrets and safe to write as JSON. */
export interface LogRecord {
  /** Epoch ms. */
  readonly time: number;
  readonly level: LogLevel;
  /** Empty for the root. */
  readonly subsystem: string;
  readonly message: string;
  readonly fields?: LogFields | undefined;
}

/** Where records go. A sink never throws: a log that fails must not end what it tells about. */
export interface LogSink {
  /** Takes a record at or above its threshold. */
  write(record: LogRecord): void;
  threshold: Threshold;
}

/** True when a record of `level` passes `threshold`. */
export function passes(level: LogLevel, threshold: Threshold): boolean {
  return threshold !== "silent" && LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(threshold);
}

/** Local time as ISO 8601 with its offset: `2026-01-31T13:45:00.123+01:00`. */
export function localIso(epochMs: number): string {
  const date = new Date(epochMs);
  const offset = -date.getTimezoneOffset();
  const shifted = new Date(epochMs + offset * 60_000).toISOString().slice(0, -1);
  const two = (n: number) => String(Math.floor(Math.abs(n))).padStart(2, "0");
  return `${shifted}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}

/** The local date, `YYYY-MM-DD`. */
export function localDate(epochMs: number): string {
  return localIso(epochMs).slice(0, 10);
}
