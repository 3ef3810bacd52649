import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { METHODS } from "../../src/protocol/index.ts";
import { EXERCISE_TIMEOUT_MS } from "./exercises/exercise.ts";
import { EXERCISES } from "./exercises/index.ts";
import { World } from "./support/index.ts";

let world: World;

beforeAll(async () => {
  world = await World.create({ OPENCLAW_STRICT_PARAMS: "1" });
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** Params that fit but for one key nobody knows. */
const FITTING: Readonly<Record<string, Record<string, unknown>>> = {
  agent: { message: "m", idempotencyKey: "k" },
  "agent.wait": { runId: "r", timeoutMs: 0 },
  "agents.create": { name: "n" },
  "agents.delete": { agentId: "a" },
  "agents.files.get": { agentId: "a", name: "n" },
  "agents.files.list": { agentId: "a" },
  "agents.files.set": { agentId: "a", name: "n", content: "" },
  "agents.update": { agentId: "a" },
  "browser.request": { method: "GET", path: "/profiles" },
  "channels.directory": { kind: "self" },
  "channels.logout": { channel: "c" },
  "channels.start": { channel: "c" },
  "channels.stop": { channel: "c" },
  "channels.pairing.approve": { channel: "c", accountId: "a", requestId: "r" },
  "channels.pairing.dismiss": { channel: "c", accountId: "a", requestId: "r" },
  "chat.abort": { sessionKey: "s" },
  "chat.history": { sessionKey: "s" },
  "chat.inject": { sessionKey: "s", message: "m" },
  "chat.message.get": { sessionKey: "s", messageId: "m" },
  "chat.send": { sessionKey: "s", message: "m", idempotencyKey: "k" },
  "chat.startup": { sessionKey: "s" },
  "config.apply": { raw: "{}" },
  "config.patch": { raw: "{}" },
  "config.schema.lookup": { path: "gateway" },
  "config.set": { raw: "{}" },
  "device.pair.approve": { requestId: "r" },
  "device.pair.reject": { requestId: "r" },
  "device.pair.remove": { deviceId: "d" },
  "device.pair.rename": { deviceId: "d", label: "l" },
  "device.pair.setupStatus": { setupId: "s" },
  "device.scopes.requestUpgrade": { scopes: ["operator.read"] },
  "device.scopes.waitUpgrade": { requestId: "r" },
  "device.token.revoke": { deviceId: "d", role: "operator" },
  "device.token.rotate": { deviceId: "d", role: "operator" },
  "message.action": { channel: "c", action: "send", params: {}, idempotencyKey: "k" },
  "message.queue.drop": { id: "out-1" },
  "message.queue.retry": { id: "out-1" },
  "message.queue.show": { id: "out-1" },
  "models.authLogout": { provider: "p" },
  "models.authOrderSet": { provider: "p", profileIds: null },
  "models.authSetApiKey": { provider: "p" },
  "models.probe": { provider: "p" },
  "node.describe": { nodeId: "n" },
  "node.event": { event: "e" },
  "node.invoke": { nodeId: "n", command: "c", idempotencyKey: "k" },
  "node.invoke.progress": { invokeId: "i", nodeId: "n", seq: 0, chunk: "" },
  "node.invoke.result": { id: "i", nodeId: "n", ok: true },
  "node.pair.approve": { requestId: "r" },
  "node.pair.reject": { requestId: "r" },
  "node.pair.remove": { nodeId: "n" },
  "node.pair.request": { nodeId: "n" },
  "node.pair.verify": { nodeId: "n", token: "t" },
  "node.pending.ack": { ids: ["i"] },
  "node.pending.enqueue": { nodeId: "n", type: "status.request" },
  "node.rename": { nodeId: "n", displayName: "d" },
  poll: { to: "t", question: "q", options: ["a", "b"], idempotencyKey: "k" },
  "secrets.profiles.change": { changes: [{ profileId: "p", seenAt: null }] },
  "secrets.resolve": { commandName: "c", targetIds: [] },
  send: { to: "t", message: "m", idempotencyKey: "k" },
  "sessions.compact": { key: "s" },
  "sessions.delete": { key: "s" },
  "sessions.describe": { key: "s" },
  "sessions.messages.subscribe": { key: "s" },
  "sessions.messages.unsubscribe": { key: "s" },
  "sessions.patch": { key: "s" },
  "sessions.preview": { keys: ["s"] },
  "sessions.reset": { key: "s" },
  "sessions.search": { query: "q" },
  "sessions.send": { key: "s", message: "m" },
  "sessions.steer": { key: "s", message: "m" },
  "node.pluginSurface.refresh": { surface: "canvas" },
  "plugin.surface.refresh": { surface: "canvas" },
  "system-event": { text: "t" },
  "tools.effective": { sessionKey: "s" },
  "tools.invoke": { name: "n" },
};

/** What open methods cannot do without. */
const NEEDED: Readonly<Record<string, Record<string, unknown>>> = {
  "sessions.get": { key: "s" },
  "sessions.usage.logs": { key: "s" },
  "sessions.usage.timeseries": { key: "s" },
  wake: { mode: "next-heartbeat", text: " " },
};

const strict = METHODS.filter(({ openParams }) => !openParams);

describe("with OPENCLAW_STRICT_PARAMS=1", () => {
  test.each(strict)("$name refuses an unknown param as the published package words it", async (method) => {
    const client = method.scope === "node" ? world.node : world.operator;
    const { gatewayCode, message } = await client.refusal(method.name, { ...FITTING[method.name], x: 1 });
    expect(gatewayCode).toBe("INVALID_REQUEST");
    expect(message).toBe(`invalid ${method.name} params: at root: unexpected property 'x'`);
  });

  test("methods without a closed schema go on taking anything", async () => {
    const open = METHODS.filter(({ openParams }) => openParams).map(({ name }) => name);
    expect(open.toSorted()).toEqual([
      "gateway.identity.get",
      "gateway.restart.preflight",
      "gateway.restart.request",
      "health",
      "last-heartbeat",
      "secrets.reload",
      "sessions.get",
      "sessions.subscribe",
      "sessions.usage.logs",
      "sessions.usage.timeseries",
      "status",
      "system-presence",
      "usage.cost",
      "usage.status",
      "wake",
    ]);
    for (const name of open.filter((open) => open !== "gateway.restart.request")) {
      await world.operator.call(name, { ...NEEDED[name], x: 1 });
    }
  });

  const used = Object.keys(EXERCISES).filter((name) => name !== "gateway.restart.request");
  test.each(used)(
    "nothing that a shipped client sends for %s is refused",
    async (name) => void (await EXERCISES[name]?.(world)),
    EXERCISE_TIMEOUT_MS,
  );
});

test("by default an unknown param is ignored", async () => {
  await using lenient = await World.create();
  await lenient.operator.call("config.get", { x: 1 });
  await lenient.operator.call("logs.tail", { limit: 1, x: 1 });
  expect(await lenient.operator.refusal("logs.tail", { limit: "many", x: 1 })).toMatchObject({
    message: "invalid logs.tail params: at /limit: must be integer",
  });
});
