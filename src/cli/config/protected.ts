import { isRecord } from "../../client/index.ts";
import { type ConfigPath, formatPath, valueAt } from "../../config/index.ts";
import { CliError } from "../errors.ts";

/** Maps that people fill over time; a change must not empty them by accident. `*` is any name. */
const PROTECTED: readonly ConfigPath[] = [
  ["agents", "defaults", "models"],
  ["agents", "entries"],
  ["models", "providers"],
  ["models", "providers", "*"],
  ["models", "providers", "*", "models"],
  ["plugins", "entries"],
  ["auth", "profiles"],
];

/** Throws a `CliError` when `after` lacks entries of a protected map that `before` has. */
export function refuseDrops(before: unknown, after: unknown): void {
  for (const pattern of PROTECTED) {
    for (const path of matches(before, pattern)) {
      const kept = new Set(entries(valueAt(after, path)));
      const dropped = entries(valueAt(before, path)).filter((name) => !kept.has(name));
      if (dropped.length === 0) continue;
      throw new CliError(`This would drop ${dropped.join(", ")} from ${formatPath(path)}.`, {
        fields: { kind: "conflict" },
        hint: "Add entries with --merge, or mean it with --replace.",
      });
    }
  }
}

function matches(root: unknown, pattern: ConfigPath, at: ConfigPath = []): ConfigPath[] {
  const step = pattern[at.length];
  if (step === undefined) return [at];
  const here = at.length === 0 ? root : valueAt(root, at);
  if (!isRecord(here)) return [];
  const names = step === "*" ? Object.keys(here) : String(step) in here ? [String(step)] : [];
  return names.flatMap((name) => matches(root, pattern, [...at, name]));
}

/** The names in a map, or the ids in a list. */
function entries(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((entry: unknown) =>
      isRecord(entry) && typeof entry.id === "string" ? [entry.id] : [],
    );
  }
  return isRecord(value) ? Object.keys(value) : [];
}
