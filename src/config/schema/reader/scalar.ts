import { KindGuard, type TSchema } from "@sinclair/typebox";
import { nearest } from "../../suggest.ts";
import type { ConfigIssue } from "./issue.ts";

/** What is wrong with a value, without where it stands. */
export type Fault = Omit<ConfigIssue, "path">;

/** The name of a value's type as messages have it. */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** The name of the type `schema` wants; a literal names itself. */
export function wantedName(schema: TSchema): string {
  if (KindGuard.IsObject(schema) || KindGuard.IsRecord(schema)) return "object";
  if (KindGuard.IsLiteral(schema)) return JSON.stringify(schema.const);
  if (KindGuard.IsInteger(schema)) return "number";
  if (KindGuard.IsUnion(schema)) return [...new Set(schema.anyOf.map(wantedName))].join(" | ");
  return typeof schema.type === "string" ? schema.type : "value";
}

/** A value of the wrong type, where `wanted` names the right one. */
export function wrongType(wanted: string, value: unknown): Fault {
  return { kind: "type", message: `Invalid input: expected ${wanted}, received ${typeName(value)}` };
}

/** A value of another type than `schema` wants. */
export function typeMismatch(schema: TSchema, value: unknown): Fault {
  return wrongType(wantedName(schema), value);
}

/** The values of a union of literals and booleans only; `undefined` for any other union. */
export function literalsOf(shapes: readonly TSchema[]): (string | number | boolean)[] | undefined {
  const values: (string | number | boolean)[] = [];
  for (const shape of shapes) {
    if (KindGuard.IsLiteral(shape)) values.push(shape.const);
    else if (KindGuard.IsBoolean(shape)) values.push(true, false);
    else if (KindGuard.IsUnion(shape)) {
      const inner = literalsOf(shape.anyOf);
      if (!inner) return undefined;
      values.push(...inner);
    } else return undefined;
  }
  return values;
}

/** A value outside a fixed set. */
export function notAllowed(value: unknown, allowed: readonly (string | number | boolean)[]): Fault {
  const words = allowed.filter((each) => typeof each === "string");
  const meant = typeof value === "string" ? nearest(value, words) : undefined;
  const list = allowed.map((each) => JSON.stringify(each)).join(", ");
  return {
    kind: "value",
    message: `Invalid input (allowed: ${list})${meant === undefined ? "" : ` - did you mean ${JSON.stringify(meant)}?`}`,
    allowedValues: [...allowed],
  };
}

/** What is wrong with `value` as a boolean, number, string or literal; `undefined` when it fits. */
export function checkScalar(schema: TSchema, value: unknown): Fault | undefined {
  if (KindGuard.IsBoolean(schema))
    return typeof value === "boolean" ? undefined : typeMismatch(schema, value);
  if (KindGuard.IsLiteral(schema))
    return value === schema.const ? undefined : notAllowed(value, [schema.const]);
  if (KindGuard.IsString(schema)) {
    return typeof value === "string" ? checkText(schema, value) : typeMismatch(schema, value);
  }
  if (KindGuard.IsInteger(schema) || KindGuard.IsNumber(schema)) {
    if (typeof value !== "number" || !Number.isFinite(value)) return typeMismatch(schema, value);
    if (KindGuard.IsInteger(schema) && !Number.isSafeInteger(value)) {
      return { kind: "type", message: "Invalid input: expected int, received number" };
    }
    return checkRange(schema, value);
  }
  return typeMismatch(schema, value);
}

interface Range {
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

function checkRange({ minimum, exclusiveMinimum, maximum }: Range, value: number): Fault | undefined {
  const tooSmall = (bound: string): Fault => ({
    kind: "value",
    message: `Too small: expected number to be ${bound}`,
  });
  if (minimum !== undefined && value < minimum) return tooSmall(`>=${minimum}`);
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return tooSmall(`>${exclusiveMinimum}`);
  if (maximum !== undefined && value > maximum) {
    return { kind: "value", message: `Too big: expected number to be <=${maximum}` };
  }
  return undefined;
}

interface TextRules {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

function checkText({ minLength, maxLength, pattern }: TextRules, value: string): Fault | undefined {
  if (minLength !== undefined && value.length < minLength) {
    return { kind: "value", message: `Too small: expected string to have >=${minLength} characters` };
  }
  if (maxLength !== undefined && value.length > maxLength) {
    return { kind: "value", message: `Too big: expected string to have <=${maxLength} characters` };
  }
  if (pattern !== undefined && !new RegExp(pattern).test(value)) {
    return { kind: "value", message: `Invalid string: must match pattern /${pattern}/` };
  }
  return undefined;
}
