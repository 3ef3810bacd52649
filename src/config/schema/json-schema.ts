import { KindGuard, type TSchema } from "@sinclair/typebox";
import { ADVANCED, PLACEHOLDER, SENSITIVE } from "./field.ts";
import { knownKeysBelow } from "./known-keys.ts";
import { NotYetTable } from "./not-yet.ts";
import { configSchema } from "./root.ts";
import { literalsOf } from "./reader/index.ts";
import { visitKeys } from "./walk.ts";

/** A JSON Schema, draft 7. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** How a form shows a key. */
export interface UiHint {
  readonly label: string;
  readonly help: string;
  readonly advanced: boolean;
  readonly sensitive?: true;
  readonly placeholder?: string;
  /** Root keys: the heading they stand under, and where. */
  readonly group?: string;
  readonly order?: number;
}

/** Space between root keys, so that others can be put in between. */
const ORDER_STEP = 10;

/** The schema of a key that is known and that this version does not read. */
export function unsupportedKey(key: string): JsonSchema {
  return { title: key, description: "Known, not supported by this version: ignored." };
}

/** Keywords that are carried over as they are. */
const KEYWORDS = [
  "type",
  "title",
  "description",
  "const",
  "minimum",
  "exclusiveMinimum",
  "maximum",
  "minLength",
  "maxLength",
  "pattern",
  "maxItems",
] as const;

/** The keywords of `schema` alone, without what lies below it. */
export function ownKeywords(schema: TSchema): Record<string, unknown> {
  const own: Record<string, unknown> = {};
  for (const keyword of KEYWORDS) {
    if (keyword in schema) own[keyword] = schema[keyword];
  }
  if ("default" in schema && !KindGuard.IsObject(schema) && !KindGuard.IsRecord(schema))
    own.default = schema.default;
  if (KindGuard.IsObject(schema)) own.additionalProperties = false;
  if (KindGuard.IsUnion(schema)) {
    const literals = literalsOf(schema.anyOf);
    if (literals) own.enum = literals;
    if (literals?.every((literal) => typeof literal === "string")) own.type = "string";
  }
  return own;
}

/** `schema` as JSON Schema; `pattern` is where it stands, for the keys that are known and not supported. */
export function toJsonSchema(schema: TSchema, pattern: string): JsonSchema {
  const own = ownKeywords(schema);
  if (KindGuard.IsObject(schema)) {
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    for (const [key, property] of Object.entries(schema.properties)) {
      properties[key] = toJsonSchema(property, joinPattern(pattern, key));
      if (!KindGuard.IsOptional(property) && !("default" in property)) required.push(key);
    }
    for (const key of knownKeysBelow(pattern)) properties[key] = unsupportedKey(key);
    return { ...own, properties, ...(required.length > 0 ? { required } : {}) };
  }
  if (KindGuard.IsRecord(schema)) {
    const [key, value] = Object.entries(schema.patternProperties)[0] ?? [];
    if (key === undefined || value === undefined) return own;
    const names = key === "^(.*)$" ? {} : { propertyNames: { pattern: key } };
    return { ...own, ...names, additionalProperties: toJsonSchema(value, joinPattern(pattern, "*")) };
  }
  if (KindGuard.IsArray(schema))
    return { ...own, items: toJsonSchema(schema.items, joinPattern(pattern, "*")) };
  if (KindGuard.IsUnion(schema) && !("enum" in own)) {
    return { ...own, anyOf: schema.anyOf.map((shape) => toJsonSchema(shape, pattern)) };
  }
  return own;
}

function joinPattern(parent: string, key: string): string {
  return parent === "" ? key : `${parent}.${key}`;
}

/** How forms show the key that `schema` describes. */
export function hintOf(schema: TSchema): UiHint {
  const { title, description } = schema;
  const placeholder: unknown = schema[PLACEHOLDER];
  return {
    label: title ?? "",
    help: description ?? "",
    advanced: schema[ADVANCED] === true,
    ...(schema[SENSITIVE] === true ? { sensitive: true } : {}),
    ...(typeof placeholder === "string" ? { placeholder } : {}),
  };
}

/** Hints of every key, by path with `*` for names and indexes that are the user's. */
export function uiHints(): Record<string, UiHint> {
  const hints: Record<string, UiHint> = {};
  let roots = 0;
  visitKeys(configSchema(), (pattern, { schema }) => {
    if (schema.title === undefined) return;
    const hint = hintOf(schema);
    hints[pattern.join(".")] =
      pattern.length > 1 ? hint : { ...hint, group: hint.label, order: ++roots * ORDER_STEP };
  });
  return hints;
}

/** What `config.schema` answers, but for the time. */
export interface ConfigSchemaDocument {
  readonly schema: JsonSchema;
  readonly uiHints: Readonly<Record<string, UiHint>>;
  readonly version: string;
}

/** The schema of the file as draft 7 JSON Schema, with the hints for forms; `version` is the program's. */
export function configJsonSchema(version: string): ConfigSchemaDocument {
  const body = toJsonSchema(configSchema(), "");
  const unsupported = Object.fromEntries(new NotYetTable().roots().map((key) => [key, unsupportedKey(key)]));
  const properties = Object.assign(unsupported, body.properties);
  return {
    schema: {
      $schema: "http://json-schema.org/draft-07/schema#",
      ...body,
      properties,
      title: "OpenClawConfig",
    },
    uiHints: uiHints(),
    version,
  };
}
