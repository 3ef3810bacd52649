import type { TSchema } from "@sinclair/typebox";
import fc from "fast-check";

/** JSON as it comes off the wire. */
export const anyJson: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 3 });

/** Values that fit `schema`. */
export function fitting(schema: TSchema): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if ("const" in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.anyOf)) return fc.oneof(...schema.anyOf.map(fitting));
  switch (schema.type) {
    case "string":
      return fittingString(schema);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 2 ** 40 });
    case "number":
      return fc.double({ min: schema.minimum ?? 0, max: 1e6, noNaN: true }).map((value) => value + 0);
    case "null":
      return fc.constant(null);
    case "array":
      return fittingArray(schema);
    case "object":
      return fittingObject(schema);
    default:
      return anyJson;
  }
}

function fittingString(schema: TSchema): fc.Arbitrary<string> {
  const within = { minLength: schema.minLength ?? 0, maxLength: Math.min(schema.maxLength ?? 12, 80) };
  if (schema.pattern === "^[a-f0-9]{64}$") return fc.stringMatching(/^[a-f0-9]{64}$/);
  if (typeof schema.pattern === "string") {
    return fc
      .stringMatching(new RegExp(schema.pattern))
      .filter((text) => text.length <= (schema.maxLength ?? 1e6));
  }
  return fc.string({ ...within, unit: "grapheme-ascii" });
}

function fittingArray(schema: TSchema): fc.Arbitrary<unknown[]> {
  if (Array.isArray(schema.items)) return fc.tuple(...schema.items.map(fitting));
  const size = { minLength: schema.minItems ?? 0, maxLength: Math.max(schema.minItems ?? 0, 2) };
  return schema.uniqueItems
    ? fc.uniqueArray(fitting(schema.items), { ...size, comparator: (a, b) => a === b })
    : fc.array(fitting(schema.items), size);
}

function fittingObject(schema: TSchema): fc.Arbitrary<unknown> {
  const values: TSchema | undefined = Object.values<TSchema>(schema.patternProperties ?? {})[0];
  if (values)
    return fc.dictionary(fc.string({ minLength: 1, unit: "grapheme-ascii" }), fitting(values), {
      maxKeys: 3,
    });
  const properties: Record<string, TSchema> = schema.properties ?? {};
  const fields = Object.fromEntries(
    Object.entries(properties).map(([key, property]) => [key, fitting(property)]),
  );
  return fc.record(fields, { requiredKeys: (schema.required as string[] | undefined) ?? [] });
}

/** What one step of `mutated` does at the place it comes to. */
interface Change {
  readonly steps: readonly number[];
  readonly kind: "replace" | "drop" | "add";
  readonly value: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  steps: fc.array(fc.nat({ max: 40 }), { maxLength: 4 }),
  kind: fc.constantFrom("replace", "drop", "add"),
  value: fc.oneof(fc.constantFrom(null, "", 0, -1, 1.5, true, [], {}), anyJson),
});

/** Values that fit `schema`, or did before something in them was replaced, dropped or added. */
export function mutated(schema: TSchema): fc.Arbitrary<unknown> {
  return fc
    .tuple(fitting(schema), fc.array(change, { maxLength: 2 }))
    .map(([value, changes]) => changes.reduce<unknown>(apply, value));
}

function apply(value: unknown, { steps, kind, value: replacement }: Change): unknown {
  const [step, ...rest] = steps;
  const isObject = typeof value === "object" && value !== null;
  const keys = isObject ? Object.keys(value) : [];
  if (step === undefined || !isObject) {
    if (kind === "add" && isObject && !Array.isArray(value)) return { ...value, zzz: replacement };
    return replacement;
  }
  const key = keys[step % Math.max(keys.length, 1)];
  if (key === undefined) return value;
  const next = apply(Reflect.get(value, key), { steps: rest, kind, value: replacement });
  if (Array.isArray(value)) return value.with(Number(key), next);
  const { [key]: _, ...others } = value as Record<string, unknown>;
  return kind === "drop" && rest.length === 0 ? others : { ...value, [key]: next };
}
