import { expect, test } from "bun:test";
import { MAX_HELD_REQUESTS_PER_CONNECTION, MAX_INFLIGHT_REQUESTS } from "../../src/gateway/limits.ts";
import { until } from "../support/index.ts";
import { Device, World } from "./support/index.ts";

test("two requests with the same id are both answered, and the connection goes on", async () => {
  await using world = await World.create();
  await using wire = await world.gateway.operator();
  wire.send({ type: "req", id: "same", method: "health" });
  wire.send({ type: "req", id: "same", method: "gateway.identity.get" });
  const [first, second] = [await wire.response("same"), await wire.response("same")];
  const payloads = [first.payload, second.payload];
  expect(payloads).toContainEqual(expect.objectContaining({ ok: true }));
  expect(payloads).toContainEqual(expect.objectContaining({ deviceId: expect.any(String) }));
  expect(await wire.call("health")).toMatchObject({ ok: true });
});

test("one key makes one invocation: both callers get its one answer, another command is refused", async () => {
  await using world = await World.create();
  const { operator, node, nodeId } = world;
  const asked = { nodeId, command: "system.notify", params: { n: 1 }, idempotencyKey: "once" };
  const answers = [operator.call("node.invoke", asked), operator.call("node.invoke", asked)];
  const { id } = await node.event("node.invoke.request");
  const other = await operator.refusal("node.invoke", { ...asked, params: { n: 2 } });
  expect(other.gatewayCode).toBe("INVALID_REQUEST");
  await node.call("node.invoke.result", { id, nodeId, ok: true, payload: "shown" });
  for (const answer of answers) expect(await answer).toMatchObject({ payload: "shown" });
  expect(node.events.filter(({ event }) => event === "node.invoke.request")).toHaveLength(1);
});

test("a client that waits for too much is refused, as worth another try, and nobody else is", async () => {
  await using world = await World.create();
  const { operator, node, nodeId } = world;
  const waiter = await world.join({ device: new Device(), scopes: ["operator.read"] });
  const { requestId } = await waiter.call("device.scopes.requestUpgrade", {
    scopes: ["operator.read", "operator.write"],
  });
  const ended = Promise.allSettled(
    Array.from({ length: MAX_HELD_REQUESTS_PER_CONNECTION }, () =>
      waiter.call("device.scopes.waitUpgrade", { requestId }),
    ),
  );
  expect(await waiter.refusal("device.scopes.waitUpgrade", { requestId })).toMatchObject({
    gatewayCode: "UNAVAILABLE",
    message: "The server is busy. Please try again in a moment.",
    retryable: true,
  });
  expect(await waiter.call("status")).toMatchObject({ runtimeVersion: expect.any(String) });
  const asked = { nodeId, command: "system.notify", idempotencyKey: "meanwhile" };
  const answer = operator.call("node.invoke", asked);
  const { id } = await node.event("node.invoke.request");
  await node.call("node.invoke.result", { id, nodeId, ok: true });
  expect(await answer).toMatchObject({ ok: true });

  await waiter.client.stopAndWait();
  expect((await ended).every(({ status }) => status === "rejected")).toBe(true);
  await until("the gateway to be idle", async () => {
    const { safe } = await operator.call("gateway.restart.preflight");
    return safe === true;
  });
});

test("a burst beyond the bound is answered in full: done, or refused as worth another try", async () => {
  await using world = await World.create();
  await using wire = await world.gateway.operator();
  const ids = Array.from({ length: MAX_INFLIGHT_REQUESTS * 2 }, (_, n) => `burst-${n}`);
  for (const id of ids) wire.send({ type: "req", id, method: "system.info", params: {} });
  const answers = await Promise.all(ids.map((id) => wire.response(id)));
  for (const { ok, error } of answers) {
    if (!ok) expect(error).toMatchObject({ code: "UNAVAILABLE", retryable: true });
  }
  expect(answers.filter(({ ok }) => ok).length).toBeGreaterThanOrEqual(MAX_INFLIGHT_REQUESTS);
  expect(await wire.call("health")).toMatchObject({ ok: true });
});

test("many requests at once are each answered with their own result", async () => {
  await using world = await World.create();
  const { operator, node, nodeId } = world;
  const answered = new Set<unknown>();
  const answering = (async () => {
    while (answered.size < 40) {
      const asked = await node.event("node.invoke.request", ({ id }) => !answered.has(id));
      answered.add(asked.id);
      await node.call("node.invoke.result", {
        id: asked.id,
        nodeId,
        ok: true,
        payloadJSON: asked.paramsJSON,
      });
    }
  })();
  const invokes = Array.from({ length: 40 }, (_, n) =>
    operator.call("node.invoke", {
      nodeId,
      command: "system.notify",
      params: { n },
      idempotencyKey: `n${n}`,
    }),
  );
  const paths = ["gateway.auth", "gateway.port", "channels.telegram", "agents.defaults"];
  const lookups = paths.map((path) => operator.call("config.schema.lookup", { path }));
  for (const [n, answer] of (await Promise.all(invokes)).entries()) expect(answer.payload).toEqual({ n });
  for (const [n, found] of (await Promise.all(lookups)).entries()) expect(found.path).toBe(paths[n] ?? "");
  await answering;
});
