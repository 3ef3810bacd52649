export type { ConsoleOutput } from "./console-sink.ts";
export { type ConsoleStyle, consoleText, pairs, shortSubsystem } from "./console-text.ts";
export type { FileSinkStatus } from "./file-sink.ts";
export { takeConsole } from "./library-console.ts";
export { createLogging, type Logging, type LoggingOptions, type LogSettings } from "./logging.ts";
export { localDate, localIso, type LogRecord, type Threshold } from "./record.ts";
export { logFileAt, type LogTarget, newestLogFile } from "./rotating-file.ts";
export { type LogTail, tailLog, type TailRequest } from "./tail.ts";
