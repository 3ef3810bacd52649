import { KindGuard, type TSchema } from "@sinclair/typebox";
import { parsePath } from "../key-path.ts";
import { SENSITIVE } from "./field.ts";
import { type SectionName, SECTIONS } from "./root.ts";
import { childAt, visitKeys } from "./walk.ts";

/** Names that hold secrets in parts of the file the schema does not know. */
const SECRET_NAME =
  /token|secret|passw|passphrase|api[-_]?key|private[-_]?key|access[-_]?key|credential|authorization|cookie|(?:identity|certificate)data/i;

/** Names that look like it and do not: counts of tokens, and places where a secret is found. */
const HARMLESS_NAME = /tokens$|(?:file|path|dir|env|limit|budget|count|mode|ttl|ms)$/i;

/** Objects whose every value is taken for a secret where the schema does not know better. */
const SECRET_MAPS: ReadonlySet<string> = new Set(["env", "headers", "vars", "edgeAuth"]);

/**
 * True when the value at `path` (dotted, or its steps; `*` for any name) must not be shown. Keys of the schema say so
 * themselves; below keys the schema does not know, the name decides, rather once too often than not at all.
 */
export function isSensitivePath(path: string | readonly (string | number)[]): boolean {
  const steps = typeof path === "string" ? (parsePath(path) ?? path.split(".")) : path.map(String);
  const [root] = steps;
  if (root === undefined) return false;
  if (!isSection(root)) return looksSecret(steps, 0);
  let schema: TSchema = SECTIONS[root]();
  let inherited = false;
  for (let index = 1; index < steps.length; index++) {
    const child = KindGuard.IsUnknown(schema) ? undefined : childAt(schema, steps[index] ?? "");
    if (!child) return looksSecret(steps, index);
    inherited = schema[SENSITIVE] === true && child.key === "*";
    schema = child.schema;
  }
  if (KindGuard.IsUnknown(schema)) return inherited || looksSecret(steps, steps.length - 1);
  return inherited || (schema[SENSITIVE] === true && !KindGuard.IsRecord(schema));
}

/** Every place that takes a secret as text or as a reference, step by step; `*` stands for any name. */
export function credentialPatterns(): (readonly string[])[] {
  const found: (readonly string[])[] = [];
  for (const [root, section] of Object.entries(SECTIONS)) {
    visitKeys(section(), (pattern, { schema }) => {
      if (KindGuard.IsUnion(schema) && schema[SENSITIVE] === true) found.push([root, ...pattern]);
    });
  }
  return found;
}

function isSection(name: string): name is SectionName {
  return Object.hasOwn(SECTIONS, name);
}

/** Judges by name the steps from `start` on. */
function looksSecret(steps: readonly string[], start: number): boolean {
  return steps.slice(start).some((step, offset) => {
    const parent = steps[start + offset - 1];
    if (parent !== undefined && SECRET_MAPS.has(parent)) return true;
    return SECRET_NAME.test(step) && !HARMLESS_NAME.test(step);
  });
}
