import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { closed, count, maybe, text } from "../primitives.ts";

export const tail = defineMethod({
  name: "logs.tail",
  summary: "Log lines from a cursor on, or the last ones; page by passing the returned cursor back.",
  scope: "operator.read",
  params: closed({
    cursor: maybe(count),
    limit: maybe(Type.Integer({ minimum: 1, maximum: 5000 })),
    maxBytes: maybe(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  }),
  result: closed({
    file: text,
    cursor: count,
    size: count,
    lines: Type.Array(Type.String()),
    truncated: maybe(Type.Boolean({ description: "There was more than `limit` or `maxBytes` allow." })),
    reset: maybe(Type.Boolean({ description: "The file was rotated: the cursor starts over." })),
    skippedBytes: maybe(count),
  }),
  since: 3,
});
