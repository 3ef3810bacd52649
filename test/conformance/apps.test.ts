import { afterAll, beforeAll, expect, test } from "bun:test";
import { type ReferenceClient, World } from "./support/index.ts";

// What the published browser app, terminal app and command line cannot do without, each found by driving them: a field
// that is missing here leaves a page empty, a button grey or a person without a reason.

let world: World;
beforeAll(async () => {
  world = await World.create();
});
afterAll(() => world[Symbol.asyncDispose]());

async function say(client: ReferenceClient, session: string, message: string): Promise<string> {
  const idempotencyKey = crypto.randomUUID();
  const sessionKey = `agent:main:${session}`;
  await client.call("chat.send", { sessionKey, message, idempotencyKey });
  await client.call("agent.wait", { runId: idempotencyKey, timeoutMs: 10_000 });
  return sessionKey;
}

async function rowOf(client: ReferenceClient, key: string): Promise<unknown> {
  return (await client.call<{ session: unknown }>("sessions.describe", { key })).session;
}

test("a page that opens finds the agent's model, the session and its messages", async () => {
  const { operator } = world;
  const key = await say(operator, "page", "ECHO Hello");
  // Without `model.primary` the composer asks for a provider and sends nothing.
  expect(await operator.call("agents.list")).toMatchObject({
    defaultId: "main",
    mainKey: "main",
    agents: [{ id: "main", model: { primary: "mock/mock-1" } }],
  });
  const { sessions } = await operator.call<{ sessions: Record<string, unknown>[] }>("sessions.list", {
    includeGlobal: true,
    includeUnknown: true,
    configuredAgentsOnly: true,
    includeDerivedTitles: true,
    includeLastMessage: true,
    ownerFirst: true,
    agentId: "main",
  });
  expect(sessions.find((row) => row.key === key)).toMatchObject({
    kind: "direct",
    updatedAt: expect.any(Number),
    sessionId: expect.any(String),
    hasActiveRun: false,
    activeRunIds: [],
    status: "done",
    snapshotAt: expect.any(Number),
  });
  for (const method of ["chat.startup", "chat.history"]) {
    expect(await operator.call(method, { sessionKey: key })).toMatchObject({
      sessionKey: key,
      sessionId: expect.any(String),
      messages: [{ role: "user" }, { role: "assistant" }],
    });
  }
});

test("the picker of a page offers every model of the configured provider", async () => {
  const { models } = await world.operator.call<{ models: { id: string }[] }>("models.list", {
    view: "configured",
    sessionKey: "agent:main:main",
    agentId: "main",
  });
  expect(models.map(({ id }) => id)).toEqual(expect.arrayContaining(["mock-1", "mock-2"]));
});

test("a page may follow a session in which nothing was said yet", async () => {
  expect(await world.operator.call("sessions.messages.subscribe", { key: "main" })).toEqual({
    subscribed: true,
    key: "agent:main:main",
  });
  expect(await world.operator.call("chat.startup", { sessionKey: "main" })).toMatchObject({ messages: [] });
});

test("the row of a session whose turn failed says why, until a turn succeeds", async () => {
  const { operator } = world;
  await operator.call("sessions.subscribe", {});
  const key = await say(operator, "failing", "ERROR 400 please");
  const reason = expect.stringMatching(/^mock\/mock-1: /);
  expect(await rowOf(operator, key)).toMatchObject({ status: "failed", lastRunError: reason });
  const changed = await operator.event("sessions.changed", ({ phase }) => phase === "error");
  expect(changed).toMatchObject({ session: { key, status: "failed", lastRunError: reason } });
  await say(operator, "failing", "ECHO Well again");
  expect(await rowOf(operator, key)).not.toHaveProperty("lastRunError");
});

test("a message bears the name of its writer's identity, not that of the app it was written in", async () => {
  const { operator } = world;
  const key = await say(operator, "signed", "ECHO Hello");
  const { messages } = await operator.call<{ messages: { __openclaw: unknown }[] }>("chat.history", {
    sessionKey: key,
  });
  expect(messages[0]?.__openclaw).toMatchObject({
    senderId: "gateway-owner",
    senderIdentity: { type: "profile", id: "gateway-owner" },
    transport: { clients: [{ id: "openclaw-linux", mode: "ui" }] },
  });
  expect(messages[0]?.__openclaw).not.toHaveProperty("senderName");
});

test("the command line finds the total of the costs", async () => {
  expect(await world.operator.call("usage.cost", { days: 30 })).toMatchObject({
    totals: { totalCost: expect.any(Number), totalTokens: expect.any(Number) },
    daily: expect.any(Array),
  });
});
