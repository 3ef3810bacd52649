import { type ConfigPath, sameValue, valueAt, withValue } from "../document/index.ts";
import { parsePath } from "../key-path.ts";
import type { ConfigSnapshot } from "../snapshot.ts";

/**
 * Undoes what a reader did not mean to change: where `target` holds what a `${NAME}` of the stored config stands for
 * today, the reference itself goes back, so that no resolved secret is ever written.
 */
export function restoreReferences(target: unknown, snapshot: ConfigSnapshot<unknown>): unknown {
  let result = target;
  for (const dotted of snapshot.filledPaths) {
    const path: ConfigPath | undefined = parsePath(dotted);
    if (path === undefined) continue;
    const written = valueAt(result, path);
    if (written === undefined || !sameValue(written, valueAt(snapshot.resolved, path))) continue;
    result = withValue(result, path, valueAt(snapshot.sourceConfig, path));
  }
  return result;
}
