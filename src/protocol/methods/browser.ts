import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { oneOf } from "../literals.ts";
import { anyObject, closed, count, maybe, text } from "../primitives.ts";

export const request = defineMethod({
  name: "browser.request",
  summary: "Asks browser control; the routes are those of its HTTP service.",
  scope: "operator.admin",
  params: closed({
    method: oneOf(["GET", "POST", "DELETE"]),
    path: text,
    query: maybe(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]))),
    body: maybe(Type.Unknown()),
    timeoutMs: maybe(count),
    target: maybe(oneOf(["host"])),
  }),
  result: anyObject,
  since: 4,
  waits: true,
});
