import { KindGuard, type Static, type TObject, type TSchema, Type } from "@sinclair/typebox";
import { fits } from "../../../protocol/index.ts";
import { invalid } from "./refusal.ts";

/** A field that may be left out or null. */
export function maybe<T extends TSchema>(schema: T) {
  return Type.Optional(Type.Union([schema, Type.Null()]));
}

/** A field for a whole number above zero. */
export const positiveInteger = () => Type.Integer({ exclusiveMinimum: 0 });

/** The body as `schema` describes it; keys it does not name are left alone. @throws Refusal that names the field */
export function checkBody<T extends TObject>(schema: T, body: unknown): Static<T> {
  if (fits(schema, body)) return body;
  throw invalid(faultOf(schema, body));
}

function faultOf(schema: TObject, body: unknown): string {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return `Invalid input: expected object, received ${kindOf(body)}`;
  }
  for (const [name, property] of Object.entries(schema.properties)) {
    const value: unknown = Reflect.get(body, name);
    const fine = value === undefined ? KindGuard.IsOptional(property) : fits(property, value);
    if (!fine) return `${name}: ${reasonOf(property, value)}`;
  }
  return "Invalid request body";
}

function reasonOf(property: TSchema, value: unknown): string {
  const schema = withoutNull(property);
  if (KindGuard.IsUnion(schema)) return "Invalid input";
  if (KindGuard.IsInteger(schema) && typeof value === "number") {
    return Number.isInteger(value)
      ? `Too small: expected number to be >${schema.exclusiveMinimum ?? 0}`
      : "Invalid input: expected int, received number";
  }
  const wanted = KindGuard.IsInteger(schema) ? "number" : String(schema["type"]);
  const received = kindOf(value);
  return wanted === received ? "Invalid input" : `Invalid input: expected ${wanted}, received ${received}`;
}

function withoutNull(schema: TSchema): TSchema {
  if (!KindGuard.IsUnion(schema)) return schema;
  const others = schema.anyOf.filter((one) => !KindGuard.IsNull(one));
  return others.length === 1 ? (others[0] ?? schema) : schema;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
