import { isRecord } from "../../../client/index.ts";
import { configJsonSchema } from "../../../config/index.ts";
import { VERSION } from "../../../lib/version.ts";

/** Words of the schema itself: names of keys, and values that can be chosen. */
interface Words {
  readonly keys: Set<string>;
  readonly choices: Set<string>;
  /** What a person wrote. */
  readonly own: Set<string>;
}

/** What of a configuration may be shown to strangers, and what a person wrote into it. */
export interface ConfigShape {
  /**
   * Without a word that a person wrote: names they chose are numbered, texts are kept only where they are one of the
   * schema's choices, lists only by their length, and numbers only as settings.
   */
  readonly shape: unknown;
  /** Every name and text that was left out. */
  readonly own: ReadonlySet<string>;
}

/** Takes a configuration apart. */
export function configShape(config: unknown): ConfigShape {
  const words: Words = { keys: new Set(), choices: new Set(), own: new Set() };
  collect(configJsonSchema(VERSION), words);
  return { shape: shapeOf(config, words), own: words.own };
}

function shapeOf(value: unknown, words: Words): unknown {
  if (typeof value === "string") {
    if (words.choices.has(value)) return value;
    words.own.add(value);
    return "<text>";
  }
  if (Array.isArray(value)) {
    for (const one of value) shapeOf(one, words);
    return `<list of ${value.length}>`;
  }
  if (!isRecord(value)) return value;
  let strangers = 0;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const known = words.keys.has(key);
      if (!known) {
        strangers += 1;
        words.own.add(key);
      }
      // Below a name of somebody's own, a bare number may be theirs as well.
      const hidden = !known && typeof inner === "number";
      return [known ? key : `<name ${strangers}>`, hidden ? "<number>" : shapeOf(inner, words)];
    }),
  );
}

function collect(schema: unknown, words: Words): void {
  if (Array.isArray(schema)) {
    for (const one of schema) collect(one, words);
    return;
  }
  if (!isRecord(schema)) return;
  const { properties, const: only, enum: several } = schema;
  if (isRecord(properties)) for (const key of Object.keys(properties)) words.keys.add(key);
  const choices: readonly unknown[] = Array.isArray(several) ? several : [];
  for (const choice of [only, ...choices]) if (typeof choice === "string") words.choices.add(choice);
  for (const inner of Object.values(schema)) collect(inner, words);
}
