import type { TSchema } from "@sinclair/typebox";

/** Faults looked for: enough to name what is wrong, bounded for hostile input; shipped peers stop here as well. */
const MAX_FAULTS = 8;

/** Longest property name quoted in a report; the rest of a hostile key is cut off. */
const MAX_QUOTED_CHARS = 200;

interface Walk {
  readonly faults: string[];
  readonly ignoreUnknown: boolean;
}

/**
 * What keeps `value` from fitting `schema`, one line per fault, in the order and the words shipped clients know:
 * an object's first missing key, its first unknown key, then its values in the order the schema names them.
 * Empty when the value fits. With `ignoreUnknown`, keys the schema does not name are no fault, at any depth.
 */
export function faultsOf(schema: TSchema, value: unknown, ignoreUnknown: boolean): string[] {
  const faults: string[] = [];
  visit(schema, value, "", { faults, ignoreUnknown });
  return [...new Set(faults)];
}

function add(walk: Walk, path: string, text: string): void {
  if (walk.faults.length < MAX_FAULTS) walk.faults.push(path === "" ? text : `at ${path}: ${text}`);
}

function visit(schema: TSchema, value: unknown, path: string, walk: Walk): void {
  if (walk.faults.length >= MAX_FAULTS) return;
  if (typeof schema.type === "string" && !isOfType(schema.type, value)) {
    add(walk, path, `must be ${schema.type}`);
  }
  if (Array.isArray(schema.enum)) {
    if (!schema.enum.includes(value)) add(walk, path, "must be equal to one of the allowed values");
    return;
  }
  if ("const" in schema && schema.const !== value) add(walk, path, "must be equal to constant");
  if (typeof value === "number") visitNumber(schema, value, path, walk);
  else if (typeof value === "string") visitString(schema, value, path, walk);
  else if (Array.isArray(value)) visitArray(schema, value, path, walk);
  else if (isObject(value)) visitObject(schema, value, path, walk);
  if (Array.isArray(schema.anyOf)) visitUnion(schema.anyOf, value, path, walk);
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case "object":
      return isObject(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "number":
      return Number.isFinite(value);
    case "null":
      return value === null;
    default:
      return typeof value === type;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function visitNumber(schema: TSchema, value: number, path: string, walk: Walk): void {
  if (value > schema.maximum) add(walk, path, `must be <= ${schema.maximum}`);
  if (value < schema.minimum) add(walk, path, `must be >= ${schema.minimum}`);
}

function visitString(schema: TSchema, value: string, path: string, walk: Walk): void {
  if (value.length > schema.maxLength) {
    add(walk, path, `must not have more than ${schema.maxLength} characters`);
  }
  if (value.length < schema.minLength) {
    add(walk, path, `must not have fewer than ${schema.minLength} characters`);
  }
  if (typeof schema.pattern === "string" && !new RegExp(schema.pattern, "u").test(value)) {
    add(walk, path, `must match pattern "${schema.pattern}"`);
  }
}

function visitArray(schema: TSchema, value: readonly unknown[], path: string, walk: Walk): void {
  if (Array.isArray(schema.items)) {
    schema.items.forEach((item: TSchema, index) => {
      if (index < value.length) visit(item, value[index], `${path}/${index}`, walk);
    });
  } else if (isSchema(schema.items)) {
    for (const [index, item] of value.entries()) {
      if (walk.faults.length >= MAX_FAULTS) return;
      visit(schema.items, item, `${path}/${index}`, walk);
    }
  }
  if (value.length > schema.maxItems) add(walk, path, `must not have more than ${schema.maxItems} items`);
  if (value.length < schema.minItems) add(walk, path, `must not have fewer than ${schema.minItems} items`);
  if (schema.uniqueItems === true && hasDuplicates(value)) {
    add(walk, path, "must not have duplicate items");
  }
}

function hasDuplicates(items: readonly unknown[]): boolean {
  return new Set(items.map((item) => JSON.stringify(item))).size < items.length;
}

function visitObject(schema: TSchema, value: Record<string, unknown>, path: string, walk: Walk): void {
  const properties = schemasIn(schema.properties);
  const missing = (schema.required as readonly string[] | undefined)?.find(
    (key) => !Object.hasOwn(value, key),
  );
  if (missing !== undefined) add(walk, path, `must have required property '${missing}'`);
  if (schema.additionalProperties === false && !walk.ignoreUnknown) {
    addUnknown(
      Object.keys(value).filter((key) => !Object.hasOwn(properties, key)),
      path,
      walk,
    );
  }
  for (const [key, property] of Object.entries(properties)) {
    if (Object.hasOwn(value, key)) visit(property, value[key], `${path}/${key}`, walk);
  }
  for (const [pattern, property] of Object.entries(schemasIn(schema.patternProperties))) {
    const named = new RegExp(pattern, "u");
    for (const [key, item] of Object.entries(value)) {
      if (named.test(key)) visit(property, item, `${path}/${key.slice(0, MAX_QUOTED_CHARS)}`, walk);
    }
  }
}

function schemasIn(keyword: unknown): Readonly<Record<string, TSchema>> {
  return isObject(keyword)
    ? Object.fromEntries(
        Object.entries(keyword).filter((entry): entry is [string, TSchema] => isSchema(entry[1])),
      )
    : {};
}

/** Names the first unknown key that can be shown. */
function addUnknown(unknown: readonly string[], path: string, walk: Walk): void {
  const named = unknown.find((key) => key.trim() !== "");
  if (named !== undefined) {
    add(walk, path === "" ? "root" : path, `unexpected property '${named.slice(0, MAX_QUOTED_CHARS)}'`);
  } else if (unknown.length > 0) {
    add(walk, path, "must not have additional properties");
  }
}

function visitUnion(variants: readonly TSchema[], value: unknown, path: string, walk: Walk): void {
  const found: string[] = [];
  for (const variant of variants) {
    const faults: string[] = [];
    visit(variant, value, path, { faults, ignoreUnknown: walk.ignoreUnknown });
    if (faults.length === 0) return;
    found.push(...faults);
  }
  walk.faults.push(...found.slice(0, MAX_FAULTS - walk.faults.length));
  add(walk, path, "must match a schema in anyOf");
}

function isSchema(value: unknown): value is TSchema {
  return isObject(value);
}
