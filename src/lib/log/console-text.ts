import type { LogFields, LogLevel } from "../logger.ts";
import { localIso, type LogRecord } from "./record.ts";

/** How a record looks on the console. */
export type ConsoleStyle = "pretty" | "compact" | "json";

/** Parts of a subsystem's name that say nothing to a person. */
const DULL_PREFIX = /^(?:gateway|channels|providers)\//;

const CODE = { red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, grey: 90 } as const;

type Colour = keyof typeof CODE;

const LEVEL_COLOUR: Readonly<Record<LogLevel, Colour>> = {
  trace: "grey",
  debug: "grey",
  info: "cyan",
  warn: "yellow",
  error: "red",
  fatal: "magenta",
};

const SUBSYSTEM_COLOURS: readonly Colour[] = ["cyan", "green", "yellow", "blue", "magenta"];

/** Everything that moves the cursor or rings the bell: a record from outside must not paint the terminal. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** `gateway/ws` → `ws`; of longer names the last two parts. */
export function shortSubsystem(subsystem: string): string {
  return subsystem.replace(DULL_PREFIX, "").split("/").slice(-2).join("/");
}

/** One record as text, without the line end: pretty is for a terminal, compact for a pipe. */
export function consoleText(record: LogRecord, style: "pretty" | "compact", colour: boolean): string {
  const paint = (text: string, name: Colour) => (colour ? `\u001b[${CODE[name]}m${text}\u001b[39m` : text);
  const iso = localIso(record.time);
  const short = shortSubsystem(record.subsystem);
  const parts = [
    paint(style === "pretty" ? iso.slice(11, 19) : iso, "grey"),
    record.level === "info" ? "" : paint(record.level, LEVEL_COLOUR[record.level]),
    short === "" ? "" : paint(`[${short}]`, subsystemColour(short)),
    printable(record.message),
    record.fields === undefined ? "" : paint(pairs(record.fields), "grey"),
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function subsystemColour(name: string): Colour {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return SUBSYSTEM_COLOURS[sum % SUBSYSTEM_COLOURS.length] ?? "cyan";
}

/** `name=value` for each field, without control characters. */
export function pairs(fields: LogFields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => printable(`${name}=${pairValue(value)}`))
    .join(" ");
}

function pairValue(value: unknown): string {
  return typeof value === "string" && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

function printable(text: string): string {
  return text.replace(CONTROL, "").replaceAll("\n", "\n  ");
}
