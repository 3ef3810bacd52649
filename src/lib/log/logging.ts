import type { Clock } from "../clock.ts";
import { type LogFields, type Logger, type LogLevel } from "../logger.ts";
import { compilePatterns, type Redactor, redactText, type SecretRegistry } from "../redact.ts";
import { type ConsoleOutput, ConsoleSink } from "./console-sink.ts";
import type { ConsoleStyle } from "./console-text.ts";
import { FileSink, type FileSinkStatus } from "./file-sink.ts";
import { DEFAULT_MAX_FILE_BYTES } from "./limits.ts";
import { plainFields, plainText } from "./plain.ts";
import { type LogRecord, passes, type Threshold } from "./record.ts";
import { Repeats } from "./repeats.ts";
import type { LogTarget } from "./rotating-file.ts";

/** What can change while the program runs; the `logging` section of the configuration, resolved. */
export interface LogSettings {
  /** Of the file; `info` unless told. */
  readonly level?: Threshold | undefined;
  /** Of the console; `info` unless told. */
  readonly consoleLevel?: Threshold | undefined;
  /** `pretty` on a terminal and `compact` elsewhere unless told. */
  readonly consoleStyle?: ConsoleStyle | undefined;
  /** Size in bytes at which a new file is begun. */
  readonly maxFileBytes?: number | undefined;
  /** Regular expressions of further secrets, as written in the configuration. */
  readonly redactPatterns?: readonly string[] | undefined;
}

/** What a log is made from. */
export interface LoggingOptions {
  readonly clock: Clock;
  readonly secrets: SecretRegistry;
  /** No file without it. */
  readonly target?: LogTarget | undefined;
  /** No console without it. */
  readonly output?: ConsoleOutput | undefined;
  readonly settings?: LogSettings | undefined;
  /** `--verbose`: the console shows debug records too; the file is left as it is. */
  readonly verbose?: boolean | undefined;
  /** Colours on (`FORCE_COLOR`) or off (`NO_COLOR`) whatever the output is; a terminal has them unless told. */
  readonly colour?: boolean | undefined;
}

/** A log and the control over it. */
export interface Logging {
  /** The root logger, without a subsystem. */
  readonly log: Logger;
  /** What every record goes through; for other outputs (errors, `config.get`, log tails). */
  readonly redact: Redactor;
  /** Takes new settings at once; a pattern that is none is told as a warning and left out. */
  configure(settings: LogSettings): void;
  /** Goes on in another file; does nothing without one. */
  moveTo(target: LogTarget): Promise<void>;
  /** How the log file fares; undefined without one. */
  file(): FileSinkStatus | undefined;
  /** Settles when everything logged so far is in the file. */
  flush(): Promise<void>;
  /** The same before it returns: for the last moments of a process. It happens by itself at `exit` and on `fatal`. */
  flushNow(): void;
  /** Flushes and closes the file. */
  close(): Promise<void>;
}

/** Makes the log of this process: redacted, repeats counted, to the file and the console by their own levels. */
export function createLogging(options: LoggingOptions): Logging {
  const { clock, secrets, target, output, verbose = false } = options;
  const file =
    target && new FileSink({ target, clock, threshold: "info", maxFileBytes: DEFAULT_MAX_FILE_BYTES });
  const tty = output?.isTTY === true;
  const shown =
    output && new ConsoleSink({ output, threshold: "info", style: "compact", colour: options.colour ?? tty });
  const sinks = [file, shown].filter((sink) => sink !== undefined);
  let patterns: readonly RegExp[] = [];
  const redact: Redactor = (text) => redactText(text, secrets, patterns);
  const repeats = new Repeats(clock, (record: LogRecord) => {
    for (const sink of sinks) if (passes(record.level, sink.threshold)) sink.write(record);
  });

  const enabled = (level: LogLevel) => sinks.some((sink) => passes(level, sink.threshold));
  const emit = (level: LogLevel, subsystem: string, message: string, fields?: LogFields) => {
    if (!enabled(level)) return;
    repeats.write({
      time: clock.now(),
      level,
      subsystem,
      message: plainText(message, redact),
      fields: fields && plainFields(fields, redact),
    });
  };
  const loggerFor = (subsystem: string): Logger => ({
    child: (name) => loggerFor(name),
    enabled,
    trace: (message, fields) => emit("trace", subsystem, message, fields),
    debug: (message, fields) => emit("debug", subsystem, message, fields),
    info: (message, fields) => emit("info", subsystem, message, fields),
    warn: (message, fields) => emit("warn", subsystem, message, fields),
    error: (message, fields) => emit("error", subsystem, message, fields),
    fatal: (message, fields) => emit("fatal", subsystem, message, fields),
  });
  const log = loggerFor("");

  const configure = (settings: LogSettings) => {
    const compiled = compilePatterns(settings.redactPatterns ?? []);
    patterns = compiled.patterns;
    if (file) {
      file.threshold = settings.level ?? "info";
      file.maxFileBytes = settings.maxFileBytes ?? DEFAULT_MAX_FILE_BYTES;
    }
    if (shown) {
      const wanted = settings.consoleLevel ?? "info";
      shown.threshold = verbose && !passes("debug", wanted) ? "debug" : wanted;
      shown.style = settings.consoleStyle ?? (tty ? "pretty" : "compact");
    }
    for (const { source, reason } of compiled.invalid) {
      loggerFor("log").warn("logging.redactPatterns has an entry that is no regular expression", {
        source,
        reason,
      });
    }
  };
  configure(options.settings ?? {});

  const flushNow = () => {
    repeats.flush();
    file?.flushNow();
  };
  process.on("exit", flushNow);
  return {
    log,
    redact,
    configure,
    async moveTo(to) {
      repeats.flush();
      await file?.moveTo(to);
    },
    file: () => file?.status(),
    async flush() {
      repeats.flush();
      await file?.flush();
    },
    flushNow,
    async close() {
      process.off("exit", flushNow);
      repeats.flush();
      await file?.close();
    },
  };
}
