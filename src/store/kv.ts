/** A named value of small state; declare one beside its owner, so that a key has one type everywhere. */
export interface KvKey<T> {
  /** Dotted, `owner.name`. */
  readonly name: string;
  /** Parses what was stored; throws when it is not a `T`. */
  readonly parse: (value: unknown) => T;
}

/** Declares a key. */
export function kvKey<T>(name: string, parse: (value: unknown) => T): KvKey<T> {
  return { name, parse };
}

/** Declares a key whose value is a string. */
export function kvString(name: string): KvKey<string> {
  return kvKey(name, (value) => {
    if (typeof value !== "string") throw new TypeError(`${name} is not a string`);
    return value;
  });
}

/** Small state that has no table of its own; values are JSON, at most {@link KV_VALUE_MAX_BYTES}. */
export interface KvRepository {
  /** The value, or undefined when unset. @throws StoreError, or what `parse` throws */
  get<T>(key: KvKey<T>): Promise<T | undefined>;
  /** Sets the value. @throws StoreError; RangeError when it is too large */
  set<T>(key: KvKey<T>, value: T): Promise<void>;
  /** Stores `value` only if the key is unset, and returns what is stored afterwards: create-once secrets. */
  setOnce<T>(key: KvKey<T>, value: T): Promise<T>;
  /** Removes the key; true when it was set. */
  delete(key: KvKey<unknown>): Promise<boolean>;
}
