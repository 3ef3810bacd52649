import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { type TSchema, Type } from "@sinclair/typebox";
import fc from "fast-check";
import {
  checkParams,
  config,
  ConnectParams,
  devices,
  explain,
  fits,
  METHODS,
  RequestFrame,
  status,
} from "../../src/protocol/index.ts";
import { anyJson, fitting, mutated } from "./arbitrary.ts";

interface FramingCase {
  readonly case: string;
  readonly send: { readonly params?: unknown };
  readonly message: string;
}

const cases: FramingCase[] = (await Bun.file(join(import.meta.dir, "fixtures", "framing.jsonl")).text())
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

describe("the recorded framing cases", () => {
  test.each(cases)("$case", ({ send, message }) => {
    const isConnect = message.startsWith("invalid connect params");
    const fault = isConnect ? explain(ConnectParams, send.params) : explain(RequestFrame, send);
    expect(`${isConnect ? "invalid connect params" : "invalid request frame"}: ${fault}`).toBe(message);
  });
});

describe("explain", () => {
  const sample = Type.Object(
    { name: Type.String({ minLength: 1 }), inner: Type.Object({ a: Type.Integer(), b: Type.Integer() }) },
    { additionalProperties: false },
  );

  test("names the first missing key of each object, by its place", () => {
    expect(explain(sample, { inner: {} })).toBe(
      "must have required property 'name'; at /inner: must have required property 'a'",
    );
  });

  test("says of a value at the root what it must be", () => {
    for (const value of [null, [], "x", 1, true, undefined])
      expect(explain(sample, value)).toBe("must be object");
  });

  test("ignores unknown keys only when told to, at any depth", () => {
    const patch = { raw: "{}", zzz: 1, deliveryContext: { zzz: 1 } };
    expect(explain(config.patch.params, patch)).toBe(
      "at root: unexpected property 'zzz'; at /deliveryContext: unexpected property 'zzz'",
    );
    expect(explain(config.patch.params, patch, true)).toBeUndefined();
  });

  test("still finds what is wrong with known keys beside unknown ones", () => {
    expect(explain(config.patch.params, { raw: 5, zzz: 1 }, true)).toBe("at /raw: must be string");
  });

  test("ignores unknown keys inside the variants of a union", () => {
    const union = Type.Union([
      Type.Object({ a: Type.String() }, { additionalProperties: false }),
      Type.Object({ b: Type.String() }, { additionalProperties: false }),
    ]);
    expect(explain(union, { b: "x", zzz: 1 }, true)).toBeUndefined();
    expect(explain(union, { b: 1, zzz: 1 }, true)).toContain("must match a schema in anyOf");
  });

  test("stays short for hostile input", () => {
    const huge = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, index) => [`${"k".repeat(500)}${index}`, index]),
    );
    const fault =
      explain(ConnectParams, { permissions: huge, caps: Array.from({ length: 5_000 }, () => 1) }) ?? "";
    expect(fault.length).toBeLessThan(16_000);
  });

  test.each([
    ["a request frame", RequestFrame],
    ["connect", ConnectParams],
    ...METHODS.map(({ name, params }) => [name, params] as const),
  ] as const)(
    "of %s never throws and agrees with the compiled validator, whatever comes off the wire",
    (_name, schema) => {
      fc.assert(
        fc.property(fc.oneof(anyJson, mutated(schema)), (value) => {
          expect(explain(schema, value) === undefined).toBe(fits(schema, value));
          if (fits(schema, value)) expect(explain(schema, value, true)).toBeUndefined();
        }),
        { numRuns: 50 },
      );
    },
  );

  test.each([...METHODS])(
    "of $name takes any valid value with any unknown key added when unknown keys are ignored",
    ({ params }) => {
      fc.assert(
        fc.property(fitting(params), anyJson, (value, extra) => {
          expect(explain(params, { ...(value as object), zzz: extra }, true)).toBeUndefined();
        }),
        { numRuns: 20 },
      );
    },
  );
});

/** The keywords `explain` understands; a params schema with another would let faults pass. */
const KEYWORDS = new Set([
  ...["type", "const", "enum", "anyOf", "title", "description", "default"],
  ...["properties", "required", "additionalProperties", "patternProperties"],
  ...["items", "minItems", "maxItems", "uniqueItems"],
  ...["minLength", "maxLength", "pattern", "minimum", "maximum"],
]);

function keywordsOf(schema: TSchema): string[] {
  const parts: TSchema[] = [
    ...(schema.anyOf ?? []),
    ...Object.values<TSchema>(schema.properties ?? {}),
    ...Object.values<TSchema>(schema.patternProperties ?? {}),
    ...(schema.items ? [schema.items] : []),
  ];
  return [...Object.keys(schema), ...parts.flatMap(keywordsOf)];
}

test("params use only keywords that explain understands", () => {
  for (const schema of [RequestFrame, ConnectParams, ...METHODS.map((method) => method.params)]) {
    for (const keyword of keywordsOf(schema)) expect(KEYWORDS).toContain(keyword);
  }
});

describe("checkParams", () => {
  test("takes absent and null params as an empty object", () => {
    for (const raw of [undefined, null])
      expect(checkParams(config.get, raw)).toEqual({ ok: true, params: {} });
  });

  test("names the method in the message", () => {
    expect(checkParams(config.set, {})).toEqual({
      ok: false,
      message: "invalid config.set params: must have required property 'raw'",
    });
  });

  test("leaves unknown params in place by default and refuses them when strict", () => {
    const raw = { requestId: "r", zzz: 1 };
    expect(checkParams(devices.pairApprove, raw)).toEqual({ ok: true, params: raw });
    expect(checkParams(devices.pairApprove, raw, true)).toEqual({
      ok: false,
      message: "invalid device.pair.approve params: at root: unexpected property 'zzz'",
    });
  });

  test("takes anything for methods with open params, even when strict", () => {
    expect(checkParams(status.health, { probe: "yes", zzz: 1 }, true).ok).toBe(true);
    for (const raw of [[1], "x", 5, true])
      expect(checkParams(status.health, raw, true)).toEqual({ ok: true, params: {} });
  });

  test("refuses params that are no object", () => {
    expect(checkParams(config.get, [])).toEqual({
      ok: false,
      message: "invalid config.get params: must be object",
    });
  });
});
