import {
  commentsOf,
  isObject,
  readTree,
  type Rewritten,
  rewriteJson5,
  sameValue,
  TextError,
  withValue,
} from "../document/index.ts";
import { ConfigError, invalidConfig } from "../errors.ts";
import { type IsSensitive, redactText, restoreReferences, restoreText } from "../redaction/index.ts";
import type { ConfigSnapshot } from "../snapshot.ts";
import { WRITER } from "./owner.ts";

/** A whole document that a client sent, ready to write; or, where includes were flattened into it, just its value. */
export type DocumentChange = { readonly document: Rewritten } | { readonly target: unknown };

/** Parses a text a client sent. Throws `ConfigError` `syntax` naming line and column. */
export function parseText(raw: string): unknown {
  try {
    readTree(raw);
    return Bun.JSON5.parse(raw);
  } catch (cause) {
    const reason = cause instanceof TextError ? String(cause) : `SyntaxError: ${String(cause)}`;
    throw new ConfigError("syntax", reason, [], cause);
  }
}

/**
 * Turns the document a client sent into the text to store: placeholders and resolved variables become what is
 * stored, comments stay, the writer is noted. Throws `ConfigError`.
 */
export function documentChange(
  raw: string,
  before: ConfigSnapshot<unknown>,
  options: { readonly sensitive: IsSensitive; readonly version: string },
): DocumentChange {
  if (!isObject(parseText(raw))) {
    throw invalidConfig([{ path: "", message: "The config must be an object" }]);
  }
  const shown = before.raw === null ? null : redactText(before.raw, options.sensitive);
  if (before.raw !== null && (raw === before.raw || raw === shown)) {
    return { document: { text: before.raw, kept: true } };
  }
  const flattened = before.includes.length > 0 && !raw.includes("$include");
  const text = restoreText(raw, flattened ? before.sourceConfig : before.parsed, before.raw);
  const value = restoreReferences(Bun.JSON5.parse(text), before);
  if (flattened) return { target: value };
  const noted = sameValue(value, before.parsed) ? value : withValue(value, WRITER, options.version);
  // A document without a comment of its own (a form's, say) keeps the comments of the file it replaces.
  const commented = before.raw !== null && before.readable && commentsOf(before.raw).length > 0;
  const base = commented && commentsOf(text).length === 0 ? before.raw : text;
  return { document: rewriteJson5(base, noted) };
}
