import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  FAILED,
  LOST_RESULT,
  messagesOf,
  STOPPED,
  activePath,
} from "../../../src/agent/sessions/context/index.ts";
import type { TranscriptEvent } from "../../../src/store/index.ts";
import { assistant, call, event, result, stored, user } from "./events.ts";

/** Messages of events, told in short. */
function told(...events: TranscriptEvent[]): string[] {
  return messagesOf(stored(events)).map((message) => {
    const content =
      typeof message.content === "string"
        ? message.content
        : message.content
            .map((block) =>
              block.type === "toolCall"
                ? `call ${block.id}`
                : block.type === "text"
                  ? block.text
                  : block.type,
            )
            .join(" + ");
    return message.role === "toolResult"
      ? `result ${message.toolCallId}${message.isError ? "!" : ""}: ${content}`
      : `${message.role}: ${content}`;
  });
}

test("what was said comes as it was said, without what only the gateway wrote", () => {
  const image = { type: "image", data: "AA==", mimeType: "image/png" };
  const messages = messagesOf(
    stored([
      event("model_change", { provider: "p", modelId: "m" }),
      user("hi", {
        message: {
          role: "user",
          content: "hi",
          timestamp: 5,
          idempotencyKey: "k",
          __openclaw: { senderId: "x" },
        },
      }),
      event("custom", { customType: "model-snapshot", data: {} }),
      assistant("hello", { responseId: "r", __openclaw: { runId: "1" } }),
      user([{ type: "text", text: "look" }, image]),
      event("custom_message", { customType: "note", content: "be brief", display: false }),
    ]),
  );
  expect(messages).toMatchObject([
    { role: "user", content: "hi", timestamp: 5 },
    { role: "assistant", content: [{ type: "text", text: "hello" }], responseId: "r", stopReason: "stop" },
    { role: "user", content: [{ type: "text", text: "look" }, image] },
    { role: "user", content: [{ type: "text", text: "be brief" }] },
  ]);
  expect(JSON.stringify(messages)).not.toContain("__openclaw");
  expect(JSON.stringify(messages)).not.toContain("idempotencyKey");
});

test("each call is followed by its result, one that has none by an error, and a result without a call goes", () => {
  expect(
    told(
      user("a"),
      assistant([call("1"), call("2")], { stopReason: "toolUse" }),
      result("2"),
      result("1"),
      result("9"),
    ),
  ).toEqual(["user: a", "assistant: call 1 + call 2", "result 1: result of 1", "result 2: result of 2"]);
  expect(told(assistant([call("1")], { stopReason: "toolUse" }), user("b"), result("1"))).toEqual([
    "assistant: call 1",
    "result 1: result of 1",
    "user: b",
  ]);
  expect(told(assistant([call("1")], { stopReason: "toolUse" }), user("b"))).toEqual([
    "assistant: call 1",
    `result 1!: ${LOST_RESULT}`,
    "user: b",
  ]);
  const reused = [assistant([call("1")]), assistant([call("1")]), result("1", "second")];
  expect(told(...reused)).toEqual([
    "assistant: call 1",
    `result 1!: ${LOST_RESULT}`,
    "assistant: call 1",
    "result 1: second",
  ]);
  expect(messagesOf(stored([assistant([call("1")]), result("1")]))[1]).not.toHaveProperty("details");
});

test("an answer that broke off keeps its words and says that it did; a failure is a short note", () => {
  expect(told(user("a"), assistant("part", { stopReason: "aborted" }), user("b"))).toEqual([
    "user: a",
    `assistant: part + ${STOPPED}`,
    "user: b",
  ]);
  expect(
    told(user("a"), assistant("", { stopReason: "aborted", errorMessage: "request timed out" })),
  ).toEqual(["user: a", `assistant: ${STOPPED}`]);
  expect(told(assistant("part", { openclawAbort: { aborted: true } }))).toEqual([
    `assistant: part + ${STOPPED}`,
  ]);
  expect(
    told(assistant("⚠️ it failed", { stopReason: "error", idempotencyKey: "r:terminal-error" })),
  ).toEqual([`assistant: ${FAILED}`]);
  const thinking = { type: "thinking", thinking: "hm" };
  expect(
    told(
      assistant([thinking, { type: "text", text: "so" }, call("1"), call("2")], { stopReason: "error" }),
      result("2"),
    ),
  ).toEqual([`assistant: so + ${STOPPED} + call 2`, "result 2: result of 2"]);
  for (const message of messagesOf(stored([assistant("x", { stopReason: "error" })]))) {
    expect(message).toMatchObject({ stopReason: "stop" });
  }
});

test("an answer of thoughts alone, and calls that cannot be read, are left out", () => {
  expect(
    told(user("a"), assistant([{ type: "thinking", thinking: "hm" }], { stopReason: "length" }), user("b")),
  ).toEqual(["user: a", "user: b"]);
  expect(
    told(
      assistant([
        { type: "toolCall", id: "1", name: "exec" },
        { type: "text", text: "x" },
      ]),
    ),
  ).toEqual(["assistant: x"]);
  expect(
    told(
      event("message", { message: { role: "system", content: "x" } }),
      event("message"),
      event("message", { message: 5 }),
    ),
  ).toEqual([]);
});

test("a way that was left is not part of the conversation", () => {
  const a = user("a", { id: "a", parentId: null });
  const b = { ...assistant("left"), id: "b", parentId: "a" };
  const c = { ...user("left too"), id: "c", parentId: "b" };
  const d = { ...assistant("kept"), id: "d", parentId: "a" };
  const path = activePath(stored([a, b, c, d]));
  expect(path.map(({ event: { id } }) => id)).toEqual(["a", "d"]);
  const loose = [user("1"), user("2", { parentId: "gone" }), user("3", { parentId: null })];
  expect(activePath(stored(loose))).toHaveLength(3);
});

test("whatever is in a transcript, calls and results are paired and no word of a person is lost", () => {
  const ids = fc.constantFrom("1", "2", "3");
  const stop = fc.constantFrom("stop", "toolUse", "aborted", "error", "length", "odd");
  const content = fc.array(
    fc.oneof(
      ids.map((id) => call(id)),
      fc.constantFrom(
        { type: "text", text: "t" },
        { type: "thinking", thinking: "x" },
        { type: "toolCall" },
        { type: "?" },
      ),
    ),
    { maxLength: 4 },
  );
  const one = fc.oneof(
    fc.string({ minLength: 1, maxLength: 5 }).map((text) => user(text)),
    fc.tuple(content, stop).map(([blocks, stopReason]) => assistant(blocks, { stopReason })),
    ids.map((id) => result(id)),
    fc.constant(event("custom")),
  );
  fc.assert(
    fc.property(fc.array(one, { maxLength: 20 }), (events) => {
      const messages = messagesOf(stored(events));
      const said = events.flatMap(({ message }) =>
        JSON.stringify(message)?.includes('"role":"user"') ? [message] : [],
      );
      expect(messages.filter(({ role }) => role === "user")).toHaveLength(said.length);
      const open: string[] = [];
      for (const message of messages) {
        if (message.role === "toolResult") {
          expect(open.shift()).toBe(message.toolCallId);
          continue;
        }
        expect(open).toEqual([]);
        if (message.role !== "assistant") continue;
        expect(["stop", "toolUse", "length"]).toContain(message.stopReason);
        for (const block of message.content) if (block.type === "toolCall") open.push(block.id);
      }
      expect(open).toEqual([]);
    }),
  );
});
