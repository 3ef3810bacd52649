import type { Static, TSchema } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler, type ValueError, ValueErrorType } from "@sinclair/typebox/compiler";

/** Errors looked at per value: enough to name what is wrong, bounded for hostile input. */
const MAX_ERRORS = 64;

const compiled = new WeakMap<TSchema, TypeCheck<TSchema>>();

function checkerOf(schema: TSchema): TypeCheck<TSchema> {
  let checker = compiled.get(schema);
  if (!checker) {
    checker = TypeCompiler.Compile(schema);
    compiled.set(schema, checker);
  }
  return checker;
}

/** True when `value` fits `schema`; the checker is compiled at first use. */
export function fits<T extends TSchema>(schema: T, value: unknown): value is Static<T> {
  return checkerOf(schema).Check(value);
}

/**
 * Why `value` does not fit `schema`, in the words shipped clients know (joined by `; `).
 * With `ignoreUnknown`, keys the schema does not name are no error. Returns `undefined` when the value fits.
 */
export function explain(schema: TSchema, value: unknown, ignoreUnknown = false): string | undefined {
  const checker = checkerOf(schema);
  if (checker.Check(value)) return undefined;
  const errors: ValueError[] = [];
  for (const error of checker.Errors(value)) {
    if (!(ignoreUnknown && error.type === ValueErrorType.ObjectAdditionalProperties)) errors.push(error);
    if (errors.length >= MAX_ERRORS) break;
  }
  const lines = inReportOrder(errors);
  return lines.length > 0 ? lines.join("; ") : undefined;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function keyOf(path: string): string {
  return path
    .slice(path.lastIndexOf("/") + 1)
    .replaceAll("~1", "/")
    .replaceAll("~0", "~");
}

/** Per object: the first missing key, the first unknown key, then the values; one line per faulty value. */
function inReportOrder(errors: readonly ValueError[]): string[] {
  const missing = new Map<string, string>();
  const unknown = new Map<string, string>();
  const values = new Map<string, string>();
  for (const error of errors) {
    const parent = parentOf(error.path);
    if (error.type === ValueErrorType.ObjectRequiredProperty) {
      if (!missing.has(parent)) missing.set(parent, `must have required property '${keyOf(error.path)}'`);
    } else if (error.type === ValueErrorType.ObjectAdditionalProperties) {
      if (!unknown.has(parent)) unknown.set(parent, `unexpected property '${keyOf(error.path)}'`);
    } else if (!values.has(error.path) && error.value !== undefined) {
      values.set(error.path, describe(error));
    }
  }
  if (values.has("") || errors.some((error) => error.path === "" && error.value === undefined)) {
    return [values.get("") ?? "must be object"];
  }
  return [
    ...[...missing].map(([path, text]) => (path === "" ? text : `at ${path}: ${text}`)),
    ...[...unknown].map(([path, text]) => `at ${path === "" ? "root" : path}: ${text}`),
    ...[...values].map(([path, text]) => `at ${path}: ${text}`),
  ];
}

function describe(error: ValueError): string {
  const schema = error.schema;
  switch (error.type) {
    case ValueErrorType.Object:
      return "must be object";
    case ValueErrorType.Array:
      return "must be array";
    case ValueErrorType.String:
      return "must be string";
    case ValueErrorType.Boolean:
      return "must be boolean";
    case ValueErrorType.Number:
      return "must be number";
    case ValueErrorType.Integer:
      return "must be integer";
    case ValueErrorType.Null:
      return "must be null";
    case ValueErrorType.Literal:
      return "must be equal to constant";
    case ValueErrorType.Union:
      return "must be equal to one of the allowed values";
    case ValueErrorType.StringMinLength:
      return `must not have fewer than ${schema.minLength} characters`;
    case ValueErrorType.StringMaxLength:
      return `must not have more than ${schema.maxLength} characters`;
    case ValueErrorType.StringPattern:
      return `must match pattern "${schema.pattern}"`;
    case ValueErrorType.IntegerMinimum:
    case ValueErrorType.NumberMinimum:
      return `must be >= ${schema.minimum}`;
    case ValueErrorType.IntegerMaximum:
    case ValueErrorType.NumberMaximum:
      return `must be <= ${schema.maximum}`;
    case ValueErrorType.ArrayMinItems:
      return `must not have fewer than ${schema.minItems} items`;
    case ValueErrorType.ArrayMaxItems:
      return `must not have more than ${schema.maxItems} items`;
    default:
      return error.message.charAt(0).toLowerCase() + error.message.slice(1);
  }
}
