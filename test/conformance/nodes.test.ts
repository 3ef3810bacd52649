import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { GatewayClientRequestError } from "@openclaw/gateway-client";
import { until, within } from "../support/index.ts";
import { Device, NODE_COMMANDS, nodeProcess, type ReferenceClient, World } from "./support/index.ts";

let world: World;

beforeAll(async () => {
  world = await World.create();
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

let keys = 0;

/** What a command may take that nobody waits for here. */
const FOREVER_MS = 600_000;

interface Invocation {
  readonly answer: Promise<Record<string, unknown>>;
  /** The invocation as the node was told. */
  asked(): Promise<Record<string, unknown>>;
}

function invoke(
  node: ReferenceClient,
  nodeId: string,
  more: { command?: string; params?: unknown; timeoutMs?: number } = {},
  caller: ReferenceClient = world.operator,
): Invocation {
  keys += 1;
  const idempotencyKey = `invocation-${keys}`;
  const answer = caller.call("node.invoke", { nodeId, command: "system.notify", idempotencyKey, ...more });
  // It is awaited later; a refusal must not count as unhandled until then.
  answer.catch(() => {});
  return {
    answer,
    asked: () => node.event("node.invoke.request", (payload) => payload.idempotencyKey === idempotencyKey),
  };
}

async function failure(promise: Promise<unknown>): Promise<GatewayClientRequestError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof GatewayClientRequestError) return error;
  throw new Error("the gateway did not refuse it", { cause: error });
}

async function approvedNode(): Promise<{ node: ReferenceClient; nodeId: string }> {
  const { node, nodeId, requestId } = await world.pendingNode();
  await world.operator.call("node.pair.approve", { requestId });
  return { node, nodeId };
}

describe("a node is approved", () => {
  test("before that it offers nothing, and what it declares waits for an operator", async () => {
    const { node, nodeId, requestId } = await world.pendingNode();
    expect(await world.operator.call("node.describe", { nodeId })).toMatchObject({
      caps: [],
      commands: [],
      connected: true,
      approvalState: "pending-approval",
      pendingRequestId: requestId,
      pendingDeclaredCommands: NODE_COMMANDS,
    });
    expect(await failure(invoke(node, nodeId).answer)).toMatchObject({
      gatewayCode: "UNAVAILABLE",
      message: "node pairing changed while invocation was active",
      retryable: true,
      details: { code: "PAIRING_CHANGED" },
    });
  });

  test("after that it offers what was approved, also when it comes back", async () => {
    const { node, nodeId } = await approvedNode();
    expect(await world.operator.call("node.describe", { nodeId })).toMatchObject({
      approvalState: "approved",
      caps: ["camera", "system"],
    });
    node.client.updateNodeManifest({ caps: ["system"], commands: ["system.notify"] });
    await node.hello(2);
    expect(await world.operator.call("node.describe", { nodeId })).toMatchObject({
      approvalState: "approved",
      commands: ["system.notify"],
      connected: true,
    });
  });

  test("what it declares on top of that waits for approval again", async () => {
    const device = new Device();
    const node = await world.join({ role: "node", device, commands: ["system.notify"], caps: [] });
    const first = await world.operator.event("node.pair.requested", ({ nodeId }) => nodeId === device.id);
    await world.operator.call("node.pair.approve", { requestId: first.requestId });
    node.client.updateNodeManifest({ caps: [], commands: ["system.notify", "system.run"] });
    await node.hello(2);
    const second = await world.operator.event(
      "node.pair.requested",
      ({ nodeId, requestId }) => nodeId === device.id && requestId !== first.requestId,
    );
    expect(await world.operator.call("node.describe", { nodeId: device.id })).toMatchObject({
      approvalState: "pending-reapproval",
      commands: ["system.notify"],
      pendingRequestId: second.requestId,
    });
  });

  test("only by someone who may do what its commands do", async () => {
    const { requestId } = await world.pendingNode();
    const writer = await world.join({ scopes: ["operator.pairing", "operator.write"] });
    expect(await writer.refusal("node.pair.approve", { requestId })).toMatchObject({
      gatewayCode: "FORBIDDEN",
      message: "missing scope: operator.admin",
    });
  });
});

describe("an invocation", () => {
  test("brings the node's answer to the caller", async () => {
    const { node, nodeId } = world;
    const { answer, asked } = invoke(node, nodeId, { params: { title: "hi" }, timeoutMs: 20_000 });
    const request = await asked();
    expect(request).toMatchObject({ nodeId, command: "system.notify", paramsJSON: '{"title":"hi"}' });
    expect(request.timeoutMs).toBeLessThanOrEqual(20_000);
    const payloadJSON = '{"shown":true}';
    const result = { id: request.id, nodeId, ok: true, payloadJSON };
    expect(await node.call("node.invoke.result", result)).toEqual({ ok: true });
    expect(await answer).toEqual({
      ok: true,
      nodeId,
      command: "system.notify",
      payload: { shown: true },
      payloadJSON,
    });
  });

  test("brings the node's error to the caller, and says that the command was sent", async () => {
    const { node, nodeId } = world;
    const { answer, asked } = invoke(node, nodeId);
    const error = { code: "UNAVAILABLE", message: "nope" };
    await node.call("node.invoke.result", { id: (await asked()).id, nodeId, ok: false, error });
    expect(await failure(answer)).toMatchObject({
      gatewayCode: "UNAVAILABLE",
      message: "UNAVAILABLE: nope",
      details: { nodeError: error, nodeCommandDispatched: true },
    });
  });

  test("takes progress in order, repeated parts once, and then the answer", async () => {
    const { node, nodeId } = world;
    const { answer, asked } = invoke(node, nodeId);
    const { id } = await asked();
    const part = (seq: number) =>
      node.call("node.invoke.progress", { invokeId: id, nodeId, seq, chunk: `part ${seq}` });
    expect(await part(0)).toEqual({ ok: true });
    expect(await part(1)).toEqual({ ok: true });
    expect(await part(1)).toEqual({ ok: true, ignored: true });
    await node.call("node.invoke.result", { id, nodeId, ok: true, payload: "done" });
    expect(await answer).toMatchObject({ ok: true, payload: "done" });
    expect(await part(2)).toEqual({ ok: true, ignored: true });
  });

  test("is cancelled when its caller leaves", async () => {
    const { node, nodeId } = world;
    const caller = await world.join();
    const { answer, asked } = invoke(node, nodeId, {}, caller);
    const { id } = await asked();
    await caller.client.stopAndWait();
    expect(await node.event("node.invoke.cancel", ({ invokeId }) => invokeId === id)).toMatchObject({
      nodeId,
    });
    await expect(answer).rejects.toThrow();
  });

  test("ends when its node leaves in the middle of it", async () => {
    const { node, nodeId } = await approvedNode();
    const { answer, asked } = invoke(node, nodeId);
    await asked();
    await node.client.stopAndWait();
    expect(await failure(answer)).toMatchObject({
      gatewayCode: "UNAVAILABLE",
      message: "DISCONNECTED: node disconnected (system.notify)",
      details: { nodeError: { code: "DISCONNECTED" }, nodeCommandDispatched: true },
    });
    expect(await failure(invoke(node, nodeId).answer)).toMatchObject({
      message: "node not connected",
      details: { code: "NOT_CONNECTED" },
    });
  });

  test("of a command that is not on the allow-list is refused and never reaches the node", async () => {
    const { node, nodeId } = world;
    const before = node.events.length;
    const command = "screen.record";
    expect(await failure(invoke(node, nodeId, { command }).answer)).toMatchObject({
      gatewayCode: "INVALID_REQUEST",
      message:
        'node command not allowed: "screen.record" requires explicit gateway.nodes.commands.allow opt-in',
      details: { reason: "command not allowlisted", command },
    });
    expect(await failure(invoke(node, nodeId, { command: "computer.act" }).answer)).toMatchObject({
      message: 'node command not allowed: "computer.act" is blocked by gateway.nodes.commands.deny',
    });
    // It comes after whatever was sent to the node before.
    await node.call("health");
    expect(node.events.slice(before).filter(({ event }) => event.startsWith("node.invoke"))).toEqual([]);
  });

  test("needs the scope that its command needs", async () => {
    const { node, nodeId } = world;
    const reader = await world.join({ scopes: ["operator.read"] });
    expect(await failure(invoke(node, nodeId, {}, reader).answer)).toMatchObject({
      gatewayCode: "FORBIDDEN",
      message: "missing scope: operator.write",
      details: { code: "MISSING_SCOPE", missingScope: "operator.write" },
    });
    const writer = await world.join({ scopes: ["operator.read", "operator.write"] });
    expect(await failure(invoke(node, nodeId, { command: "fs.listDir" }, writer).answer)).toMatchObject({
      message: "missing scope: operator.admin",
    });
  });

  test("of a node that no longer reacts is refused long before its time is up; once it reacts again, it works", async () => {
    await using frozen = await nodeProcess(world.gateway.wsUrl, world.gateway.token ?? "", world.home);
    const { nodeId } = frozen;
    const asked = await world.operator.event("node.pair.requested", (payload) => payload.nodeId === nodeId);
    await world.operator.call("node.pair.approve", { requestId: asked.requestId });
    // A process of its own may be slow to react on a busy machine, and is then refused as it is when it is frozen.
    const works = () => invoke(world.node, nodeId).answer.catch(() => false as const);
    expect(await until("the node to work", works)).toMatchObject({ payload: { done: true } });

    await frozen.freeze();
    const { answer } = invoke(world.node, nodeId, { timeoutMs: FOREVER_MS });
    expect(await failure(within("the refusal", answer))).toMatchObject({
      gatewayCode: "UNAVAILABLE",
      details: { code: "NOT_CONNECTED", nodeCommandDispatched: false },
    });

    frozen.thaw();
    expect(await until("the node to work again", works)).toMatchObject({ payload: { done: true } });
  }, 60_000);
});

describe("a node speaks", () => {
  test("of its own state, in its own name alone", async () => {
    const { node, nodeId } = world;
    const event = (name: string, payload: unknown) => node.call("node.event", { event: name, payload });
    expect(await event("node.presence.alive", { trigger: "connect" })).toMatchObject({
      handled: true,
      reason: "persisted",
    });
    expect(await event("node.host.stats", { cpuCount: 0 })).toMatchObject({
      handled: false,
      reason: "invalid_payload",
    });
    expect(await event("foo.bar", {})).toMatchObject({ handled: false, reason: "unsupported_event" });
    const foreign = { id: "1", nodeId: `${nodeId.slice(1)}0`, ok: true };
    expect(await node.refusal("node.invoke.result", foreign)).toMatchObject({ message: "nodeId mismatch" });
    expect(await node.refusal("status", {})).toMatchObject({ message: "unauthorized role: node" });
  });

  test("and takes the work that was queued for it, most urgent first, once", async () => {
    const { operator, node, nodeId } = world;
    await operator.call("node.pending.enqueue", { nodeId, type: "status.request" });
    await operator.call("node.pending.enqueue", { nodeId, type: "location.request", priority: "high" });
    const { items, hasMore } = await node.call("node.pending.drain", { maxItems: 1 });
    expect(items).toMatchObject([{ type: "location.request", priority: "high" }]);
    expect(hasMore).toBe(true);
    expect(await node.call("node.pending.drain", {})).toMatchObject({
      items: [{ type: "status.request", priority: "normal" }],
      hasMore: false,
    });
  });
});

describe("a phone in the background", () => {
  test("gets the command when it comes to the foreground", async () => {
    const device = new Device();
    const phone = {
      role: "node",
      device,
      clientName: "openclaw-ios",
      platform: "iOS 18.1",
      deviceFamily: "iPhone",
      commands: ["camera.snap"],
      caps: ["camera"],
    } as const;
    const node = await world.join({ ...phone, commands: [...phone.commands], caps: [...phone.caps] });
    const nodeId = device.id;
    const asked = await world.operator.event("node.pair.requested", (payload) => payload.nodeId === nodeId);
    await world.operator.call("node.pair.approve", { requestId: asked.requestId });
    const snap = invoke(node, nodeId, { command: "camera.snap", params: { facing: "back" } });
    const error = { code: "NODE_BACKGROUND_UNAVAILABLE", message: "in the background" };
    await node.call("node.invoke.result", { id: (await snap.asked()).id, nodeId, ok: false, error });
    const { details } = await failure(snap.answer);
    expect(details).toMatchObject({ code: "QUEUED_UNTIL_FOREGROUND" });

    const { actions } = await node.call<{ actions: { id: string }[] }>("node.pending.pull", {});
    expect(actions).toMatchObject([{ command: "camera.snap", paramsJSON: '{"facing":"back"}' }]);
    const ids = actions.map(({ id }) => id);
    expect(await node.call("node.pending.ack", { ids })).toEqual({
      nodeId,
      ackedIds: ids,
      remainingCount: 0,
    });
  });
});

describe("a node is taken away", () => {
  test("renamed first, then removed: its connection is closed and it may not come back by its token", async () => {
    const { node, nodeId } = await approvedNode();
    const { operator } = world;
    await operator.call("node.rename", { nodeId, displayName: "renamed" });
    expect(await operator.call("node.describe", { nodeId })).toMatchObject({ displayName: "renamed" });
    const open = invoke(node, nodeId);
    await open.asked();
    await operator.call("node.pair.remove", { nodeId });
    expect(await failure(open.answer)).toMatchObject({ details: { code: "PAIRING_CHANGED" } });
    expect(await node.closed()).toMatchObject({ code: 4001, reason: "device removed" });
    expect(
      await operator.event("node.pair.resolved", (payload) => {
        return payload.nodeId === nodeId && payload.decision === "removed";
      }),
    ).toMatchObject({ requestId: "" });
    const { nodes } = await operator.call<{ nodes: { nodeId: string; approvalState?: string }[] }>(
      "node.list",
    );
    expect(nodes.find((row) => row.nodeId === nodeId)?.approvalState).not.toBe("approved");
  });
});
