import type { Logger } from "../logger.ts";

/** Characters of what a library says that are kept. */
const MAX_SAID_CHARS = 200;

const WAYS = {
  error: "warn",
  warn: "warn",
  info: "debug",
  log: "debug",
  debug: "debug",
  trace: "debug",
} as const;

/**
 * Has what libraries print by themselves go to the log instead, until disposed. Only the first words are kept: what
 * follows them is as a rule what a stranger sent, such as the frame of a stream that could not be read.
 */
export function takeConsole(log: Logger): Disposable {
  const before = { ...console };
  for (const [name, level] of Object.entries(WAYS)) {
    Reflect.set(console, name, (...args: readonly unknown[]) => {
      log[level]("a library has something to say", { said: firstWords(args[0]), more: args.length - 1 });
    });
  }
  return {
    [Symbol.dispose]() {
      for (const name of Object.keys(WAYS)) Reflect.set(console, name, Reflect.get(before, name));
    },
  };
}

function firstWords(value: unknown): string {
  if (typeof value === "string") return value.slice(0, MAX_SAID_CHARS).toWellFormed();
  return value instanceof Error ? value.name : typeof value;
}
