import { expect } from "bun:test";
import {
  BOT_TOKEN,
  Device,
  NODE_COMMANDS,
  type ReferenceClient,
  type ReferenceOptions,
  World,
} from "./support/index.ts";

type Exercise = (world: World) => Promise<unknown>;

/** Uses one method as a client would, on a gateway in the middle of its life. One row for each method there is. */
export const EXERCISES: Readonly<Record<string, Exercise>> = {
  health: async ({ operator, node }) => {
    expect(await operator.call("health", { probe: true })).toMatchObject({ ok: true });
    expect(await node.call("health")).toMatchObject({ ok: true });
  },
  status: async ({ operator }) => {
    expect(await operator.call("status", { includeChannelSummary: false })).toMatchObject({
      runtimeVersion: expect.any(String),
      sessions: { count: 0 },
    });
  },
  "last-heartbeat": async ({ operator }) => {
    expect(await operator.call<unknown>("last-heartbeat")).toBeNull();
  },
  "system-presence": async ({ operator, operatorDevice, nodeId }) => {
    const rows = await operator.call<{ mode?: string; deviceId?: string }[]>("system-presence", {});
    expect(rows[0]?.mode).toBe("gateway");
    expect(rows.map(({ deviceId }) => deviceId)).toEqual(expect.arrayContaining([operatorDevice.id, nodeId]));
  },
  "system-event": async ({ operator, operatorDevice }) => {
    const beacon = {
      text: "Node: workshop (10.0.0.7) · app 1.0 · last input 3s ago · mode ui · reason launch",
      deviceId: operatorDevice.id,
      sessionKey: "agent:main:main",
      idempotencyKey: "beacon-1",
      lastInputSeconds: 3,
      tags: ["a"],
      host: "",
    };
    expect(await operator.call("system-event", beacon)).toEqual({ ok: true });
    await operator.event("presence", ({ presence }) => JSON.stringify(presence).includes("10.0.0.7"));
    const rows = await operator.call<{ deviceId?: string }[]>("system-presence");
    expect(rows.filter(({ deviceId }) => deviceId === operatorDevice.id)).toMatchObject([
      { host: "workshop", lastInputSeconds: 3, version: "1.0", clientId: "openclaw-linux" },
    ]);
    expect(await operator.call("system-event", { text: "the printer is on fire" })).toEqual({ ok: true });
    expect(await operator.call("status")).toMatchObject({
      queuedSystemEvents: ["Node: workshop (10.0.0.7) · app 1.0", "the printer is on fire"],
    });
    expect(await operator.refusal("system-event", { text: " " })).toMatchObject({ message: "text required" });
  },
  "system.info": async ({ operator, gateway }) => {
    expect(await operator.call("system.info", {})).toMatchObject({ pid: gateway.pid, port: gateway.port });
  },
  "gateway.identity.get": async ({ operator }) => {
    const first = await operator.call("gateway.identity.get", {});
    expect(first.deviceId).toMatch(/^[0-9a-f]{64}$/);
    expect(await operator.call("gateway.identity.get", {})).toEqual(first);
  },
  "gateway.restart.preflight": async ({ operator }) => {
    expect(await operator.call("gateway.restart.preflight", {})).toMatchObject({ safe: true, blockers: [] });
  },
  "gateway.restart.request": async ({ operator }) => {
    await using other = await World.create();
    const answer = await other.operator.call("gateway.restart.request", { reason: "exercise" });
    expect(answer).toMatchObject({ ok: true, status: "scheduled", restart: { mode: "in-process" } });
    expect(await other.node.event("shutdown")).toMatchObject({ restartExpectedMs: expect.any(Number) });
    await Promise.all([other.operator.hello(2), other.node.hello(2)]);
    const { nodes } = await other.operator.call<{ nodes: unknown[] }>("node.list", {});
    expect(nodes).toMatchObject([{ nodeId: other.nodeId, approvalState: "approved", connected: true }]);
    // The world at large is not restarted: the others go on using it.
    expect(await operator.call("health")).toMatchObject({ ok: true });
  },
  "update.status": async ({ operator }) => {
    expect(await operator.call("update.status", {})).toMatchObject({
      updateAvailable: null,
      effectiveChannel: "stable",
    });
  },
  "commands.list": async ({ operator }) => {
    expect(await operator.call("commands.list", { scope: "both", includeArgs: true })).toEqual({
      commands: [],
    });
  },

  "config.get": async ({ operator }) => {
    const view = await operator.call("config.get", {});
    expect(view).toMatchObject({ exists: true, valid: true, issues: [] });
    expect(JSON.stringify(view)).not.toContain(BOT_TOKEN);
  },
  "config.set": async (world) => {
    const { raw, hash } = await document(world);
    const edited = raw.replace(WORKSPACE, '"~/agents/set"');
    await world.operator.call("config.set", { raw: edited, baseHash: hash });
    expect((await document(world)).raw).toContain("~/agents/set");
    await world.operator.event("config.changed", ({ path }) => typeof path === "string");
    const stale = await world.operator.refusal("config.set", { raw: edited, baseHash: hash });
    expect(stale).toMatchObject({ gatewayCode: "INVALID_REQUEST" });
  },
  "config.patch": async (world) => {
    const { hash } = await document(world);
    const raw = JSON.stringify({ agents: { defaults: { workspace: "~/agents/patch" } } });
    const done = await world.operator.call("config.patch", { raw, baseHash: hash, note: "by hand" });
    expect(done).toMatchObject({ ok: true, changedPaths: ["agents.defaults.workspace"] });
    expect((await document(world)).raw).toContain("// kept by hand");
  },
  "config.apply": async (world) => {
    const { raw, hash } = await document(world);
    const edited = raw.replace(WORKSPACE, '"~/agents/apply"');
    expect(await world.operator.call("config.apply", { raw: edited, baseHash: hash })).toMatchObject({
      ok: true,
    });
    expect((await document(world)).raw).toContain("~/agents/apply");
  },
  "config.schema": async ({ operator }) => {
    const { schema } = await operator.call("config.schema", {});
    expect(schema).toMatchObject({ properties: { gateway: expect.anything() } });
  },
  "config.schema.lookup": async ({ operator }) => {
    const found = await operator.call("config.schema.lookup", { path: "gateway.auth" });
    expect(found).toMatchObject({ path: "gateway.auth", children: expect.any(Array) });
    await operator.call("config.schema.lookup", { path: "channels.telegram.accounts.*.botToken" });
    await operator.refusal("config.schema.lookup", { path: "gateway.nonsense" });
  },

  "secrets.reload": async ({ operator }) => {
    expect(await operator.call("secrets.reload", {})).toEqual({ ok: true, warningCount: 0 });
  },
  "secrets.resolve": async ({ operator }) => {
    const answer = await operator.call("secrets.resolve", {
      commandName: "test",
      targetIds: ["channels.telegram.botToken"],
    });
    expect(answer).toMatchObject({
      assignments: [{ path: "channels.telegram.botToken", value: BOT_TOKEN }],
    });
  },

  "logs.tail": async ({ operator }) => {
    const first = await operator.call<{ lines: string[]; cursor: number }>("logs.tail", { limit: 5 });
    expect(first.lines.length).toBeGreaterThan(0);
    expect(first.lines.join("\n")).not.toContain(BOT_TOKEN);
    const next = await operator.call<{ cursor: number }>("logs.tail", { cursor: first.cursor });
    expect(next.cursor).toBeGreaterThanOrEqual(first.cursor);
  },

  "device.pair.list": async (world) => {
    const { deviceId, requestId } = await world.pendingDevice();
    const { pending, paired } = await world.operator.call("device.pair.list", {});
    expect(pending).toContainEqual(expect.objectContaining({ requestId, deviceId, role: "node" }));
    expect(paired).toContainEqual(
      expect.objectContaining({ deviceId: world.operatorDevice.id, connected: true }),
    );
  },
  "device.pair.approve": async (world) => {
    const { deviceId, requestId } = await world.pendingDevice();
    const answer = await world.operator.call("device.pair.approve", { requestId });
    expect(answer).toMatchObject({ requestId, device: { deviceId, roles: ["operator", "node"] } });
    await world.operator.event("device.pair.requested", (payload) => payload.requestId === requestId);
    await world.operator.event("device.pair.resolved", (payload) => payload.requestId === requestId);
  },
  "device.pair.reject": async (world) => {
    const pending = await world.pendingDevice();
    const { requestId } = pending;
    expect(await world.operator.call("device.pair.reject", { requestId })).toEqual(pending);
    await world.operator.refusal("device.pair.reject", { requestId });
  },
  "device.pair.remove": async (world) => {
    const { device, client } = await pairedDevice(world);
    expect(await world.operator.call("device.pair.remove", { deviceId: device.id })).toEqual({
      deviceId: device.id,
    });
    expect(await client.closed()).toMatchObject({ code: 4001, reason: "device removed" });
  },
  "device.pair.rename": async (world) => {
    const { device } = await pairedDevice(world);
    const named = { deviceId: device.id, label: "kitchen" };
    expect(await world.operator.call("device.pair.rename", named)).toEqual(named);
    await world.operator.event("device.pair.changed");
  },
  "device.pair.setupCode": ({ operator, gateway }) => setupCode(operator, gateway.wsUrl),
  "device.pair.setupStatus": async (world) => {
    const { setupId, setupCode: code } = await setupCode(world.operator, world.gateway.wsUrl);
    expect(await world.operator.call("device.pair.setupStatus", { setupId })).toEqual({});
    const { bootstrapToken } = JSON.parse(Buffer.from(String(code), "base64url").toString());
    const device = new Device();
    const phone = await world.join({
      ...likePhone(),
      device,
      role: "node",
      token: undefined,
      bootstrapToken,
    });
    expect((await phone.hello()).auth?.deviceToken).toBeString();
    const completed = await world.operator.event("device.pair.setup.completed");
    expect(completed).toMatchObject({ setupId });
    expect(await world.operator.call("device.pair.setupStatus", { setupId })).toMatchObject({
      completion: { setupId },
    });
  },
  "device.token.rotate": async (world) => {
    const { device } = await pairedDevice(world);
    const asked = { deviceId: device.id, role: "operator" };
    const answer = await world.operator.call("device.token.rotate", asked);
    expect(answer).toMatchObject({ ...asked, tokenDelivery: "withheld-cross-device" });
    expect(answer).not.toHaveProperty("token");
  },
  "device.token.revoke": async (world) => {
    const { device, client } = await pairedDevice(world);
    const asked = { deviceId: device.id, role: "operator" };
    expect(await world.operator.call("device.token.revoke", asked)).toMatchObject(asked);
    expect(await client.closed()).toMatchObject({ code: 4001 });
  },
  "device.scopes.requestUpgrade": async (world) => {
    const { client } = await pairedDevice(world, ["operator.read"]);
    const { requestId } = await client.call("device.scopes.requestUpgrade", {
      scopes: ["operator.read", "operator.write"],
    });
    await world.operator.event("device.pair.requested", (payload) => payload.requestId === requestId);
  },
  "device.scopes.waitUpgrade": async (world) => {
    const scopes = ["operator.read", "operator.write"];
    for (const [decide, status] of [
      ["device.pair.approve", "approved"],
      ["device.pair.reject", "rejected"],
    ] as const) {
      const { client } = await pairedDevice(world, ["operator.read"]);
      const { requestId } = await client.call("device.scopes.requestUpgrade", { scopes });
      const outcome = client.call("device.scopes.waitUpgrade", { requestId });
      await world.operator.call(decide, { requestId });
      expect(await outcome).toMatchObject({ status, requestId });
    }
  },

  "node.pair.request": async ({ operator }) => {
    const asked = { nodeId: "old-phone", displayName: "old", platform: "linux", commands: ["system.notify"] };
    const answer = await operator.call("node.pair.request", asked);
    expect(answer).toMatchObject({ status: "pending", created: true, request: { nodeId: "old-phone" } });
    expect(await operator.call("node.pair.request", asked)).toMatchObject({ created: false });
  },
  "node.pair.list": async (world) => {
    const { requestId } = await world.pendingNode();
    const { pending, paired } = await world.operator.call("node.pair.list", {});
    expect(pending).toContainEqual(expect.objectContaining({ requestId }));
    expect(paired).toContainEqual(expect.objectContaining({ nodeId: world.nodeId }));
  },
  "node.pair.approve": async (world) => {
    const { node, nodeId, requestId } = await world.pendingNode();
    expect(await world.operator.call("node.pair.approve", { requestId })).toMatchObject({
      requestId,
      node: { nodeId },
    });
    expect(await node.event("node.pair.resolved")).toMatchObject({ requestId, decision: "approved" });
  },
  "node.pair.reject": async (world) => {
    const { node, nodeId, requestId } = await world.pendingNode();
    expect(await world.operator.call("node.pair.reject", { requestId })).toEqual({ requestId, nodeId });
    expect(await node.event("node.pair.resolved")).toMatchObject({ requestId, decision: "rejected" });
  },
  "node.pair.verify": async ({ operator }) => {
    const nodeId = "tablet";
    const filed = await operator.call<{ request: { requestId: string } }>("node.pair.request", {
      nodeId,
      commands: ["system.notify"],
      platform: "linux",
    });
    const { node } = await operator.call<{ node: { token: string } }>("node.pair.approve", {
      requestId: filed.request.requestId,
    });
    expect(await operator.call("node.pair.verify", { nodeId, token: node.token })).toMatchObject({
      ok: true,
      node: { nodeId },
    });
    expect(await operator.call("node.pair.verify", { nodeId, token: "guess" })).toEqual({ ok: false });
  },
  "node.pair.remove": async (world) => {
    const { node, nodeId } = await world.pendingNode();
    expect(await world.operator.call("node.pair.remove", { nodeId })).toEqual({ nodeId });
    expect(await node.closed()).toMatchObject({ code: 4001, reason: "device removed" });
  },
  "node.list": async ({ operator, nodeId }) => {
    const { nodes } = await operator.call("node.list", {});
    expect(nodes).toContainEqual(
      expect.objectContaining({ nodeId, paired: true, connected: true, approvalState: "approved" }),
    );
  },
  "node.describe": async ({ operator, nodeId }) => {
    expect(await operator.call("node.describe", { nodeId })).toMatchObject({
      nodeId,
      caps: ["camera", "system"],
      commands: NODE_COMMANDS.toSorted(),
    });
    expect(await operator.refusal("node.describe", { nodeId: "nobody" })).toMatchObject({
      message: "unknown nodeId",
    });
  },
  "node.invoke": async (world) => {
    const answer = world.operator.call("node.invoke", {
      nodeId: world.nodeId,
      command: "system.notify",
      params: { title: "hi" },
      idempotencyKey: "exercise-invoke",
    });
    const asked = await world.node.event("node.invoke.request", isFor("exercise-invoke"));
    await world.node.call("node.invoke.result", { id: asked.id, nodeId: world.nodeId, ok: true });
    expect(await answer).toMatchObject({ ok: true, command: "system.notify" });
  },
  "node.invoke.result": async ({ node, nodeId }) => {
    const late = { id: "never-asked", nodeId, ok: true, payload: { a: 1 } };
    expect(await node.call("node.invoke.result", late)).toEqual({ ok: true, ignored: true });
  },
  "node.invoke.progress": async ({ node, nodeId }) => {
    const late = { invokeId: "never-asked", nodeId, seq: 0, chunk: "half" };
    expect(await node.call("node.invoke.progress", late)).toEqual({ ok: true, ignored: true });
  },
  "node.event": async ({ node, operator, nodeId }) => {
    const payload = { cpuCount: 2, memoryTotalBytes: 100, memoryFreeBytes: 50 };
    expect(await node.call("node.event", { event: "node.host.stats", payload })).toMatchObject({
      handled: true,
    });
    await operator.event("node.hostStats", (heard) => heard.nodeId === nodeId);
  },
  "node.rename": async ({ operator, nodeId }) => {
    const named = { nodeId, displayName: "garage" };
    expect(await operator.call("node.rename", named)).toEqual(named);
    expect(await operator.call("node.describe", { nodeId })).toMatchObject(named);
  },
  "node.pending.pull": async ({ node, nodeId }) => {
    expect(await node.call("node.pending.pull", {})).toEqual({ nodeId, actions: [] });
  },
  "node.pending.ack": async ({ node, nodeId }) => {
    expect(await node.call("node.pending.ack", { ids: ["gone"] })).toEqual({
      nodeId,
      ackedIds: ["gone"],
      remainingCount: 0,
    });
  },
  "node.pending.drain": async ({ node, nodeId }) => {
    expect(await node.call("node.pending.drain", { maxItems: 2 })).toMatchObject({
      nodeId,
      items: [{ type: "status.request" }],
    });
  },
  "node.pending.enqueue": async ({ operator, nodeId }) => {
    const asked = { nodeId, type: "location.request", priority: "high", expiresInMs: 60_000, wake: false };
    expect(await operator.call("node.pending.enqueue", asked)).toMatchObject({
      nodeId,
      queued: { type: "location.request", priority: "high" },
    });
  },
};

/** The one value of the document that the exercises change. */
const WORKSPACE = /"~\/agents?[^"]*"/;

function likePhone(): Partial<ReferenceOptions> {
  return {
    clientName: "openclaw-ios",
    platform: "iOS 18.1",
    deviceFamily: "iPhone",
    commands: ["device.info"],
    caps: [],
  };
}

/** True for the invocation that carries this key. */
function isFor(key: string): (payload: Record<string, unknown>) => boolean {
  return ({ idempotencyKey }) => idempotencyKey === key;
}

/** The document as it is on disk, with its hash. */
async function document({ operator, home }: World): Promise<{ raw: string; hash: string }> {
  const { hash } = await operator.call<{ hash: string }>("config.get", {});
  return { raw: await Bun.file(home.at(".openclaw", "openclaw.json")).text(), hash };
}

async function pairedDevice(
  world: World,
  scopes?: string[],
): Promise<{ device: Device; client: ReferenceClient }> {
  const device = new Device();
  const client = await world.join({ device, ...(scopes && { scopes }) });
  return { device, client };
}

async function setupCode(operator: ReferenceClient, url: string): Promise<Record<string, unknown>> {
  const code = await operator.call("device.pair.setupCode", {
    publicUrl: url.replace("ws:", "wss:").replace("127.0.0.1", "gateway.example"),
  });
  expect(code).toMatchObject({ auth: "token", urlSource: expect.any(String), access: "full" });
  return code;
}
