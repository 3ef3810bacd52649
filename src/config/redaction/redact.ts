import {
  commentsOf,
  type ConfigPath,
  isObject,
  type JsonObject,
  mapStrings,
  readTree,
  rewriteJson5,
  setOwn,
  valueAt,
} from "../document/index.ts";
import { formatPath } from "../key-path.ts";
import type { Json5Node } from "../locate.ts";
import { ConfigError } from "../errors.ts";
import { wholeReference } from "../load/index.ts";

/** Stands for a stored secret in everything that leaves the gateway; written back, it keeps the stored one. */
export const REDACTED = "__OPENCLAW_REDACTED__";

/** True for keys that hold a secret. */
export type IsSensitive = (path: ConfigPath) => boolean;

const SECRET_KEY =
  /(?:token|passw(?:or)?d|passphrase|secret|api[-_]?key|private[-_]?key|credentials?|authorization|cookie)$/i;
const URL_WITH_LOGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*:[^/?#\s]*@/i;
const COMMENTED_SECRET =
  /((?:token|passw(?:or)?d|passphrase|secret|api[-_]?key|private[-_]?key)["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s"',}]+)/gi;
/** Shortest secret that is looked for in other places; shorter ones would hit ordinary words. */
const MIN_TRACKED_CHARS = 8;

/** True when the key's own name says that it holds a secret, whatever the schema knows. */
export function looksSecret(key: string): boolean {
  return SECRET_KEY.test(key);
}

/** Whether the string at `path` must not be shown. References to a secret kept elsewhere may be. */
export function isSecretText(text: string, path: ConfigPath, sensitive: IsSensitive): boolean {
  if (text === "" || wholeReference(text) !== undefined) return false;
  if (URL_WITH_LOGIN.test(text)) return true;
  const key = path.findLast((part) => typeof part === "string");
  return (
    (typeof key === "string" && looksSecret(key)) ||
    path.some((_, depth) => sensitive(path.slice(0, depth + 1)))
  );
}

/** A copy in which every secret is replaced by `REDACTED`. `more` adds paths to hide, dotted. */
export function redactValue(value: unknown, sensitive: IsSensitive, more?: ReadonlySet<string>): unknown {
  const walk = (item: unknown, path: ConfigPath): unknown => {
    if (typeof item === "string") {
      return isSecretText(item, path, sensitive) || more?.has(formatPath(path)) ? REDACTED : item;
    }
    if (Array.isArray(item)) return item.map((part, index) => walk(part, [...path, index]));
    if (!isObject(item) || isSecretRef(item)) return item;
    const copy: JsonObject = {};
    for (const [key, part] of Object.entries(item)) setOwn(copy, key, walk(part, [...path, key]));
    return copy;
  };
  return walk(value, []);
}

/** Every secret in `value`, for hiding them wherever else they turn up. */
export function secretTexts(value: unknown, sensitive: IsSensitive): Set<string> {
  const found = new Set<string>();
  mapStrings(value, (text, path) => {
    const shown = valueAt(value, path.slice(0, -1));
    if (text.length >= MIN_TRACKED_CHARS && !isSecretRef(shown) && isSecretText(text, path, sensitive))
      found.add(text);
    return text;
  });
  return found;
}

/**
 * The text of a config with every secret replaced, in comments too. `null` when the text is no JSON5: what cannot be
 * read cannot be redacted.
 */
export function redactText(text: string, sensitive: IsSensitive): string | null {
  let parsed: unknown;
  let tree: Json5Node;
  try {
    parsed = Bun.JSON5.parse(text);
    tree = readTree(text);
  } catch {
    return null;
  }
  const spans: { start: number; end: number; text: string }[] = [];
  const redacted = redactValue(parsed, sensitive);
  const visit = (node: Json5Node, path: ConfigPath): void => {
    if (node.kind === "object") for (const member of node.members) visit(member.value, [...path, member.key]);
    else if (node.kind === "list") node.items.forEach((item, index) => visit(item.value, [...path, index]));
    // Of a key that is there twice both values are hidden, whichever of them counts.
    else if (valueAt(redacted, path) === REDACTED)
      spans.push({ start: node.start, end: node.end, text: JSON.stringify(REDACTED) });
  };
  visit(tree, []);
  for (const comment of commentsOf(text)) {
    const end = comment.start + comment.text.length;
    spans.push({ start: comment.start, end, text: redactComment(comment.text) });
  }
  let result = "";
  let at = 0;
  for (const span of spans.sort((a, b) => a.start - b.start)) {
    result += text.slice(at, span.start) + span.text;
    at = span.end;
  }
  result += text.slice(at);
  for (const secret of secretTexts(parsed, sensitive)) {
    if (result.includes(secret)) result = result.replaceAll(secret, REDACTED);
  }
  return result;
}

/**
 * Puts the stored values back where a new text holds `REDACTED`; `stored` is the value, `storedText` the text the
 * reader was shown. Throws `ConfigError` `placeholder` when nothing is stored there.
 */
export function restoreText(text: string, stored: unknown, storedText: string | null): string {
  if (!text.includes(REDACTED)) return text;
  const originals = new Map<string, string>();
  for (const comment of commentsOf(storedText ?? ""))
    originals.set(redactComment(comment.text), comment.text);
  let restored = text;
  for (const comment of commentsOf(text).reverse()) {
    const original = comment.text.includes(REDACTED) ? originals.get(comment.text) : undefined;
    if (original === undefined) continue;
    restored =
      restored.slice(0, comment.start) + original + restored.slice(comment.start + comment.text.length);
  }
  return rewriteJson5(restored, restoreValue(Bun.JSON5.parse(restored), stored)).text;
}

/** As `restoreText`, for a value. Entries of lists are matched by their `id`, else by position. */
export function restoreValue(value: unknown, stored: unknown, path: ConfigPath = []): unknown {
  if (typeof value === "string") {
    if (!value.includes(REDACTED)) return value;
    if (value === REDACTED && stored !== undefined && !isObject(stored)) return stored;
    const where = formatPath(path) || "<root>";
    const message = `"${REDACTED}" stands for a stored secret, but none is stored here; write the real value`;
    throw new ConfigError("placeholder", `invalid config: ${where}: ${message}`, [
      { path: formatPath(path), message },
    ]);
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => restoreValue(item, entryOf(stored, item, index), [...path, index]));
  }
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    setOwn(copy, key, restoreValue(item, valueAt(stored, [key]), [...path, key]));
  }
  return copy;
}

/** `{source, provider, id}` names a secret and is none. */
function isSecretRef(value: unknown): boolean {
  return isObject(value) && typeof value["source"] === "string" && typeof value["id"] === "string";
}

function entryOf(stored: unknown, item: unknown, index: number): unknown {
  if (!Array.isArray(stored)) return undefined;
  const id = isObject(item) ? item["id"] : undefined;
  if (typeof id !== "string") return stored[index];
  return stored.find((other) => isObject(other) && other["id"] === id);
}

function redactComment(text: string): string {
  return text.replaceAll(COMMENTED_SECRET, (_, lead: string, value: string) => {
    const quote = value.startsWith('"') || value.startsWith("'") ? value.slice(0, 1) : "";
    return `${lead}${quote}${REDACTED}${quote}`;
  });
}
