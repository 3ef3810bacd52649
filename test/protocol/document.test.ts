import { describe, expect, test } from "bun:test";
import type { TSchema } from "@sinclair/typebox";
import { Ajv } from "ajv";
import fc from "fast-check";
import {
  paramsNameOf,
  payloadNameOf,
  protocolDocument,
  resultNameOf,
} from "../../build/protocol/document.ts";
import {
  ConnectParams,
  EventFrame,
  EVENTS,
  fits,
  HelloOk,
  METHODS,
  RequestFrame,
  ResponseFrame,
} from "../../src/protocol/index.ts";
import { anyJson, mutated } from "./arbitrary.ts";

const document = protocolDocument();
const ajv = new Ajv({ strict: false });
ajv.addSchema({ ...document }, "protocol");

const described: readonly (readonly [name: string, schema: TSchema])[] = [
  ["RequestFrame", RequestFrame],
  ["ResponseFrame", ResponseFrame],
  ["EventFrame", EventFrame],
  ["ConnectParams", ConnectParams],
  ["HelloOk", HelloOk],
  ...METHODS.map((method) => [paramsNameOf(method), method.params] as const),
  ...METHODS.map((method) => [resultNameOf(method), method.result] as const),
  ...EVENTS.map((event) => [payloadNameOf(event), event.payload] as const),
];

describe("the JSON Schema document", () => {
  test("is a valid draft-07 schema", () => {
    expect(ajv.validateSchema({ ...document })).toBe(true);
  });

  test("refers only to definitions that it has", () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/definitions\/([A-Za-z0-9]+)"/g);
    for (const [, name = ""] of references) expect(document.definitions).toHaveProperty(name);
  });

  test("gives every definition a title and a description", () => {
    for (const [name, definition] of Object.entries(document.definitions)) {
      expect(definition.title).toBe(name);
      expect(definition.description).toBeString();
    }
  });

  test("lists every method and event in order of name", () => {
    expect(Object.keys(document.methods)).toEqual(METHODS.map((method) => method.name).sort());
    expect(Object.keys(document.events)).toEqual(EVENTS.map((event) => event.name).sort());
  });

  test("tells the three frames apart", () => {
    const validate = ajv.getSchema("protocol");
    expect(validate?.({ type: "req", id: "1", method: "health" })).toBe(true);
    expect(validate?.({ type: "res", id: "1", ok: true })).toBe(true);
    expect(validate?.({ type: "event", event: "tick", payload: { ts: 1 } })).toBe(true);
    expect(validate?.({ type: "other" })).toBe(false);
  });

  test.each(described)("%s: AJV and the gateway's validator agree", (name, schema) => {
    const validate = ajv.getSchema(`protocol#/definitions/${name}`);
    if (!validate) throw new Error(`no definition ${name}`);
    fc.assert(
      fc.property(
        fc.oneof({ weight: 4, arbitrary: mutated(schema) }, { weight: 1, arbitrary: anyJson }),
        (value) => {
          expect(validate(value)).toBe(fits(schema, value));
        },
      ),
      { numRuns: 60 },
    );
  });
});
