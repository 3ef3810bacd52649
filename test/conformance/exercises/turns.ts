import { expect } from "bun:test";
import type { ReferenceClient, World } from "../support/index.ts";
import type { Exercise } from "./exercise.ts";

interface Page {
  readonly sessionId: string;
  readonly deltaCursor: string;
  readonly messages: readonly { readonly role: string; readonly __openclaw: { readonly id: string } }[];
}

let turns = 0;

/** Says something in a session of its own, and waits for the end of the answer. */
async function talk(
  client: ReferenceClient,
  message = "ECHO Hello",
  session = `talk-${++turns}`,
): Promise<{ sessionKey: string; runId: string }> {
  const runId = `exercise-${++turns}`;
  const sessionKey = `agent:main:${session}`;
  await client.call("chat.send", { sessionKey, message, idempotencyKey: runId });
  await client.call("agent.wait", { runId, timeoutMs: 10_000 });
  return { sessionKey, runId };
}

/** A run that goes on until it is ended. */
async function running({ operator }: World): Promise<{ sessionKey: string; runId: string }> {
  const runId = `exercise-${++turns}`;
  const sessionKey = `agent:main:slow-${turns}`;
  await operator.call("chat.send", { sessionKey, message: "SLOW please", idempotencyKey: runId });
  await operator.event("chat", (payload) => payload.runId === runId && payload.state === "delta");
  return { sessionKey, runId };
}

/** The methods by which people and programs talk to agents. */
export const TURN_EXERCISES: Readonly<Record<string, Exercise>> = {
  agent: async ({ operator }) => {
    const params = { message: "ECHO Hello", sessionKey: "agents", idempotencyKey: `exercise-${++turns}` };
    const accepted: unknown[] = [];
    const answer = await operator.client.request("agent", params, {
      expectFinal: true,
      onAccepted: (payload: unknown) => void accepted.push(payload),
    });
    operator.contract.result("agent", answer);
    expect(accepted).toMatchObject([{ status: "accepted", sessionKey: "agent:main:agents" }]);
    expect(answer).toMatchObject({
      status: "ok",
      summary: "completed",
      result: { payloads: [{ text: "Hello", mediaUrl: null }] },
    });
    expect(await operator.call("agent", params)).toEqual(answer);
  },
  "agent.wait": async ({ operator }) => {
    const { runId } = await talk(operator);
    expect(await operator.call("agent.wait", { runId })).toMatchObject({
      runId,
      status: "ok",
      terminalReply: { disposition: "visible", text: "Hello" },
    });
    expect(await operator.call("agent.wait", { runId: "nobody", timeoutMs: 1 })).toEqual({
      runId: "nobody",
      status: "timeout",
    });
  },
  wake: async ({ operator }) => {
    expect(await operator.call("wake", { mode: "now", text: "The door is open." })).toEqual({ ok: true });
  },

  "chat.send": async ({ operator }) => {
    const runId = `exercise-${++turns}`;
    const params = { sessionKey: "agent:main:chat", message: "ECHO Hello", idempotencyKey: runId };
    expect(await operator.call("chat.send", params)).toEqual({ runId, status: "started" });
    await operator.event("agent", (payload) => payload.runId === runId && payload.stream === "assistant");
    await operator.event("chat", (payload) => payload.runId === runId && payload.state === "delta");
    const final = await operator.event(
      "chat",
      (payload) => payload.runId === runId && payload.state === "final",
    );
    expect(final).toMatchObject({ message: { content: [{ type: "text", text: "Hello" }] } });
    await operator.call("agent.wait", { runId });
    expect(await operator.call("chat.send", params)).toEqual({ runId, status: "ok" });
    expect(await operator.refusal("chat.send", { ...params, message: "other" })).toMatchObject({
      gatewayCode: "INVALID_REQUEST",
      details: { reason: "chat-request-conflict" },
    });
  },
  "chat.history": async ({ operator }) => {
    const { sessionKey } = await talk(operator);
    const page = await operator.call<Page>("chat.history", { sessionKey, limit: 10 });
    expect(page.messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
    expect(await operator.call("chat.history", { sessionKey, cursor: page.deltaCursor })).toMatchObject({
      kind: "delta",
      messages: [],
    });
    expect(await operator.call("chat.history", { sessionKey, cursor: "junk" })).toEqual({ kind: "reset" });
  },
  "chat.startup": async ({ operator }) => {
    expect(await operator.call("chat.startup", { sessionKey: "main", limit: 80 })).toMatchObject({
      sessionKey: "main",
      sessionInfo: { key: "agent:main:main" },
    });
  },
  "chat.metadata": async ({ operator }) => {
    const metadata = await operator.call("chat.metadata", { sessionKey: "main", agentId: "main" });
    expect(metadata.commands).toContainEqual(expect.objectContaining({ name: "help" }));
  },
  "chat.message.get": async ({ operator }) => {
    const { sessionKey } = await talk(operator);
    const { messages } = await operator.call<Page>("chat.history", { sessionKey });
    const messageId = messages[1]?.__openclaw.id;
    expect(await operator.call("chat.message.get", { sessionKey, messageId })).toMatchObject({
      ok: true,
      message: { role: "assistant" },
    });
    expect(await operator.call("chat.message.get", { sessionKey, messageId: "none" })).toEqual({
      ok: false,
      unavailableReason: "not_found",
    });
  },
  "chat.abort": async (world) => {
    const { sessionKey, runId } = await running(world);
    expect(await world.operator.call("chat.abort", { sessionKey, runId })).toEqual({
      ok: true,
      aborted: true,
      runIds: [runId],
    });
    await world.operator.event("chat", (payload) => payload.runId === runId && payload.state === "aborted");
  },
  "chat.inject": async ({ operator }) => {
    const { sessionKey } = await talk(operator);
    const { messageId } = await operator.call<{ messageId: string }>("chat.inject", {
      sessionKey,
      message: "mind the gap",
      label: "note",
    });
    const final = await operator.event("chat", ({ runId }) => runId === `inject-${messageId}`);
    expect(final).toMatchObject({ seq: 0, message: { content: [{ text: "[note]\n\nmind the gap" }] } });
  },
};

/** The sessions and what they used. */
export const SESSION_EXERCISES: Readonly<Record<string, Exercise>> = {
  "sessions.subscribe": async ({ operator }) => {
    expect(await operator.call("sessions.subscribe", {})).toEqual({ subscribed: true });
    expect(await operator.call("sessions.subscribe", { limit: 1 })).toMatchObject({
      list: { limitApplied: 1 },
    });
    const { sessionKey, runId } = await talk(operator);
    await operator.event("sessions.changed", (payload) => payload.runId === runId && payload.phase === "end");
    await operator.event("session.message", (payload) => payload.sessionKey === sessionKey);
    // The client did not declare `tool-events`.
    const tool = await talk(operator, "TOOL session_status {}");
    await operator.event("session.tool", (payload) => payload.runId === tool.runId);
  },
  "sessions.messages.subscribe": async (world) => {
    const other = await world.join();
    expect(await other.call("sessions.messages.subscribe", { key: "heard" })).toEqual({
      subscribed: true,
      key: "agent:main:heard",
    });
    await talk(world.operator, "ECHO one", "heard");
    await other.event("session.message", ({ sessionKey }) => sessionKey === "agent:main:heard");
  },
  "sessions.messages.unsubscribe": async ({ operator }) => {
    expect(await operator.call("sessions.messages.unsubscribe", { key: "heard" })).toEqual({
      subscribed: false,
      key: "agent:main:heard",
    });
  },
  "sessions.list": async ({ operator }) => {
    await talk(operator);
    const page = await operator.call<{ sessions: unknown[] }>("sessions.list", {
      limit: 1,
      includeDerivedTitles: true,
      includeLastMessage: true,
    });
    expect(page).toMatchObject({ count: 1, limitApplied: 1, sessions: [{ agentId: "main" }] });
  },
  "sessions.preview": async ({ operator }) => {
    const { sessionKey } = await talk(operator);
    expect(await operator.call("sessions.preview", { keys: [sessionKey, "nobody"] })).toMatchObject({
      previews: [
        { key: sessionKey, status: "ok", items: [{ role: "user" }, { role: "assistant", text: "Hello" }] },
        { key: "nobody", status: "missing" },
      ],
    });
  },
  "sessions.describe": async ({ operator }) => {
    const { sessionKey, runId } = await talk(operator);
    expect(await operator.call("sessions.describe", { key: sessionKey })).toMatchObject({
      session: { key: sessionKey, status: "done", lastRunId: runId },
    });
    expect(await operator.call("sessions.describe", { key: "nobody" })).toEqual({ session: null });
  },
  "sessions.resolve": async ({ operator }) => {
    const { sessionKey } = await talk(operator);
    expect(await operator.call("sessions.resolve", { key: sessionKey })).toMatchObject({
      ok: true,
      key: sessionKey,
    });
    await operator.refusal("sessions.resolve", { label: "nobody" });
  },
  "sessions.get": async ({ operator }) => {
    const { sessionKey } = await talk(operator);
    const { messages } = await operator.call<Page>("sessions.get", { key: sessionKey });
    expect(messages).toHaveLength(2);
  },
  "sessions.search": async ({ operator }) => {
    const { sessionKey } = await talk(operator, "ECHO marmalade");
    const { results } = await operator.call<{ results: object[] }>("sessions.search", { query: "marmalade" });
    expect(results).toContainEqual(expect.objectContaining({ sessionKey, role: "assistant" }));
  },
  "sessions.create": async ({ operator }) => {
    const made = await operator.call("sessions.create", { label: `made ${++turns}`, message: "ECHO Hello" });
    expect(made).toMatchObject({ ok: true, runStarted: true });
    await operator.call("agent.wait", { runId: made.runId });
  },
  "sessions.send": async ({ operator }) => {
    const { sessionKey } = await talk(operator);
    const sent = await operator.call("sessions.send", { key: sessionKey, message: "ECHO again" });
    expect(sent).toMatchObject({ status: "started" });
    await operator.call("agent.wait", { runId: sent.runId });
    await operator.refusal("sessions.send", { key: "nobody", message: "x" });
  },
  "sessions.steer": async (world) => {
    const { sessionKey } = await running(world);
    const steered = await world.operator.call("sessions.steer", { key: sessionKey, message: "ECHO turn" });
    expect(steered).toMatchObject({ status: "started", interruptedActiveRun: true });
    await world.operator.call("agent.wait", { runId: steered.runId });
  },
  "sessions.abort": async (world) => {
    const { sessionKey, runId } = await running(world);
    expect(await world.operator.call("sessions.abort", { key: sessionKey, runId })).toEqual({
      ok: true,
      abortedRunId: runId,
      status: "aborted",
    });
  },
  "sessions.patch": async ({ operator }) => {
    await operator.call("sessions.subscribe", {});
    const { sessionKey: key } = await talk(operator);
    const label = `renamed ${turns}`;
    const patched = await operator.call("sessions.patch", {
      key,
      label,
      unread: false,
      expectedMarkedUnreadAt: null,
    });
    expect(patched).toMatchObject({ ok: true, key, entry: { label }, resolved: { modelProvider: "mock" } });
    await operator.event(
      "sessions.changed",
      (payload) => payload.sessionKey === key && payload.reason === "patch",
    );
    await operator.refusal("sessions.patch", { key, thinkingLevel: "silly" });
  },
  "sessions.reset": async ({ operator }) => {
    const { sessionKey } = await talk(operator);
    expect(await operator.call("sessions.reset", { key: sessionKey, reason: "new" })).toMatchObject({
      ok: true,
      key: sessionKey,
    });
  },
  "sessions.delete": async ({ operator }) => {
    const { sessionKey } = await talk(operator);
    expect(await operator.call("sessions.delete", { key: sessionKey })).toMatchObject({ deleted: true });
    await operator.refusal("sessions.delete", { key: "main" });
  },
  "sessions.compact": async ({ operator }) => {
    await operator.call("sessions.subscribe", {});
    const { sessionKey } = await talk(operator, "BIG 60000");
    for (let turn = 0; turn < 3; turn += 1) await talk(operator, "BIG 60000", sessionKey.split(":").at(-1));
    const compacted = await operator.call("sessions.compact", { key: sessionKey });
    expect(compacted).toMatchObject({ ok: true, key: sessionKey, compacted: true });
    const about = (payload: Record<string, unknown>) => payload.sessionKey === sessionKey;
    await operator.event("session.operation", (payload) => about(payload) && payload.phase === "end");
    expect(await operator.call("sessions.compact", { key: sessionKey, maxLines: 1 })).toMatchObject({
      compacted: true,
      kept: 1,
    });
  },
  "sessions.usage": async ({ operator }) => {
    const { sessionKey } = await talk(operator);
    const { totals } = await operator.call("sessions.usage", { key: sessionKey, range: "7d" });
    expect(totals).toMatchObject({ input: 100, output: 20 });
  },
  "sessions.usage.timeseries": async ({ operator }) => {
    const { sessionKey } = await talk(operator);
    const { points } = await operator.call("sessions.usage.timeseries", { key: sessionKey });
    expect(points).toBeArrayOfSize(1);
  },
  "sessions.usage.logs": async ({ operator }) => {
    const { sessionKey } = await talk(operator);
    const { logs } = await operator.call("sessions.usage.logs", { key: sessionKey });
    expect(logs).toMatchObject([{ role: "user" }, { role: "assistant", content: "Hello" }]);
  },
  "usage.status": async ({ operator }) => {
    expect(await operator.call("usage.status")).toMatchObject({ providers: [] });
  },
  "usage.cost": async ({ operator }) => {
    await talk(operator);
    expect(await operator.call("usage.cost", { days: 1 })).toMatchObject({
      days: 1,
      totals: { totalCost: expect.any(Number) },
    });
  },
};
