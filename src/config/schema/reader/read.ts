import { KindGuard, type TObject, type TSchema } from "@sinclair/typebox";
import { joinPath } from "../../key-path.ts";
import { nearest } from "../../suggest.ts";
import type { ConfigIssue } from "./issue.ts";
import { isKnownKey, knownKeysBelow } from "../known-keys.ts";
import type { NotYetTable } from "../not-yet.ts";
import { checkScalar, literalsOf, typeMismatch } from "./scalar.ts";
import { shapesFor, unionMismatch } from "./union.ts";

/** Stands for a value that did not fit and has no default. */
export const INVALID = Symbol("invalid");

/** Where a value stands: its path, and the same with `*` for names and indexes that are the user's. */
export interface Place {
  readonly path: string;
  readonly pattern: string;
}

/** What a reading reports to. */
export interface Findings {
  readonly issues: ConfigIssue[];
  readonly warnings: ConfigIssue[];
  readonly notYet: NotYetTable;
}

/** True for what JSON calls an object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * `value` as `schema` has it: known keys only, defaults in place of what is absent or does not fit. Every fault is
 * reported once. Returns `INVALID` when nothing usable is left.
 */
export function read(schema: TSchema, value: unknown, at: Place, out: Findings): unknown {
  if (KindGuard.IsObject(schema))
    return isRecord(value) ? readObject(schema, value, at, out) : mismatch(schema, value, at, out);
  if (KindGuard.IsRecord(schema)) {
    return isRecord(value)
      ? readMap(schema.patternProperties, value, at, out)
      : mismatch(schema, value, at, out);
  }
  if (KindGuard.IsArray(schema)) {
    return Array.isArray(value)
      ? readList(schema.items, schema.maxItems, value, at, out)
      : mismatch(schema, value, at, out);
  }
  if (KindGuard.IsUnion(schema)) return readUnion(schema.anyOf, value, at, out);
  if (KindGuard.IsUnknown(schema)) return value;
  const fault = checkScalar(schema, value);
  if (!fault) return value;
  out.issues.push({ path: at.path, ...fault });
  return INVALID;
}

/** The default of `schema`, the defaults below it filled in; `INVALID` when it has none. */
export function defaultOf(schema: TSchema, at: Place, out: Findings): unknown {
  if (!("default" in schema)) return INVALID;
  const given: unknown = schema.default;
  return typeof given === "object" ? read(schema, given, at, out) : given;
}

function mismatch(schema: TSchema, value: unknown, at: Place, out: Findings): typeof INVALID {
  out.issues.push({ path: at.path, ...typeMismatch(schema, value) });
  return INVALID;
}

function readObject(schema: TObject, value: Record<string, unknown>, at: Place, out: Findings): unknown {
  const result: Record<string, unknown> = {};
  let usable = true;
  for (const [key, property] of Object.entries(schema.properties)) {
    const given = Object.hasOwn(value, key) ? value[key] : undefined;
    const optional = KindGuard.IsOptional(property);
    if (given === undefined && optional) continue;
    let found = given === undefined ? INVALID : readKey(property, given, at, key, out);
    if (found === INVALID) found = defaultOf(property, below(at, key, key), out);
    if (found !== INVALID) {
      result[key] = found;
    } else if (!optional) {
      if (given === undefined) {
        out.issues.push({
          ...typeMismatch(property, undefined),
          path: joinPath(at.path, key),
          kind: "missing",
        });
      }
      usable = false;
    }
  }
  for (const key of Object.keys(value)) {
    if (value[key] !== undefined && !Object.hasOwn(schema.properties, key)) {
      reportUnknownKey(key, Object.keys(schema.properties), at, out);
    }
  }
  return usable ? result : INVALID;
}

/** Reads one key; where this version does not support it, says so once and lets faults be warnings. */
export function readKey(schema: TSchema, value: unknown, parent: Place, key: string, out: Findings): unknown {
  const place = below(parent, key, key);
  const lacks = out.notYet.lacking(place.pattern, parent.pattern, key);
  if (lacks === undefined) return read(schema, value, place, out);
  out.warnings.push(unsupported(place.path, lacks));
  return read(schema, value, place, { ...out, issues: out.warnings });
}

/** Reports a key that no schema of ours has: a warning when it is known nevertheless, else an error. */
export function reportUnknownKey(key: string, ours: readonly string[], parent: Place, out: Findings): void {
  const place = below(parent, key, key);
  const named = out.notYet.named(place.pattern);
  if (named !== undefined || isKnownKey(parent.pattern, key)) {
    const lacks = named ?? out.notYet.lacking(place.pattern, parent.pattern, key);
    out.warnings.push(unsupported(place.path, lacks));
    return;
  }
  const suggestion = nearest(key, [...ours, ...knownKeysBelow(parent.pattern)]);
  const hint = suggestion === undefined ? "" : ` (did you mean ${JSON.stringify(suggestion)}?)`;
  out.issues.push({
    path: parent.path,
    kind: "unknown-key",
    key,
    message: `Unrecognized key: ${JSON.stringify(key)}${hint}`,
    ...(suggestion === undefined ? {} : { suggestion }),
  });
}

function unsupported(path: string, lacks: string | undefined): ConfigIssue {
  const why = lacks === undefined ? "" : ` (this version has no ${lacks})`;
  return { path, kind: "unsupported", message: `known, not supported: ignored${why}` };
}

function readMap(
  patterns: Record<string, TSchema>,
  value: Record<string, unknown>,
  at: Place,
  out: Findings,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const [pattern, schema] = Object.entries(patterns)[0] ?? [];
  if (pattern === undefined || schema === undefined) return result;
  const allowed = new RegExp(pattern);
  for (const [key, given] of Object.entries(value)) {
    const place = below(at, key, "*");
    if (!allowed.test(key) || key === "__proto__") {
      out.issues.push({
        path: place.path,
        kind: "value",
        message: `Invalid key in record: must match /${pattern}/`,
      });
      continue;
    }
    const found = read(schema, given, place, out);
    if (found !== INVALID) result[key] = found;
  }
  return result;
}

function readList(
  item: TSchema,
  most: number | undefined,
  value: unknown[],
  at: Place,
  out: Findings,
): unknown {
  if (most !== undefined && value.length > most) {
    out.issues.push({
      path: at.path,
      kind: "value",
      message: `Too big: expected array to have <=${most} items`,
    });
    return INVALID;
  }
  const result: unknown[] = [];
  for (const [index, given] of value.entries()) {
    const found = read(item, given, below(at, index, "*"), out);
    if (found !== INVALID) result.push(found);
  }
  return result;
}

function readUnion(shapes: readonly TSchema[], value: unknown, at: Place, out: Findings): unknown {
  if (literalsOf(shapes)?.some((literal) => literal === value)) return value;
  const candidates = shapesFor(shapes, value);
  const [only, ...others] = candidates;
  if (only === undefined) {
    const fault = unionMismatch(shapes, value);
    const { key, ...rest } = fault;
    out.issues.push({ path: key === undefined ? at.path : joinPath(at.path, key), ...rest });
    return INVALID;
  }
  if (others.length === 0) return read(only, value, at, out);
  let best: Findings | undefined;
  for (const shape of candidates) {
    const trial: Findings = { issues: [], warnings: [], notYet: out.notYet };
    const found = read(shape, value, at, trial);
    if (trial.issues.length === 0) {
      out.warnings.push(...trial.warnings);
      return found;
    }
    if (!best || trial.issues.length < best.issues.length) best = trial;
  }
  out.issues.push(...(best?.issues ?? []));
  out.warnings.push(...(best?.warnings ?? []));
  return INVALID;
}

/** One step below `at`; `generic` is the step as it stands in patterns. */
export function below(at: Place, step: string | number, generic: string): Place {
  return { path: joinPath(at.path, step), pattern: at.pattern === "" ? generic : `${at.pattern}.${generic}` };
}
