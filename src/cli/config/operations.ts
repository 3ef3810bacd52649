import { isRecord } from "../../client/index.ts";
import {
  applyMergePatch,
  type ConfigPath,
  formatPath,
  restoreValue,
  valueAt,
  withoutValue,
  withValue,
} from "../../config/index.ts";
import { CliError } from "../errors.ts";

/** One change of one path, and how its value was given. */
export interface Operation {
  readonly path: ConfigPath;
  readonly mode: "value" | "json" | "builder" | "unset";
  /** The new value; not used by `unset`. */
  readonly value: unknown;
  /** Merge an object into what is there. */
  readonly merge: boolean;
}

/** The configuration with every operation applied in order. Throws `CliError` for a path that cannot be removed. */
export function applyOperations(config: unknown, operations: readonly Operation[]): unknown {
  return operations.reduce(applyOne, config);
}

function applyOne(config: unknown, { path, mode, value, merge }: Operation): unknown {
  if (mode === "unset") {
    const next = withoutValue(config, path);
    if (next !== undefined) return next;
    throw new CliError(`Config path not found: ${formatPath(path)}.`, {
      fields: { kind: "missing-path" },
      hint: "See what is set: openclaw config get <path>",
    });
  }
  const old = valueAt(config, path);
  const next = merge ? merged(old, value, path) : value;
  return withValue(config, path, restoreValue(next, old, path));
}

/** Objects merge by key; in a list, entries with the same id replace each other and new ones are added. */
function merged(old: unknown, value: unknown, path: ConfigPath): unknown {
  if (old === undefined) return value;
  if (isList(old) && isList(value)) {
    const added = value.filter((entry) => !old.some((before) => idOf(before) === idOf(entry)));
    return [...old.map((before) => value.find((entry) => idOf(entry) === idOf(before)) ?? before), ...added];
  }
  if (isRecord(old) && isRecord(value)) return applyMergePatch(old, value);
  throw new CliError(
    `--merge needs an object or a list at ${formatPath(path)}, and a value of the same kind.`,
  );
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function idOf(entry: unknown): string {
  return isRecord(entry) && typeof entry.id === "string" ? `id:${entry.id}` : JSON.stringify(entry);
}
