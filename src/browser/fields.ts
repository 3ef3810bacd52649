import { BrowserError } from "./errors.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A text that is not blank; undefined when it is absent. @throws BrowserError 400 for anything that is no text */
export function textIn(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new BrowserError(400, `${name} must be a text`);
  return value.trim() === "" ? undefined : value.trim();
}

/** The same, as it was given: blanks mean something in it. */
export function rawTextIn(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new BrowserError(400, `${name} must be a text`);
}

/** A switch; in a query it is a word. */
export function switchIn(fields: Fields, name: string): boolean | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "1") return true;
  if (value === "false" || value === "0") return false;
  throw new BrowserError(400, `${name} must be true or false`);
}

/** A number of at least 0; in a query it is a text. */
export function numberIn(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === "") return undefined;
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number) && number >= 0) return number;
  throw new BrowserError(400, `${name} must be a number of at least 0`);
}
