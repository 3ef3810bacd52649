import { expect, test } from "bun:test";
import { rowChanges, turnFrames } from "./support/index.ts";

const piece = (text: string, delta: string) => [
  { event: "agent", payload: { stream: "assistant", data: { text, delta } } },
  { event: "chat", payload: { state: "delta", deltaText: delta, message: text } },
];

test("pieces of one answer are joined, those of the next one are not", () => {
  const tool = { event: "agent", payload: { stream: "tool", data: { phase: "start" } } };
  const frames = turnFrames([...piece("a", "a"), ...piece("ab", "b"), tool, ...piece("c", "c")]);
  expect(frames.map(({ name }) => name)).toEqual([
    "agent assistant",
    "chat delta",
    "agent tool start",
    "agent assistant",
    "chat delta",
  ]);
  expect(frames[0]?.payload).toEqual({ stream: "assistant", data: { text: "ab", delta: "ab" } });
  expect(frames[1]?.payload).toEqual({ state: "delta", deltaText: "ab", message: "ab" });
});

test("changes of rows are told apart from the turn", () => {
  const row = { event: "sessions.changed", payload: { phase: "end", session: { status: "done" } } };
  expect(turnFrames([row, { type: "res", id: "1" }])).toEqual([]);
  expect(rowChanges([row])).toEqual(["end done"]);
});
