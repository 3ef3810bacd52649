import { expect, test } from "bun:test";
import { EVENTS, METHODS } from "../../src/protocol/index.ts";
import { bindMethods, type MethodParts } from "../../src/gateway/methods/index.ts";

/** Binding only reads which parts there are; none of them is called before a request. */
function unusedParts(): MethodParts {
  const anything: unknown = new Proxy(() => anything, { get: () => anything });
  return anything as MethodParts;
}

test("every declared method has a handler and every handler a declaration", () => {
  const bound = [...bindMethods(unusedParts()).keys()].sort();
  expect(bound).toEqual(METHODS.map((method) => method.name).sort());
});

test("no method or event is declared twice", () => {
  for (const table of [METHODS, EVENTS]) {
    const names = table.map((row) => row.name);
    expect(new Set(names).size).toBe(names.length);
  }
});
