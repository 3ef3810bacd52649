import type { PathStep } from "../key-path.ts";

/** A JSON object whose shape is not known yet. */
export type JsonObject = Record<string, unknown>;

/** Keys from the root to a value; array positions are numbers, or their digits. */
export type ConfigPath = readonly PathStep[];

/** True for plain objects: not null, not arrays. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for lists; what is in them is still unknown. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** Sets an own property whatever the key is called, `__proto__` included. */
export function setOwn(target: JsonObject, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

/** The own property `key`, never an inherited one. */
export function getOwn(target: JsonObject, key: string): unknown {
  return Object.hasOwn(target, key) ? target[key] : undefined;
}

/** Same JSON value; the order of keys does not count, `NaN` equals itself. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
  );
}

/** A copy in which every string was passed through `change`; keys stay. */
export function mapStrings(
  value: unknown,
  change: (text: string, path: ConfigPath) => unknown,
  path: ConfigPath = [],
): unknown {
  if (typeof value === "string") return change(value, path);
  if (Array.isArray(value)) return value.map((item, index) => mapStrings(item, change, [...path, index]));
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [key, item] of Object.entries(value))
    setOwn(copy, key, mapStrings(item, change, [...path, key]));
  return copy;
}

/** The value at `path`, or `undefined`. */
export function valueAt(root: unknown, path: ConfigPath): unknown {
  let value = root;
  for (const part of path) {
    if (Array.isArray(value)) value = value[typeof part === "number" ? part : indexOf(part)];
    else if (isObject(value)) value = getOwn(value, String(part));
    else return undefined;
  }
  return value;
}

/** A copy of `root` with `value` at `path`; missing objects on the way are made, scalars on the way are replaced. */
export function withValue(root: unknown, path: ConfigPath, value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (isList(root)) {
    const index = typeof part === "number" ? part : indexOf(part);
    if (!(index >= 0 && index <= root.length))
      throw new RangeError(`no position ${part} in a list of ${root.length}`);
    const copy = [...root];
    copy[index] = withValue(root[index], rest, value);
    return copy;
  }
  const copy: JsonObject = isObject(root) ? { ...root } : {};
  setOwn(copy, String(part), withValue(getOwn(copy, String(part)), rest, value));
  return copy;
}

/** A copy of `root` without what stands at `path`; `undefined` when nothing stands there. */
export function withoutValue(root: unknown, path: ConfigPath): unknown {
  const [part, ...rest] = path;
  if (part === undefined || valueAt(root, path) === undefined) return undefined;
  if (isList(root)) {
    const index = typeof part === "number" ? part : indexOf(part);
    if (rest.length === 0) return root.filter((_, position) => position !== index);
    return root.map((item, position) => (position === index ? withoutValue(item, rest) : item));
  }
  if (!isObject(root)) return undefined;
  const copy: JsonObject = { ...root };
  if (rest.length === 0) delete copy[String(part)];
  else setOwn(copy, String(part), withoutValue(copy[String(part)], rest));
  return copy;
}

/** Every key that differs, named as deep as possible: what a new section brings is listed key by key. */
export function changedPaths(before: unknown, after: unknown): ConfigPath[] {
  const paths: ConfigPath[] = [];
  collectChanges(before, after, [], paths, true);
  return paths;
}

/** The fewest places to set or remove so that `before` becomes `after`. */
export function editedPaths(before: unknown, after: unknown): ConfigPath[] {
  const paths: ConfigPath[] = [];
  collectChanges(before, after, [], paths, false);
  return paths;
}

/** True when `path` is `prefix` or lies below it. */
export function startsWithPath(path: ConfigPath, prefix: ConfigPath): boolean {
  return prefix.length <= path.length && prefix.every((part, index) => String(part) === String(path[index]));
}

function collectChanges(
  before: unknown,
  after: unknown,
  path: ConfigPath,
  into: ConfigPath[],
  expandNew: boolean,
): void {
  if (sameValue(before, after)) return;
  const expandable = (value: unknown) => isObject(value) || (expandNew && value === undefined);
  if (!(expandable(before) && expandable(after)) || emptyOrAbsent(before, after)) {
    into.push(path);
    return;
  }
  const left = isObject(before) ? before : {};
  const right = isObject(after) ? after : {};
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    collectChanges(getOwn(left, key), getOwn(right, key), [...path, key], into, expandNew);
  }
}

/** An empty object that comes or goes has no key of its own to name. */
function emptyOrAbsent(before: unknown, after: unknown): boolean {
  const bare = (value: unknown) =>
    value === undefined || (isObject(value) && Object.keys(value).length === 0);
  return bare(before) && bare(after);
}

function indexOf(part: string): number {
  return /^\d+$/.test(part) ? Number(part) : -1;
}
