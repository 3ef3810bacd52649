import { describe, expect, test } from "bun:test";
import type { Runs } from "../../../src/agent/index.ts";
import { ManualClock, PATIENCE_MS, until } from "../../support/index.ts";
import { Hall } from "./hall.ts";

const KEY = "agent:main:talk";

function run(message: string, idempotencyKey: string, more: object = {}) {
  return { message, sessionKey: KEY, idempotencyKey, ...more };
}

describe("agent", () => {
  test("answers twice: accepted before any event, and the whole result after the last", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    const { early, payload } = await guest.ask("agent", run("ECHO Hello", "run-1"));
    expect(early).toEqual([
      {
        ok: true,
        payload: {
          runId: "run-1",
          sessionKey: KEY,
          agentId: "main",
          status: "accepted",
          acceptedAt: expect.any(Number),
        },
      },
    ]);
    expect(payload).toMatchObject({
      runId: "run-1",
      status: "ok",
      summary: "completed",
      result: {
        payloads: [{ text: "Hello", mediaUrl: null }],
        meta: {
          durationMs: expect.any(Number),
          agentMeta: {
            sessionFile: KEY,
            provider: "mock",
            model: "mock-1",
            usage: { input: 100, output: 20 },
            promptTokens: 100,
            assistantTurns: 1,
            terminalReceipt: { runId: "run-1", successfulToolNames: [], rerouted: false },
          },
          aborted: false,
          stopReason: "stop",
        },
      },
    });
    expect(guest.order[0]).toBe("res agent");
    expect(guest.order.at(-1)).toBe("res agent");
    const { early: none, payload: again } = await guest.ask("agent", run("ECHO Hello", "run-1"));
    expect([none, again]).toEqual([[], payload]);
  });

  test("what this gateway cannot do is refused, and not left out: deliveries, other prompts", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    for (const [wish, words] of [
      [{ deliver: true }, "no chat channels"],
      [{ promptMode: "minimal" }, "promptMode is not supported"],
      [{ disableMessageTool: true }, "disableMessageTool is not supported"],
    ] as const) {
      const { ok, error } = await guest.ask("agent", run("ECHO Hello", "run-wish", wish));
      expect([ok, error?.code]).toEqual([false, "INVALID_REQUEST"]);
      expect(error?.message).toContain(words);
    }
    const asEver = { deliver: true, bestEffortDeliver: true, promptMode: "full", disableMessageTool: false };
    expect((await guest.ask("agent", run("ECHO Hello", "run-ever", asEver))).ok).toBe(true);
  });

  test("/stop says what it did", async () => {
    await using hall = await Hall.open();
    const { payload } = await hall.enter().ask("agent", run("/stop", "run-stop"));
    expect(payload).toMatchObject({
      aborted: false,
      result: { payloads: [{ text: "Nothing was running." }] },
    });
  });

  test("a failed run is both a payload and an error", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    const { ok, payload, error } = await guest.ask("agent", run("FAIL401 now", "run-1"));
    expect(ok).toBe(false);
    const message = String(error?.message);
    expect(error).toEqual({ code: "UNAVAILABLE", message });
    expect(payload).toEqual({ runId: "run-1", status: "error", summary: message });
    expect(await guest.ask("agent", run("FAIL401 now", "run-1"))).toMatchObject({ ok, payload, error });
  });

  test("an aborted run is told as timed out by whoever ended it", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    const answer = guest.ask("agent", run("SLOW please", "run-1"));
    await guest.event("chat", ({ state }) => state === "delta");
    expect(await guest.call("agent", run("SLOW please", "run-1"))).toEqual({
      runId: "run-1",
      status: "in_flight",
      sessionKey: KEY,
      agentId: "main",
    });
    expect(await guest.call("agent.wait", { runId: "run-1", timeoutMs: 50 })).toEqual({
      runId: "run-1",
      status: "timeout",
    });
    expect(await guest.call("sessions.abort", { key: KEY, runId: "run-1" })).toEqual({
      ok: true,
      abortedRunId: "run-1",
      status: "aborted",
    });
    expect((await answer).payload).toEqual({
      runId: "run-1",
      status: "timeout",
      summary: "aborted",
      stopReason: "rpc",
    });
    expect(await guest.call("sessions.abort", { key: KEY })).toEqual({
      ok: true,
      abortedRunId: null,
      status: "no-active-run",
    });
  });

  test("the deadline is AGENT_TIMEOUT, with what is known of the run", async () => {
    const clock = new ManualClock();
    await using hall = await Hall.open({ clock });
    const guest = hall.enter();
    const asked = guest.ask("agent", run("HANG please", "run-1", { timeout: 1 }));
    await hall.provider.request("the call");
    clock.advance(1_000);
    const { ok, error, payload } = await asked;
    expect([ok, error?.code]).toEqual([false, "AGENT_TIMEOUT"]);
    expect(payload).toMatchObject({
      runId: "run-1",
      status: "timeout",
      summary: "aborted",
      timeoutPhase: "provider",
      providerStarted: true,
    });
    expect(await guest.call("agent.wait", { runId: "run-1" })).toMatchObject({
      status: "timeout",
      timeoutPhase: "provider",
    });
  });

  test("a run that waits its turn is pending to those who wait for it", async () => {
    await using hall = await Hall.open({ config: { messages: { queue: { mode: "followup" } } } });
    const guest = hall.enter();
    void guest.ask("agent", run("SLOW please", "run-1"));
    await guest.event("chat", ({ state }) => state === "delta");
    const second = guest.ask("agent", run("ECHO later", "run-2"));
    const answers = () => guest.order.filter((what) => what === "res agent").length;
    await until("both to be accepted", () => answers() === 2);
    expect(await guest.call("agent.wait", { runId: "run-2", timeoutMs: 10 })).toEqual({
      runId: "run-2",
      status: "pending",
      timeoutPhase: "queue",
      providerStarted: false,
    });
    const history = await guest.call<{ pendingInputs: object; inFlightRun: object }>("chat.history", {
      sessionKey: KEY,
    });
    expect(history.inFlightRun).toMatchObject({ runId: "run-1", text: expect.stringContaining("word0") });
    expect(history.pendingInputs).toMatchObject({
      total: 1,
      items: [{ runId: "run-2", state: "queued", message: { role: "user", content: "ECHO later" } }],
    });
    await guest.call("chat.abort", { sessionKey: KEY });
    expect((await second).payload).toMatchObject({ status: "timeout", summary: "aborted" });
  });

  test("the request is handed on as it was meant", async () => {
    const asked: Parameters<Runs["submit"]>[0][] = [];
    await using hall = await Hall.open({
      runs: (runs) =>
        Object.assign(Object.create(runs), {
          submit: async (request: Parameters<Runs["submit"]>[0]) => {
            asked.push(request);
            return { state: "refused", reason: "Not now." };
          },
        }),
    });
    const guest = hall.enter({ client: { id: "cli", version: "1", platform: "linux", mode: "cli" } });
    const params = {
      message: "go",
      to: "+15551234567",
      provider: "mock",
      model: "mock-1",
      thinking: "off",
      timeout: 3,
      lane: "subagent",
      extraSystemPrompt: "Be brief.",
      idempotencyKey: "run-1",
    };
    expect(await guest.refusal("agent", params)).toMatchObject({
      code: "UNAVAILABLE",
      message: "Not now.",
      retryable: true,
    });
    expect(asked).toMatchObject([
      {
        namespace: "agent",
        kind: "agent",
        runId: "run-1",
        sessionKey: "agent:main:main",
        agentId: "main",
        message: "go",
        model: "mock/mock-1",
        thinking: "off",
        timeoutMs: 3_000,
        lane: "subagent",
        extraSystemPrompt: "Be brief.",
        createdVia: "run",
        sender: {
          id: "gateway-owner",
          isOwner: true,
          isAdmin: true,
          channel: "cli",
          to: "+15551234567",
          client: { id: "cli", mode: "cli" },
        },
      },
    ]);
  });

  test("a session id leads to its session, and an unknown one opens a session of its own", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.ask("agent", run("ECHO one", "run-1"));
    const { sessionId } = await guest.call<{ sessionId: string }>("chat.history", { sessionKey: KEY });
    const of = async (id: string, runId: string) => {
      const { early } = await guest.ask("agent", {
        message: "ECHO two",
        sessionId: id,
        idempotencyKey: runId,
      });
      return Reflect.get(Object(early[0]?.payload), "sessionKey");
    };
    expect(await of(sessionId, "run-2")).toBe(KEY);
    expect(await of("of-mine", "run-3")).toBe("agent:main:explicit:of-mine");
  });

  test.each([
    ["an unknown agent", { agentId: "gone" }, 'invalid agent params: unknown agent id "gone"'],
    [
      "a session of an agent that is gone",
      { sessionKey: "agent:gone:x" },
      'Agent "gone" no longer exists in configuration',
    ],
    ["an unknown channel", { channel: "pigeon" }, "invalid agent params: unknown channel: pigeon"],
    ["a folder", { cwd: "/tmp" }, "cwd is reserved for plugin-owned subagent runs"],
    ["nothing said", { message: "  " }, "message or attachment required"],
  ])("%s is refused at once", async (_, params, message) => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    const answer = await guest.ask("agent", { message: "x", idempotencyKey: "run-1", ...params });
    expect(answer.early).toEqual([]);
    expect(answer.error).toMatchObject({ code: "INVALID_REQUEST", message });
  });

  test("another model is for admins, and so is beginning anew", async () => {
    await using hall = await Hall.open();
    const writer = hall.enter({ scopes: ["operator.write"] });
    expect(await writer.refusal("agent", run("x", "run-1", { model: "mock/mock-1" }))).toMatchObject({
      message: "provider/model overrides are not authorized for this caller.",
    });
    expect(await writer.refusal("agent", run("/reset", "run-2"))).toMatchObject({
      code: "FORBIDDEN",
      details: { missingScope: "operator.admin" },
    });
  });
});

describe("agent.wait", () => {
  test("tells how a run ended, whichever method began it", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    await guest.call("chat.send", { sessionKey: KEY, message: "ECHO Hello", idempotencyKey: "run-1" });
    expect(await guest.call("agent.wait", { runId: "run-1", timeoutMs: PATIENCE_MS })).toMatchObject({
      runId: "run-1",
      status: "ok",
      endedAt: expect.any(Number),
      stopReason: "stop",
      terminalReply: { disposition: "visible", text: "Hello" },
      terminalReceipt: { runId: "run-1", effective: { provider: "mock", model: "mock-1" } },
    });
  });

  test("an unknown run is waited for in vain", async () => {
    await using hall = await Hall.open();
    expect(await hall.enter().call("agent.wait", { runId: "none", timeoutMs: 5 })).toEqual({
      runId: "none",
      status: "timeout",
    });
  });
});

describe("wake", () => {
  test("a note waits for the next turn of the main session, which reads it once", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    expect(await guest.call("wake", { mode: "next-heartbeat", text: "The door is open." })).toEqual({
      ok: true,
    });
    expect(hall.systemEvents.list()).toMatchObject([{ text: "The door is open." }]);
    await guest.ask("agent", { message: "ECHO a", idempotencyKey: "run-1", sessionKey: KEY });
    expect(hall.systemEvents.list()).toHaveLength(1);
    await guest.ask("agent", { message: "ECHO b", idempotencyKey: "run-2" });
    expect(hall.systemEvents.list()).toEqual([]);
    const [, second] = hall.provider.requests;
    expect(JSON.stringify(second?.body)).toContain("The door is open.");
  });

  test("mode now runs a turn for it", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    expect(await guest.call("wake", { mode: "now", text: "The door is open." })).toEqual({ ok: true });
    await guest.event("agent", ({ data }) => Reflect.get(Object(data), "phase") === "end");
    expect(JSON.stringify(hall.provider.requests[0]?.body)).toContain("The door is open.");
  });

  test("blank notes are not taken, unknown agents not found", async () => {
    await using hall = await Hall.open();
    const guest = hall.enter();
    expect(await guest.call("wake", { mode: "now", text: " " })).toEqual({ ok: false });
    expect(await guest.refusal("wake", { mode: "now", text: "x", agentId: "gone" })).toMatchObject({
      message: 'unknown agent id "gone"',
    });
  });
});
