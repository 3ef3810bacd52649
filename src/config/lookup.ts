import type { TSchema } from "@sinclair/typebox";
import { formatPath, parsePath } from "./key-path.ts";
import { type ReloadKind, reloadKindOf } from "./reload-plan.ts";
import {
  childrenOf,
  configSchema,
  hintOf,
  isKnownKey,
  type JsonSchema,
  NotYetTable,
  ownKeywords,
  schemaAt,
  type UiHint,
  unsupportedKey,
} from "./schema/index.ts";

/** Deepest path that is looked up; the schema is far shallower. */
const MAX_STEPS = 32;

/** A key below the one that was looked up. */
export interface SchemaChild {
  /** The key, `*` for any name or index. */
  readonly key: string;
  readonly path: string;
  readonly type?: string;
  readonly required: boolean;
  readonly hasChildren: boolean;
  readonly reloadKind: ReloadKind;
  readonly hint?: UiHint;
  readonly hintPath?: string;
}

/** What `config.schema.lookup` answers. */
export interface SchemaLookup {
  readonly path: string;
  /** The schema of the key alone; what lies below it is in `children`. */
  readonly schema: JsonSchema;
  readonly reloadKind?: ReloadKind;
  readonly hint?: UiHint;
  /** Path the hint is filed under. */
  readonly hintPath?: string;
  readonly children: readonly SchemaChild[];
}

/** The schema at a dotted or bracketed path, `.` for the root; `undefined` when the path names no key. */
export function lookupSchema(path: string): SchemaLookup | undefined {
  const wanted = path.trim();
  const isRoot = wanted === ".";
  const steps = isRoot ? [] : parsePath(wanted);
  if (!steps || (steps.length === 0 && !isRoot) || steps.length > MAX_STEPS) return undefined;
  const normal = formatPath(steps);
  const found = schemaAt(configSchema(), steps);
  if (!found) return unsupportedAt(steps, normal);
  const children = childrenOf(found.schema).map(({ key, schema, required }) => {
    const childPath = formatPath([...steps, key]);
    return {
      key,
      path: childPath,
      ...typeOf(schema),
      required,
      hasChildren: childrenOf(schema).length > 0,
      reloadKind: reloadKindOf(childPath),
      ...hintFor(schema, [...found.pattern, key]),
    };
  });
  return {
    path: isRoot ? "." : normal,
    schema: ownKeywords(found.schema),
    ...(isRoot ? {} : { reloadKind: reloadKindOf(normal), ...hintFor(found.schema, found.pattern) }),
    children,
  };
}

/** A key that is known and not in the schema, or any key below one. */
function unsupportedAt(steps: readonly string[], path: string): SchemaLookup | undefined {
  const notYet = new NotYetTable();
  for (let depth = 0; depth < steps.length; depth++) {
    const parent = schemaAt(configSchema(), steps.slice(0, depth));
    const key = steps[depth] ?? "";
    if (!parent) return undefined;
    const above = parent.pattern.join(".");
    const isRow = notYet.named([...parent.pattern, key].join(".")) !== undefined;
    const ours = schemaAt(parent.schema, [key]) !== undefined;
    if (!ours && (isRow || isKnownKey(above, key))) {
      return {
        path,
        schema: unsupportedKey(steps.at(-1) ?? key),
        reloadKind: reloadKindOf(path),
        children: [],
      };
    }
  }
  return undefined;
}

function typeOf(schema: TSchema): { type?: string } {
  const { type } = ownKeywords(schema);
  return typeof type === "string" ? { type } : {};
}

function hintFor(schema: TSchema, pattern: readonly string[]): { hint?: UiHint; hintPath?: string } {
  return schema.title === undefined ? {} : { hint: hintOf(schema), hintPath: pattern.join(".") };
}
