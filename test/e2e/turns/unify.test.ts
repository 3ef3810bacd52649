import { expect, test } from "bun:test";
import { Unifier } from "./support/unify.ts";

test("a placeholder means the same value wherever it stands, also inside a text", () => {
  const unifier = new Unifier();
  expect(
    unifier.differences({ id: "<uuid-1>", key: "idem-<uuid-1>:user" }, { id: "a", key: "idem-a:user" }, "$"),
  ).toEqual([]);
  expect(unifier.differences("<uuid-1>", "b", "$")).toEqual(['$: "<uuid-1>", not "b"']);
  expect(unifier.fill({ run: "idem-<uuid-1>", other: "<uuid-2>" }, () => "fresh")).toEqual({
    run: "idem-a",
    other: "fresh",
  });
});

test("what is missing, of another kind or of another length is told with its place; what was added is not", () => {
  const unifier = new Unifier();
  const recorded = { at: "<ts>", list: [1, 2], text: "<words>", inner: { flag: true } };
  expect(
    unifier.differences(recorded, { at: 1, list: [1, 2], text: "x", inner: { flag: true, more: 1 } }, "$"),
  ).toEqual([]);
  expect(unifier.differences(recorded, { at: "1", list: [1], text: "", inner: {} }, "$")).toEqual([
    '$.at: a number, not "1"',
    "$.list: 2 items, not 1: [1]",
    '$.text: a text, not ""',
    "$.inner.flag: true, not undefined",
  ]);
});
