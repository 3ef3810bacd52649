import { expect } from "bun:test";
import { NODE_COMMANDS, type World } from "../support/index.ts";
import type { Exercise } from "./exercise.ts";

/** The `node.*` methods. */
export const NODE_EXERCISES: Readonly<Record<string, Exercise>> = {
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
  "node.pluginSurface.refresh": async (world) => {
    await expect(world.node.call("node.pluginSurface.refresh", { surface: "canvas" })).rejects.toThrow(
      "unavailable",
    );
    const node = await panel({ operator: world.operator, join: (options) => world.join(options) });
    const { pluginSurfaceUrls } = await node.call<{ pluginSurfaceUrls: { canvas: string } }>(
      "node.pluginSurface.refresh",
      { surface: "canvas" },
    );
    expect((await fetch(`${pluginSurfaceUrls.canvas}/__openclaw__/canvas/`)).status).toBe(200);
  },
  "plugin.surface.refresh": async ({ operator }) => {
    const first = await operator.call("plugin.surface.refresh", { surface: "canvas" });
    expect(first).toEqual({
      surface: "canvas",
      pluginSurfaceUrls: { canvas: expect.stringContaining("/__openclaw__/cap/") },
      expiresAtMs: expect.any(Number),
    });
    const observedUrl = "http://127.0.0.1/__openclaw__/cap/an-older-one";
    const { surface, pluginSurfaceUrls } = first;
    expect(await operator.call("plugin.surface.refresh", { surface: "canvas", observedUrl })).toEqual({
      surface,
      pluginSurfaceUrls,
    });
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

/** A node that shows the canvas, after its approval. */
async function panel({ join, operator }: Pick<World, "join" | "operator">) {
  const node = await join({
    role: "node",
    platform: "macos",
    deviceFamily: "Mac",
    caps: ["canvas"],
    commands: ["canvas.present"],
  });
  const { requestId } = await operator.event(
    "node.pair.requested",
    ({ caps }) => Array.isArray(caps) && caps.includes("canvas"),
  );
  await operator.call("node.pair.approve", { requestId });
  return node;
}

/** True for the invocation that carries this key. */
function isFor(key: string): (payload: Record<string, unknown>) => boolean {
  return ({ idempotencyKey }) => idempotencyKey === key;
}
