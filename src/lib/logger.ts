export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

export type LogFields = Readonly<Record<string, unknown>>;

/** What every part logs through; sinks, levels and redaction are decided where the logger is made. */
export interface Logger {
  /** A logger for one subsystem, for example `gateway/ws`. */
  child(subsystem: string): Logger;
  /** True when a record of this level would be written anywhere; guard costly fields with it. */
  enabled(level: LogLevel): boolean;
  trace(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  fatal(message: string, fields?: LogFields): void;
}

/** Drops everything; for tests and short commands. */
export const silentLogger: Logger = {
  child: () => silentLogger,
  enabled: () => false,
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
  fatal() {},
};
