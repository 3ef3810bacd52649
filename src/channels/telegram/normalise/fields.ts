import { isRecord } from "../../../lib/records.ts";

/** A part of an update, not yet looked into. */
export type Fields = Readonly<Record<string, unknown>>;

/** Text that is not empty, without half characters; undefined for anything else. */
export function textIn(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === "string" && value !== "" ? value.toWellFormed() : undefined;
}

/** Blanks, control characters, ends of lines, and what turns the direction of text. */
const PAINTING = /[\s\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g;

/** What somebody calls themselves, in one line and without what would do something to the line it is shown in. */
export function nameIn(fields: Fields, name: string): string | undefined {
  const text = textIn(fields, name)?.replaceAll(PAINTING, " ").trim();
  return text === "" ? undefined : text;
}

/** A whole number that is exact; undefined for anything else. */
export function integerIn(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

/** A number that can be calculated with; undefined for anything else. */
export function numberIn(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** An id as the contracts have it: the digits of a whole number. */
export function idIn(fields: Fields, name: string): string | undefined {
  const value = integerIn(fields, name);
  return value === undefined ? undefined : String(value);
}

/** A part below; undefined when there is none. */
export function partIn(fields: Fields, name: string): Fields | undefined {
  const value = fields[name];
  return isRecord(value) ? value : undefined;
}

/** The parts of a list; what is no part is left out. */
export function partsIn(fields: Fields, name: string): readonly Fields[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Telegram's seconds as epoch ms; undefined for what is no time. */
export function timeIn(fields: Fields, name: string): number | undefined {
  const seconds = integerIn(fields, name);
  return seconds === undefined || seconds < 0 ? undefined : seconds * 1000;
}
