import { describe, expect, test } from "bun:test";
import { type TSchema, TypeGuard } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import Ajv from "ajv";
import fc from "fast-check";
import { configJsonSchema, configSchema } from "../../../src/config/schema/index.ts";
import { visitKeys } from "../../../src/config/schema/walk.ts";
import { validateConfig } from "../../../src/config/validate.ts";

const words = new Set<string>();
visitKeys(configSchema(), (pattern, { schema }) => {
  words.add(pattern.at(-1) ?? "");
  if (TypeGuard.IsUnion(schema)) {
    for (const shape of schema.anyOf) if (TypeGuard.IsLiteral(shape)) words.add(String(shape.const));
  }
});

/** A value that fits `schema` most of the time. */
function likely(schema: TSchema, depth: number): fc.Arbitrary<unknown> {
  if (TypeGuard.IsObject(schema)) {
    if (depth === 0) return fc.constant({});
    const keys = Object.fromEntries(
      Object.entries(schema.properties).map(([key, property]) => [key, likely(property, depth - 1)]),
    );
    return fc.record(keys, {
      requiredKeys: (schema.required ?? []).filter((key) => !("default" in (schema.properties[key] ?? {}))),
    });
  }
  if (TypeGuard.IsRecord(schema)) {
    const value = Object.values(schema.patternProperties)[0];
    if (!value || depth === 0) return fc.constant({});
    return fc.dictionary(fc.constantFrom("default", "work", "main"), likely(value, depth - 1), {
      maxKeys: 2,
    });
  }
  if (TypeGuard.IsArray(schema)) return fc.array(likely(schema.items, depth - 1), { maxLength: 2 });
  if (TypeGuard.IsUnion(schema)) return fc.oneof(...schema.anyOf.map((shape) => likely(shape, depth)));
  if (TypeGuard.IsLiteral(schema)) return fc.constant(schema.const);
  if (TypeGuard.IsBoolean(schema)) return fc.boolean();
  if (TypeGuard.IsInteger(schema) || TypeGuard.IsNumber(schema)) return fc.integer({ min: 0, max: 70_000 });
  if (TypeGuard.IsString(schema))
    return fc.constantFrom("x", "default", "NAME", "/a/b", "https://a.example", "0.0.0.0");
  return fc.jsonValue();
}

const gatewayLike = fc.record(
  {
    gateway: likely(configSchema().properties.gateway, 4),
    logging: likely(configSchema().properties.logging, 3),
    secrets: likely(configSchema().properties.secrets, 4),
    env: likely(configSchema().properties.env, 3),
    canvasHost: likely(configSchema().properties.canvasHost, 2),
    discovery: likely(configSchema().properties.discovery, 3),
    update: likely(configSchema().properties.update, 3),
  },
  { requiredKeys: [] },
);

const key = fc.oneof(fc.constantFrom(...words), fc.string());
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "medium" },
    fc.constantFrom(...words),
    fc.jsonValue(),
    tie("object"),
    fc.array(tie("value")),
  ),
  object: fc.dictionary(key, tie("value"), { maxKeys: 6 }),
})).object;

describe("reading any configuration", () => {
  test("never throws, and what comes out has the schema's type", () => {
    fc.assert(
      fc.property(fc.oneof(anything, gatewayLike, fc.anything()), (value) => {
        const { ok, config, issues } = validateConfig(value);
        expect(ok).toBe(issues.length === 0);
        expect(Value.Check(configSchema(), config)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test("is stable: the result of a reading is read as itself", () => {
    fc.assert(
      fc.property(gatewayLike, (value) => {
        const { config } = validateConfig(value);
        expect(validateConfig(config).config).toEqual(config);
      }),
      { numRuns: 200 },
    );
  });

  test("AJV, given the published schema, finds a supported section right or wrong as the reader does", () => {
    const check = new Ajv({ strict: false }).compile(configJsonSchema("0").schema);
    let fitting = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          gatewayLike,
          anything.map((gateway) => ({ gateway })),
        ),
        (value) => {
          const { issues, warnings } = validateConfig(value);
          const faults = [...issues, ...warnings].filter(
            ({ kind }) => kind !== "unsupported" && kind !== "conflict",
          );
          expect(check(value)).toBe(faults.length === 0);
          if (faults.length === 0) fitting += 1;
        },
      ),
      { numRuns: 500 },
    );
    expect(fitting).toBeGreaterThan(20);
  });
});
