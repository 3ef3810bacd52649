import { type ConfigPath, sameValue, valueAt } from "../document/index.ts";
import { formatPath } from "../key-path.ts";
import type { PlacedIssue } from "../snapshot.ts";
import type { LegacyKey } from "./rewrites.ts";
import { LEGACY_KEYS } from "./table.ts";

/** A configuration in today's words. */
export interface Modernised {
  readonly config: unknown;
  /** One for each key of an earlier version; empty when there was none. */
  readonly found: readonly PlacedIssue[];
}

/**
 * Says in today's words what a configuration says in those of earlier versions; where it says both, today's win. With `all`, keys that the
 * schema still reads are rewritten too; without, they are only named. Leaves `config` alone.
 */
export function modernise(config: unknown, { all }: { readonly all: boolean }): Modernised {
  let result = config;
  const found: PlacedIssue[] = [];
  for (const key of LEGACY_KEYS) {
    const value = valueAt(result, key.from);
    if (value === undefined || key.isOld?.(value) === false) continue;
    const next = key.rewrite(result, value);
    if (sameValue(next, result)) continue;
    // The shell of a key that moved a moment ago is no finding of its own.
    if (valueAt(config, key.from) !== undefined && !isShell(key, config)) found.push(issueOf(key.from, key));
    if (key.stillRead !== true || all) result = next;
  }
  return { config: result, found };
}

/** It was emptied by this very rewriting. */
function isShell(key: LegacyKey, config: unknown): boolean {
  return key.isOld !== undefined && !key.isOld(valueAt(config, key.from));
}

function issueOf(from: ConfigPath, { message }: LegacyKey): PlacedIssue {
  return { path: formatPath(from), message: `Older key: it ${message}` };
}
