import { CliError } from "./errors.ts";

/** How one option is read, shown and completed. `T` is what a handler gets. */
export interface Flag<T> {
  /** Help text, one line. */
  readonly summary: string;
  /** Placeholder of the value in help; absent for a switch. */
  readonly placeholder?: string;
  readonly short?: string;
  /** Other spellings, without dashes. */
  readonly aliases?: readonly string[];
  readonly choices?: readonly string[];
  /** Shown in help. */
  readonly fallback?: string;
  /** A switch that also takes `--no-…`; for a value flag, `--no-…` clears it. */
  readonly negatable?: boolean;
  /** Only `--no-…` exists and is documented. */
  readonly negativeOnly?: boolean;
  /** Accepted, completed nowhere, shown nowhere. */
  readonly hidden?: boolean;
  /** Value when the option is absent. */
  readonly absent: T;
  /** Reads one occurrence; `before` is the value so far. Throws `CliError` for a value that cannot be used. */
  read(raw: string, before: T, name: string): T;
}

/** Options of a command by camelCase name; `maxBytes` is typed `--max-bytes`. */
export type FlagTable = Readonly<Record<string, Flag<unknown>>>;

/** What a handler gets for a table. */
export type FlagValues<F extends FlagTable> = {
  readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never;
};

type Extras = Omit<Partial<Flag<unknown>>, "absent" | "read" | "summary" | "choices">;

/** The spelling on the command line, without dashes. */
export function flagName(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** An option without a value. */
export function toggle(summary: string, extras: Extras = {}): Flag<boolean> {
  return { ...extras, summary, absent: false, read: (raw) => raw !== "false" };
}

/** An option that is on unless `--no-…` is given. */
export function onByDefault(summary: string, extras: Extras = {}): Flag<boolean> {
  return { ...extras, summary, absent: true, negativeOnly: true, read: (raw) => raw !== "false" };
}

/** A text value, taken as it is. */
export function text(placeholder: string, summary: string, extras: Extras = {}): Flag<string | undefined> {
  return { ...extras, summary, placeholder, absent: undefined, read: (raw) => raw };
}

/** A text value that must not be blank. */
export function filled(placeholder: string, summary: string, extras: Extras = {}): Flag<string | undefined> {
  return {
    ...extras,
    summary,
    placeholder,
    absent: undefined,
    read(raw, _before, name) {
      if (raw.trim() === "") throw new CliError(`Invalid --${name}. Give it a value that is not empty.`);
      return raw;
    },
  };
}

/** A text value that may be given more than once. */
export function list(placeholder: string, summary: string, extras: Extras = {}): Flag<readonly string[]> {
  return { ...extras, summary, placeholder, absent: [], read: (raw, before) => [...before, raw] };
}

/** One of a few words; `absent` is used when the option is not given. */
export function choice<const T extends string>(
  choices: readonly T[],
  summary: string,
  extras?: Extras,
): Flag<T | undefined> {
  return {
    placeholder: "mode",
    ...extras,
    summary,
    choices,
    absent: undefined,
    read: wordReader(choices),
  };
}

/** One of a few words, with a default. */
export function choiceOr<const T extends string>(
  choices: readonly T[],
  absent: T,
  summary: string,
  extras?: Extras,
): Flag<T> {
  return {
    placeholder: "mode",
    ...extras,
    summary,
    choices,
    fallback: absent,
    absent,
    read: wordReader(choices),
  };
}

function wordReader<T extends string>(
  choices: readonly T[],
): (raw: string, before: unknown, name: string) => T {
  return (raw, _before, name) => {
    const word = choices.find((candidate) => candidate === raw.trim());
    if (word !== undefined) return word;
    throw new CliError(`Invalid --${name}. Use one of: ${choices.join(", ")}.`);
  };
}

/** A whole number within limits, or `undefined` when not given. */
export function integer(
  placeholder: string,
  summary: string,
  limits: { min: number; max?: number },
  extras: Extras = {},
): Flag<number | undefined> {
  return { ...extras, summary, placeholder, absent: undefined, read: integerReader(limits) };
}

/** A whole number within limits, with a default. */
export function integerOr(
  absent: number,
  placeholder: string,
  summary: string,
  limits: { min: number; max?: number },
  extras: Extras = {},
): Flag<number> {
  return { ...extras, summary, placeholder, fallback: String(absent), absent, read: integerReader(limits) };
}

function integerReader(limits: { min: number; max?: number }) {
  return (raw: string, _before: unknown, name: string): number => {
    const value = /^\d{1,15}$/.test(raw.trim()) ? Number(raw.trim()) : Number.NaN;
    if (value >= limits.min && value <= (limits.max ?? Number.MAX_SAFE_INTEGER)) return value;
    const range =
      limits.max === undefined ? `of at least ${limits.min}` : `from ${limits.min} to ${limits.max}`;
    throw new CliError(`Invalid --${name}. Use a whole number ${range}.`);
  };
}

const MAX_PORT = 65_535;

/** A TCP port. */
export function port(summary: string, extras: Extras = {}): Flag<number | undefined> {
  return {
    ...extras,
    summary,
    placeholder: "port",
    absent: undefined,
    read(raw, _before, name) {
      const value = /^\d{1,5}$/.test(raw.trim()) ? Number(raw.trim()) : Number.NaN;
      if (value >= 1 && value <= MAX_PORT) return value;
      throw new CliError(`Invalid --${name}. Use a port number from 1 to 65535, for example 18789.`);
    },
  };
}
