import { displayPath } from "../config/index.ts";
import { CliError } from "./errors.ts";

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Reads `90s`, `24h`, `1h30m` or a plain number of ms. Throws a `CliError` that names the option. */
export function durationMs(text: string, name: string): number {
  const trimmed = text.trim().toLowerCase();
  if (/^\d{1,12}$/.test(trimmed)) return Number(trimmed);
  if (!/^(\d{1,9}(ms|[smhdw]))+$/.test(trimmed)) {
    throw new CliError(`Invalid --${name}. Use a duration such as 90s, 24h or 7d.`);
  }
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+)(ms|[smhdw])/g)) {
    total += Number(amount) * (UNIT_MS[unit ?? ""] ?? 0);
  }
  return total;
}

/** How long ago, in the largest unit that fits: `3m ago`, `just now`. */
export function ago(then: number, now: number): string {
  const span = now - then;
  return span < 1_000 ? "just now" : `${spanOf(span)} ago`;
}

/** A duration in one or two units: `45ms`, `12s`, `3h 5m`. */
export function spanOf(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours}h` : `${hours}h ${minutes % 60}m`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days}d` : `${days}d ${hours % 24}h`;
}

/** `1 node`, `2 nodes`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Bytes in the unit that reads best, for example `42.5 MB`. */
export function bytes(count: number): string {
  if (count < 1_024) return `${count} B`;
  const units = ["KB", "MB", "GB", "TB"];
  let value = count;
  let unit = "B";
  for (const next of units) {
    if (value < 1_024) break;
    value /= 1_024;
    unit = next;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** A path in a command that a person is to copy: short where that means the same to a shell, quoted where it has to be. */
export function shellPath(path: string, home: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? displayPath(path, home) : `'${path.replaceAll("'", `'\\''`)}'`;
}

/** Parses a JSON option. Throws a `CliError` that names it. */
export function jsonOption(text: string | undefined, name: string, fallback: unknown): unknown {
  if (text === undefined) return fallback;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError(`--${name} must be valid JSON.`, {
      cause,
      hint: `For example: --${name} '{"key":"value"}'`,
    });
  }
}

/** An option the command cannot do without. Throws a `CliError` when it is missing. */
export function needed(value: string | undefined, name: string): string {
  if (value === undefined)
    throw new CliError(`Missing option: --${name}.`, { hint: "Add --help to see how it is used." });
  return value;
}
