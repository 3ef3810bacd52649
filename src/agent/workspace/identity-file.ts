import { IDENTITY_FIELD_MAX_CHARS } from "./limits.ts";

/** What IDENTITY.md says of an agent. */
export interface FileIdentity {
  readonly name?: string;
  readonly theme?: string;
  readonly emoji?: string;
  readonly avatar?: string;
}

/** Labels in the file, newer ones first; older files describe the manner in other words. */
const LABELS: Readonly<Record<keyof FileIdentity, readonly string[]>> = {
  name: ["name"],
  theme: ["theme", "vibe", "creature"],
  emoji: ["emoji"],
  avatar: ["avatar"],
};

const LINE = /^\s*(?:[-*+]\s+)?(?:\*\*|__)?([A-Za-z]+)\s*(?:\*\*|__)?\s*:\s*(?:\*\*|__)?\s*(.*?)\s*$/;

/** A hint of a template and no value: `(none yet)`, `_pick one_`, `<name>`. */
const PLACEHOLDER = /^(?:[_*]*\(.*\)[_*]*|_.*_|<.*>|\[.*\]|[-–—?.…]+)$/;

/** Reads `- Name: Ada` lines, with or without bullets and bold; what is empty or a placeholder is absent. */
export function readIdentityFile(text: string): FileIdentity {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, label = "", value = ""] = LINE.exec(line) ?? [];
    const key = label.toLowerCase();
    if (value === "" || values.has(key) || PLACEHOLDER.test(value)) continue;
    values.set(key, value.replaceAll(/^["'`]|["'`]$/g, "").slice(0, IDENTITY_FIELD_MAX_CHARS));
  }
  const found = (field: keyof FileIdentity) =>
    LABELS[field].map((label) => values.get(label)).find((value) => value !== undefined && value !== "");
  const [name, theme, emoji, avatar] = (["name", "theme", "emoji", "avatar"] as const).map(found);
  return {
    ...(name !== undefined && { name }),
    ...(theme !== undefined && { theme }),
    ...(emoji !== undefined && { emoji }),
    ...(avatar !== undefined && { avatar }),
  };
}
