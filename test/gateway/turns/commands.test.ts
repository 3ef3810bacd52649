import { describe, expect, test } from "bun:test";
import { PATIENCE_MS, until, within } from "../../support/index.ts";
import { Hall } from "./hall.ts";

const KEY = "agent:main:talk";

function send(message: string, idempotencyKey: string, more: object = {}) {
  return { sessionKey: KEY, message, idempotencyKey, ...more };
}

describe("a chat command by chat.send", () => {
  test("is answered by the gateway: one final frame, two messages in the transcript, no model asked", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.call("sessions.subscribe");
    expect(await guest.call("chat.send", send("/whoami", "c-1"))).toEqual({
      runId: "c-1",
      status: "started",
    });
    const final = await guest.event("chat");
    expect(final).toMatchObject({
      runId: "c-1",
      sessionKey: KEY,
      seq: 1,
      state: "final",
      message: {
        role: "assistant",
        provider: "openclaw",
        model: "gateway-injected",
        idempotencyKey: "c-1",
        content: [{ type: "text", text: expect.stringContaining("webchat") }],
      },
    });
    await guest.event("sessions.changed", ({ reason }) => reason === "agent.input.settled");
    expect(guest.order).toEqual([
      "res sessions.subscribe",
      "res chat.send",
      "sessions.changed",
      "chat",
      "session.message",
      "session.message",
      "sessions.changed",
    ]);
    const { messages } = await guest.call<{ messages: object[] }>("chat.history", { sessionKey: KEY });
    expect(messages).toMatchObject([
      { role: "user", content: "/whoami", idempotencyKey: "c-1:user", __openclaw: { senderIsOwner: true } },
      { role: "assistant", model: "gateway-injected" },
    ]);
    expect(hall.provider.requests).toEqual([]);
  });

  test("is not seen by the model afterwards", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.call("chat.send", send("/whoami", "c-1"));
    await guest.event("chat");
    await guest.call("chat.send", send("ECHO hi", "run-1"));
    await guest.event("chat", ({ runId, state }) => runId === "run-1" && state === "final");
    expect(JSON.stringify(hall.provider.requests)).not.toContain("whoami");
  });

  test("is carried out once, however often it is asked for under one key", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    const answers = await Promise.all([
      guest.call("chat.send", send("/new", "c-1")),
      guest.call("chat.send", send("/new", "c-1")),
    ]);
    expect(answers).toEqual([
      { runId: "c-1", status: "started" },
      { runId: "c-1", status: "in_flight" },
    ]);
    await guest.event("chat");
    const replay = await until("the command to be recorded", async () => {
      const answer = await guest.call("chat.send", send("/new", "c-1"));
      return answer["status"] === "in_flight" ? undefined : answer;
    });
    expect(replay).toEqual({ runId: "c-1", status: "ok" });
    expect(guest.events.filter(({ event }) => event === "chat")).toHaveLength(1);
    const conflicting = await guest.refusal("chat.send", send("/status", "c-1"));
    expect(conflicting).toMatchObject({ details: { reason: "chat-request-conflict" } });
    expect(await guest.refusal("chat.send", send("ECHO x", "c-1"))).toMatchObject({
      details: { reason: "chat-request-conflict" },
    });
    expect(await guest.call("agent.wait", { runId: "c-1", timeoutMs: PATIENCE_MS })).toMatchObject({
      runId: "c-1",
      status: "ok",
      terminalReply: { disposition: "visible" },
    });
  });

  test("/stop is answered with what it ended, and leaves no trace of its own", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.call("chat.send", send("SLOW please", "run-1"));
    await guest.event("chat", ({ state }) => state === "delta");
    expect(await guest.call("chat.send", send("/stop", "stop-1"))).toEqual({
      ok: true,
      aborted: true,
      runIds: ["run-1"],
    });
    expect(await guest.event("chat", ({ state }) => state === "aborted")).toMatchObject({
      runId: "run-1",
      stopReason: "stop",
    });
    expect(await guest.call("chat.send", send("/stop", "stop-2"))).toEqual({
      ok: true,
      aborted: false,
      runIds: [],
    });
    const { messages } = await guest.call<{ messages: { content: unknown }[] }>("chat.history", {
      sessionKey: KEY,
    });
    expect(JSON.stringify(messages)).not.toContain("/stop");
  });

  test("a directive inside a message is taken out of it, and the rest is a turn that can be repeated", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    const params = send("ECHO hi /think off", "run-1");
    expect(await guest.call("chat.send", params)).toEqual({ runId: "run-1", status: "started" });
    await guest.event("chat", ({ state }) => state === "final");
    const [request] = hall.provider.requests;
    expect(JSON.stringify(request?.body)).not.toContain("/think");
    const replay = await until("the run to be settled", async () => {
      const answer = await guest.call("chat.send", params);
      return answer["status"] === "in_flight" ? undefined : answer;
    });
    expect(replay).toEqual({ runId: "run-1", status: "ok" });
    expect(hall.provider.requests).toHaveLength(1);
  });

  test("text that only looks like a command can be said as text", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.call("chat.send", send("/whoami", "run-1", { suppressCommandInterpretation: true }));
    const final = await guest.event("chat", ({ state }) => state === "final");
    expect(final["message"]).toMatchObject({ content: [{ text: "Hello from the mock model." }] });
  });

  test("what needs an admin is refused to others in words, and done for nobody", async () => {
    await using hall = await Hall.open();
    const writer = hall.enter({ scopes: ["operator.write"] });
    await writer.call("chat.send", send("ECHO one", "run-1"));
    await writer.event("chat", ({ state }) => state === "final");
    await writer.call("chat.send", send("/reset", "c-1"));
    const answer = await writer.event("chat", ({ runId }) => runId === "c-1");
    expect(JSON.stringify(answer["message"])).toContain("operator.admin");
    const { messages } = await writer.call<{ messages: unknown[] }>("chat.history", { sessionKey: KEY });
    expect(messages.length).toBe(4);
  });
});

describe("a command whose gateway died before it was over", () => {
  /** An act in which the process dies; `met` settles once it was tried. */
  function death() {
    const { promise: met, resolve } = Promise.withResolvers<void>();
    const act = async (): Promise<never> => {
      resolve();
      throw new Error("the process died here");
    };
    return { met, act };
  }

  test("is settled as answered when its answer had been written down, and not carried out again", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    const { settle } = hall.store.runs;
    const { met, act } = death();
    hall.store.runs.settle = act;
    await guest.call("chat.send", send("/whoami", "c-1"));
    await within("the death", met);
    hall.store.runs.settle = settle;
    const { messages } = await guest.call<{ messages: unknown[] }>("chat.history", { sessionKey: KEY });
    expect(messages).toHaveLength(2);
    expect(await hall.runs.resume()).toEqual({ resumed: 0, completed: 1, interrupted: 0 });
    expect(await guest.call("chat.send", send("/whoami", "c-1"))).toEqual({ runId: "c-1", status: "ok" });
    expect(await guest.call("agent.wait", { runId: "c-1", timeoutMs: PATIENCE_MS })).toMatchObject({
      terminalReply: { text: expect.stringContaining("webchat") },
    });
  });

  test("is settled as interrupted when nobody knows what it did; its repeat is told so", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    const { append } = hall.store.transcripts;
    const { met, act } = death();
    hall.store.transcripts.append = act;
    await guest.call("chat.send", send("/whoami", "c-1"));
    await within("the death", met);
    hall.store.transcripts.append = append;
    expect(await hall.runs.resume()).toEqual({ resumed: 0, completed: 0, interrupted: 1 });
    const refusal = await guest.refusal("chat.send", send("/whoami", "c-1"));
    expect(refusal.message).toContain("restarted while this command");
    expect(hall.provider.requests).toEqual([]);
  });
});

test("commands go through agent too: accepted, then answered with their text", async () => {
  await using hall = await Hall.open();
  const guest = hall.enter();
  const params = { message: "/whoami", sessionKey: KEY, idempotencyKey: "c-1" };
  const { ok, early, payload } = await guest.ask("agent", params);
  expect(ok).toBe(true);
  expect(early).toMatchObject([{ payload: { runId: "c-1", status: "accepted", sessionKey: KEY } }]);
  expect(payload).toMatchObject({
    runId: "c-1",
    status: "ok",
    summary: "completed",
    result: { payloads: [{ text: expect.stringContaining("webchat"), mediaUrl: null }] },
  });
  expect((await guest.ask("agent", params)).payload).toEqual(payload);
});
