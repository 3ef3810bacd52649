/** Kinds of keys, the longer name first where one begins with another. */
const KINDS = [
  "app-state-sync-key",
  "app-state-sync-version",
  "device-list",
  "identity-key",
  "lid-mapping",
  "pre-key",
  "sender-key-memory",
  "sender-key",
  "session",
  "tctoken",
] as const;

/** A key that a file holds. */
export interface NamedKey {
  readonly type: string;
  readonly id: string;
}

/**
 * The key that a file of an earlier version is named after, undefined for other files. Their names have `-` for `:` and `__` for
 * `/`, which is undone where an id can have those.
 */
export function keyOfFile(name: string): NamedKey | undefined {
  if (!name.endsWith(".json")) return undefined;
  const type = KINDS.find((kind) => name.startsWith(`${kind}-`));
  if (type === undefined) return undefined;
  const id = name.slice(type.length + 1, -".json".length);
  return id === "" ? undefined : { type, id: plainId(type, id) };
}

function plainId(type: string, id: string): string {
  // Base64, which has no `_`.
  if (type === "app-state-sync-key") return id.replaceAll("__", "/");
  // Group, sender, device: old ids of groups have a single `-` themselves.
  if (type === "sender-key") return id.replaceAll("--", "::");
  return id;
}
