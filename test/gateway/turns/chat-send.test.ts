import { describe, expect, test } from "bun:test";
import { until } from "../../support/index.ts";
import { Hall } from "./hall.ts";

const KEY = "agent:main:talk";

function send(message: string, idempotencyKey: string, more: object = {}) {
  return { sessionKey: KEY, message, idempotencyKey, ...more };
}

describe("chat.send", () => {
  test("answers that the run has begun before any event of it, and ends it with exactly one final", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.call("sessions.subscribe");
    expect(await guest.call("chat.send", send("ECHO Hello", "run-1"))).toEqual({
      runId: "run-1",
      status: "started",
    });
    const final = await guest.event("chat", ({ state }) => state === "final");
    expect(final).toMatchObject({
      runId: "run-1",
      sessionKey: KEY,
      agentId: "main",
      stopReason: "stop",
      message: { role: "assistant", content: [{ type: "text", text: "Hello" }] },
    });
    await guest.event("sessions.changed", ({ phase }) => phase === "end");
    expect(guest.order.slice(0, 4)).toEqual([
      "res sessions.subscribe",
      "res chat.send",
      "sessions.changed",
      "chat",
    ]);
    expect(guest.events.filter(({ payload }) => payload["state"] === "final")).toHaveLength(1);
  });

  test("the same key again says in flight while it runs, ok when it is over, and conflict for other words", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.call("chat.send", send("SLOW please", "run-1"));
    expect(await guest.call("chat.send", send("SLOW please", "run-1"))).toEqual({
      runId: "run-1",
      status: "in_flight",
    });
    expect(await guest.refusal("chat.send", send("something else", "run-1"))).toMatchObject({
      code: "INVALID_REQUEST",
      details: { reason: "chat-request-conflict" },
    });
    await guest.event("chat", ({ state }) => state === "delta");
    expect(await guest.call("chat.abort", { sessionKey: KEY, runId: "run-1" })).toEqual({
      ok: true,
      aborted: true,
      runIds: ["run-1"],
    });
    expect(await guest.call("chat.abort", { sessionKey: KEY })).toEqual({
      ok: true,
      aborted: false,
      runIds: [],
    });
    const replay = await until("the run to be settled", async () => {
      const answer = await guest.call("chat.send", send("SLOW please", "run-1"));
      return answer["status"] === "in_flight" ? undefined : answer;
    });
    expect(replay).toEqual({
      runId: "run-1",
      status: "timeout",
      summary: "aborted",
      stopReason: "rpc",
      endedAt: expect.any(Number),
    });
    await guest.call("chat.send", send("ECHO done", "run-2"));
    await guest.event("chat", ({ runId, state }) => runId === "run-2" && state === "final");
    const over = await until("the second run to be settled", async () => {
      const answer = await guest.call("chat.send", send("ECHO done", "run-2"));
      return answer["status"] === "in_flight" ? undefined : answer;
    });
    expect(over).toEqual({ runId: "run-2", status: "ok" });
  });

  test("a repeat of what failed is told why it failed", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.call("chat.send", send("FAIL401 now", "run-1"));
    await guest.event("chat", ({ state }) => state === "error");
    const replay = await until("the run to be settled", async () => {
      const answer = await guest.ask("chat.send", send("FAIL401 now", "run-1"));
      return answer.ok ? undefined : answer;
    });
    expect(replay).toMatchObject({
      error: { code: "UNAVAILABLE", message: expect.any(String) },
      payload: { runId: "run-1", status: "error", summary: expect.any(String) },
    });
  });

  test("an interrupting message says that it ended the run before it", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.call("chat.send", send("SLOW please", "run-1"));
    await guest.event("chat", ({ state }) => state === "delta");
    const answer = await guest.call("chat.send", send("ECHO now", "run-2", { queueMode: "interrupt" }));
    expect(answer).toEqual({ runId: "run-2", status: "started", interruptedActiveRun: true });
    await guest.event("chat", ({ runId, state }) => runId === "run-1" && state === "aborted");
    await guest.event("chat", ({ runId, state }) => runId === "run-2" && state === "final");
  });

  test.each([
    ["nothing", send("  \n", "k"), "message or attachment required"],
    ["null bytes", send("a\0b", "k"), "message must not contain null bytes"],
    [
      "an agent that is gone",
      { ...send("x", "k"), sessionKey: "agent:gone:main" },
      'Agent "gone" no longer exists in configuration',
    ],
    [
      "an unknown agent",
      { ...send("x", "k"), sessionKey: "main", agentId: "gone" },
      'Unknown agent id "gone"',
    ],
    ["two agents at once", send("x", "k", { agentId: "other" }), "session key agent does not match agentId"],
    [
      "a goal",
      send("x", "k", { intent: { kind: "session-goal-start", version: 1, issuedAtMs: 1 } }),
      "Goals are not supported by this gateway.",
    ],
    [
      "another end of the conversation",
      send("x", "k", { sessionId: "s", expectedLeafEntryId: "e" }),
      "active branch changed; review and retry",
    ],
    [
      "other permissions",
      send("x", "k", { expectedPermissionMode: "guarded" }),
      "Session settings changed before send. Retry.",
    ],
  ])("%s is refused", async (_, params, message) => {
    await using hall = await Hall.open();
    expect(await hall.enter().refusal("chat.send", params)).toMatchObject({
      code: "INVALID_REQUEST",
      message,
    });
  });

  test("control characters are taken out of what is kept", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.call("sessions.subscribe");
    await guest.call("chat.send", send("ECHO a\u0007b\r\n\tc", "run-1"));
    const { message } = await guest.event("session.message");
    expect(message).toMatchObject({ role: "user", content: "ECHO ab\r\n\tc" });
  });

  test("what a chat window saw last may be what it answers to", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.call("chat.send", send("ECHO one", "run-1", { expectedLeafEntryId: null }));
    await guest.event("chat", ({ state }) => state === "final");
    const history = await guest.call<{ sessionId: string; sessionInfo: { activeLeafEntryId: string } }>(
      "chat.history",
      { sessionKey: KEY },
    );
    const { sessionId, sessionInfo } = history;
    const seen = { sessionId, expectedLeafEntryId: sessionInfo.activeLeafEntryId };
    expect(await guest.call("chat.send", send("ECHO two", "run-2", seen))).toMatchObject({
      status: "started",
    });
    expect(await guest.refusal("chat.send", send("x", "run-3", { expectedLeafEntryId: null }))).toMatchObject(
      {
        details: { reason: "active-leaf-changed" },
      },
    );
  });

  test("a session that may not be answered takes nothing, nor does an archived one", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.call("sessions.create", { key: KEY });
    await guest.call("sessions.patch", { key: KEY, sendPolicy: "deny" });
    expect(await guest.refusal("chat.send", send("x", "k"))).toMatchObject({
      message: "send blocked by session policy",
    });
    await guest.call("sessions.patch", { key: KEY, sendPolicy: null, archived: true });
    expect(await guest.refusal("chat.send", send("x", "k"))).toMatchObject({
      message: `Session "${KEY}" is archived. Restore it before starting new work.`,
    });
  });
});

describe("attachments", () => {
  const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex").toString("base64");

  test("a picture and a text file reach the model", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    const attachments = [
      { type: "image", mimeType: "image/png", fileName: "dot.png", content: PNG },
      { type: "file", fileName: "notes.md", content: `data:text/markdown;base64,${btoa("# Notes")}` },
    ];
    await guest.call("chat.send", send("ECHO seen", "run-1", { attachments }));
    await guest.event("chat", ({ state }) => state === "final");
    const [request] = hall.provider.requests;
    const sent = JSON.stringify(request?.body);
    expect(sent).toContain(PNG);
    expect(sent).toContain("# Notes");
  });

  test.each([
    ["no base64", { type: "image", content: "!!!" }, "attachment image: invalid base64 content"],
    ["nothing in it", { fileName: "a.png", content: "" }, "attachment a.png: empty payload"],
    ["no text", { content: 5 }, "attachment attachment-1: content must be base64 string"],
    [
      "an archive",
      { fileName: "a.zip", mimeType: "application/zip", content: btoa("PK\x03\x04\0") },
      "attachment a.zip: application/zip is not supported; images and text files are",
    ],
    [
      "a picture that is none",
      { fileName: "a.png", mimeType: "image/png", content: btoa("hello") },
      "attachment a.png: is no PNG, JPEG, GIF or WebP image",
    ],
    [
      "too large",
      { fileName: "a.txt", content: btoa("x".repeat(2_000)) },
      "attachment a.txt: exceeds size limit (2000 > 1048 bytes)",
    ],
  ])("%s is refused by name", async (_, attachment, message) => {
    await using hall = await Hall.open({ config: { agents: { defaults: { mediaMaxMb: 0.001 } } } });
    const params = send("look", "k", { attachments: [attachment] });
    expect(await hall.enter().refusal("chat.send", params)).toMatchObject({
      code: "INVALID_REQUEST",
      message,
    });
  });

  test("rows without content are left out, more than twenty are refused", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    expect(
      await guest.refusal("chat.send", send("", "k", { attachments: [{ type: "image" }] })),
    ).toMatchObject({
      message: "message or attachment required",
    });
    const many = Array.from({ length: 21 }, () => ({ content: btoa("x") }));
    expect(await guest.refusal("chat.send", send("", "k", { attachments: many }))).toMatchObject({
      message: "too many attachments (21 > 20)",
    });
  });
});
