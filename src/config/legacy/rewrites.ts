import { type ConfigPath, isObject, valueAt, withoutValue, withValue } from "../document/index.ts";
import { formatPath } from "../key-path.ts";

/** A key of an earlier version, and what became of it. */
export interface LegacyKey {
  readonly from: ConfigPath;
  /** What to say of it, after its path. */
  readonly message: string;
  /** The schema still reads it, so it is rewritten for tidiness only. */
  readonly stillRead?: boolean;
  /** True when this value is of the old kind; a key that also has a present meaning needs it. */
  readonly isOld?: (value: unknown) => boolean;
  /** The configuration without the old key; called only when it is there. */
  rewrite(config: unknown, value: unknown): unknown;
}

const remove = (config: unknown, path: ConfigPath): unknown => withoutValue(config, path) ?? config;

/** What stands at `to` already was written later, and wins; objects are merged key by key. */
export function withDefaultAt(config: unknown, to: ConfigPath, value: unknown): unknown {
  const present = valueAt(config, to);
  if (present === undefined) return withValue(config, to, value);
  if (!isObject(present) || !isObject(value)) return config;
  return Object.entries(value).reduce(
    (result: unknown, [key, item]) => withDefaultAt(result, [...to, key], item),
    config,
  );
}

/** A key that has another place now; `change` makes its value fit. */
export function moved(
  from: ConfigPath,
  to: ConfigPath,
  change: (value: unknown) => unknown = (value) => value,
): LegacyKey {
  return {
    from,
    message: `is ${formatPath(to)} now`,
    rewrite: (config, value) => withDefaultAt(remove(config, from), to, change(value)),
  };
}

/** A key that means nothing any more. */
export function dropped(from: ConfigPath, why: string): LegacyKey {
  return { from, message: `means nothing any more: ${why}`, rewrite: (config) => remove(config, from) };
}

/** A key whose value was of another kind. */
export function reshaped(
  from: ConfigPath,
  message: string,
  isOld: (value: unknown) => boolean,
  change: (value: unknown) => unknown,
): LegacyKey {
  return { from, message, isOld, rewrite: (config, value) => withValue(config, from, change(value)) };
}

/** A key with several places now. */
export function spread(
  from: ConfigPath,
  message: string,
  places: (config: unknown) => readonly ConfigPath[],
): LegacyKey {
  return {
    from,
    message,
    rewrite: (config, value) =>
      places(config).reduce((result, to) => withDefaultAt(result, to, value), remove(config, from)),
  };
}
