import { KindGuard, type TSchema } from "@sinclair/typebox";

/** A key below a schema. */
export interface Child {
  /** The key, or `*` for a key the user names and for an index. */
  readonly key: string;
  readonly schema: TSchema;
  /** The file has to hold the key: there is no default. */
  readonly required: boolean;
}

/** The object, map and list shapes of a schema; a union has those of all its members. */
function containers(schema: TSchema): TSchema[] {
  if (KindGuard.IsUnion(schema)) return schema.anyOf.flatMap(containers);
  return KindGuard.IsObject(schema) || KindGuard.IsRecord(schema) || KindGuard.IsArray(schema)
    ? [schema]
    : [];
}

/** The keys below `schema`, each once, in the order of the file. */
export function childrenOf(schema: TSchema): Child[] {
  const children = new Map<string, Child>();
  for (const shape of containers(schema)) {
    for (const child of childrenOfShape(shape)) {
      if (!children.has(child.key)) children.set(child.key, child);
    }
  }
  return [...children.values()];
}

function describe(key: string, schema: TSchema): Child {
  return { key, schema, required: !KindGuard.IsOptional(schema) && !("default" in schema) };
}

function childrenOfShape(shape: TSchema): Child[] {
  if (KindGuard.IsObject(shape)) {
    return Object.entries(shape.properties).map(([key, schema]) => describe(key, schema));
  }
  if (KindGuard.IsArray(shape)) return [{ key: "*", schema: shape.items, required: false }];
  if (!KindGuard.IsRecord(shape)) return [];
  return Object.values(shape.patternProperties).map((schema) => ({ key: "*", schema, required: false }));
}

/** The key `step` below `schema`: the one of that name, else the one for any name. */
export function childAt(schema: TSchema, step: string): Child | undefined {
  let anyName: Child | undefined;
  for (const shape of containers(schema)) {
    if (!KindGuard.IsObject(shape)) anyName ??= childrenOfShape(shape)[0];
    else if (Object.hasOwn(shape.properties, step)) {
      const child = shape.properties[step];
      if (child) return describe(step, child);
    }
  }
  return anyName;
}

/** A schema found by path. */
export interface Found {
  readonly schema: TSchema;
  /** The path with `*` for names and indexes that are the user's. */
  readonly pattern: readonly string[];
}

/** The schema of the key at `steps` below `schema`; `undefined` when there is no such key. */
export function schemaAt(schema: TSchema, steps: readonly string[]): Found | undefined {
  let found: Found = { schema, pattern: [] };
  for (const step of steps) {
    const child = childAt(found.schema, step);
    if (!child) return undefined;
    found = { schema: child.schema, pattern: [...found.pattern, child.key] };
  }
  return found;
}

/** Calls `visit` for every key below `schema`, parents first. */
export function visitKeys(
  schema: TSchema,
  visit: (pattern: readonly string[], child: Child) => void,
  parent: readonly string[] = [],
): void {
  for (const child of childrenOf(schema)) {
    const pattern = [...parent, child.key];
    visit(pattern, child);
    visitKeys(child.schema, visit, pattern);
  }
}
