import { formatPath } from "../key-path.ts";
import { type ConfigPath, getOwn, isObject, type JsonObject, sameValue, setOwn } from "./values.ts";

/** A patch that would drop entries of a list without the caller having said so. */
export class DroppedEntriesError extends Error {
  readonly path: string;

  constructor(path: string, dropped: number) {
    super(
      `patch would drop ${dropped} ${dropped === 1 ? "entry" : "entries"} of ${path}; ` +
        `send the full list or name it in replacePaths: ["${path}"]`,
    );
    this.name = "DroppedEntriesError";
    this.path = path;
  }
}

/**
 * RFC 7396 merge patch: objects merge, everything else replaces, `null` deletes. A path named in `replacePaths`
 * is replaced whole, objects too. Throws `DroppedEntriesError` when a list not named there would lose entries.
 */
export function applyMergePatch(
  base: unknown,
  patch: unknown,
  replacePaths: readonly string[] = [],
): unknown {
  const replace = new Set(replacePaths);
  return merge(base, patch, [], replace);
}

function merge(base: unknown, patch: unknown, path: ConfigPath, replace: ReadonlySet<string>): unknown {
  const here = formatPath(path);
  if (path.length > 0 && replace.has(here)) return withoutNulls(patch);
  if (Array.isArray(base) && (Array.isArray(patch) || isObject(patch))) {
    const kept = Array.isArray(patch) ? patch : [];
    const dropped = base.filter((item) => !kept.some((other) => keepsEntry(item, other))).length;
    if (dropped > 0 && kept.length < base.length) throw new DroppedEntriesError(here, dropped);
  }
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else setOwn(result, key, merge(getOwn(result, key), value, [...path, key], replace));
  }
  return result;
}

/** An entry lives on when it is there unchanged, or changed under the same `id`. */
function keepsEntry(before: unknown, after: unknown): boolean {
  if (sameValue(before, after)) return true;
  return (
    isObject(before) && isObject(after) && typeof before["id"] === "string" && before["id"] === after["id"]
  );
}

/** `null` inside a replaced subtree means "not there", as everywhere else in a merge patch. */
function withoutNulls(value: unknown): unknown {
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) if (item !== null) setOwn(result, key, withoutNulls(item));
  return result;
}
