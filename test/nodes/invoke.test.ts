import { expect, test } from "bun:test";
import { MAX_JSON_LEVELS } from "../../src/nodes/limits.ts";
import { asNode, IPHONE, type NodeEnd, Rig, settle } from "./rig.ts";

function result(rig: Rig, node: NodeEnd, params: Record<string, unknown>, as = node) {
  const id = node.asked.at(-1);
  return rig.ok("node.invoke.result", { id, nodeId: node.deviceId, ...params }, asNode(as));
}

test("an answer reaches the caller in the form the node chose", async () => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1");
  const cases: [Record<string, unknown>, Record<string, unknown>][] = [
    [{ payload: { a: 1 } }, { payload: { a: 1 }, payloadJSON: null }],
    [{ payloadJSON: "[1]" }, { payload: [1], payloadJSON: "[1]" }],
    [{ payloadJSON: "{" }, { payload: { payloadJSON: "{" }, payloadJSON: "{" }],
    [{}, { payloadJSON: null }],
  ];
  for (const [given, got] of cases) {
    const asked = rig.invoke("node-1", "system.which");
    await settle();
    expect(await result(rig, node, { ok: true, ...given })).toEqual({ ok: true });
    expect(await asked).toEqual({
      ok: true,
      payload: { ok: true, nodeId: "node-1", command: "system.which", ...got },
    });
  }
});

test("an answer that is nested too deeply to be handed on is an error of the node's", async () => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1");
  const text = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  const answered = async (given: Record<string, unknown>) => {
    const asked = rig.invoke("node-1", "system.which");
    await settle();
    await result(rig, node, { ok: true, ...given });
    return asked;
  };
  const deep = text(MAX_JSON_LEVELS + 1);
  for (const given of [{ payload: JSON.parse(deep) }, { payloadJSON: deep }]) {
    expect(await answered(given)).toMatchObject({
      ok: false,
      error: { message: "INVALID_RESULT: the node's answer is nested too deeply" },
    });
  }
  expect(await answered({ payloadJSON: text(MAX_JSON_LEVELS) })).toMatchObject({ ok: true });
});

test("a command without params is sent without any", async () => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1");
  void rig.invoke("node-1", "system.which", { idempotencyKey: "k" });
  await settle();
  expect(node.received.at(-1)?.payload).toEqual({
    id: node.asked[0] ?? "",
    nodeId: "node-1",
    command: "system.which",
    timeoutMs: 30_000,
    idempotencyKey: "k",
  });
});

test("params that are nested too deeply to be written are refused before anybody tries", async () => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1");
  const nested = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));
  const refused = await rig.invoke("node-1", "system.which", { params: nested(MAX_JSON_LEVELS + 1) });
  expect(refused).toMatchObject({ error: { message: "params are nested too deeply" } });
  void rig.invoke("node-1", "system.which", { params: nested(MAX_JSON_LEVELS) });
  await settle();
  expect(node.asked).toHaveLength(1);
});

test("a caller cannot approve its own run: approval fields never reach the node", async () => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1", { commands: ["system.run", "system.run.prepare"] });
  const params = {
    command: ["id"],
    cwd: "/",
    approved: true,
    approvalDecision: "allow-always",
    approvalSource: "ask-fallback",
    approvalId: "x",
    security: "full",
  };
  void rig.invoke("node-1", "system.run", { params, approved: true, approvalDecision: "allow-once" });
  void rig.invoke("node-1", "system.run.prepare", { params: { approved: true, cwd: "/" } });
  await settle();
  const sent = node.received.slice(-2).map(({ payload }) => JSON.parse(String(payload["paramsJSON"])));
  expect(sent).toEqual([{ command: ["id"], cwd: "/" }, { cwd: "/" }]);
});

test("commands that have a method of their own are not relayed, whatever the configuration", async () => {
  await using rig = await Rig.open();
  rig.rules.allow.push("worker.launch.v1", "system.execApprovals.set");
  await rig.approved("node-1", {
    commands: ["system.execApprovals.set", "worker.launch.v1", "browser.proxy"],
  });
  const why = async (command: string, params?: unknown) =>
    rig.invoke("node-1", command, params === undefined ? {} : { params });
  for (const command of [
    "worker.launch.v1",
    "system.execApprovals.set",
    "agent.cli.claude.run.v1",
    " worker.launch.v1 ",
  ]) {
    expect(await why(command)).toMatchObject({ ok: false, error: { code: "INVALID_REQUEST" } });
  }
  for (const path of ["/profiles/create", "//profiles//create/", "/reset-profile?x=1"]) {
    expect(await why("browser.proxy", { method: "post", path })).toMatchObject({
      error: { message: "node.invoke cannot mutate persistent browser profiles via browser.proxy" },
    });
  }
});

test("commands that reach into the host need admin", async () => {
  await using rig = await Rig.open();
  await rig.approved("node-1", { commands: ["fs.listDir", "terminal.upload", "browser.proxy"] });
  for (const command of ["fs.listDir", "terminal.upload", "browser.proxy"]) {
    expect(await rig.invoke("node-1", command, {}, { scopes: ["operator.write"] })).toMatchObject({
      error: { code: "FORBIDDEN", message: "missing scope: operator.admin" },
    });
  }
});

test("a dead node is reported within two seconds, before it was sent anything, and closed the second time", async () => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1");
  node.dead = true;
  const begun = rig.clock.now();
  const asked = Promise.all([rig.invoke("node-1", "system.which"), rig.invoke("node-1", "system.which")]);
  await settle();
  rig.clock.advance(1_500);
  for (const answer of await asked) {
    expect(answer).toMatchObject({
      error: {
        code: "UNAVAILABLE",
        message: "node not connected",
        details: { code: "NOT_CONNECTED", nodeCommandDispatched: false },
      },
    });
  }
  expect(rig.clock.now() - begun).toBeLessThan(2_000);
  expect(node.asked).toBeEmpty();
  expect(node.closes).toBeEmpty();
  const again = rig.invoke("node-1", "system.which");
  await settle();
  rig.clock.advance(1_500);
  await again;
  expect(node.closes).toEqual([{ code: 4000, reason: "node unresponsive" }]);
  expect(rig.clock.pending).toBe(0);
});

test("an approved node that is away is not connected; an unknown one is told like an unapproved one", async () => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1");
  await rig.nodes.registry.disconnected(node.connId, "closed");
  expect(await rig.invoke("node-1", "system.which")).toMatchObject({
    error: { message: "node not connected", details: { nodeCommandDispatched: false } },
  });
  await rig.connect("node-2");
  for (const nodeId of ["node-2", "nope"]) {
    expect(await rig.invoke(nodeId, "system.which")).toEqual({
      ok: false,
      error: {
        code: "UNAVAILABLE",
        message: "node pairing changed while invocation was active",
        retryable: true,
        details: { code: "PAIRING_CHANGED" },
      },
    });
  }
});

test("a socket that takes nothing more fails the invocation at once", async () => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1");
  node.full = true;
  expect(await rig.invoke("node-1", "system.which")).toMatchObject({
    error: {
      message: "UNAVAILABLE: failed to send invoke to node",
      details: { nodeCommandDispatched: false },
    },
  });
});

test("a command that is denied while it waits for a sign of life is not sent", async () => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1");
  const pong = Promise.withResolvers<void>();
  node.ping = () => pong.promise;
  const asked = rig.invoke("node-1", "system.which");
  await settle();
  rig.rules.deny.push("system.which");
  pong.resolve();
  expect(await asked).toMatchObject({
    error: { message: "POLICY_CHANGED: node command is no longer allowed" },
  });
  expect(node.asked).toBeEmpty();
});

test("one node cannot answer for another, nor a replaced connection for the new one", async () => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1");
  const other = await rig.approved("node-2");
  const asked = rig.invoke("node-1", "system.which");
  await settle();
  const id = node.asked[0];
  const forged = { id, nodeId: "node-1", ok: true, payload: "forged" };
  expect((await rig.failure("node.invoke.result", forged, asNode(other))).message).toBe("nodeId mismatch");
  const asOther = { ...forged, nodeId: "node-2" };
  expect(await rig.ok("node.invoke.result", asOther, asNode(other))).toEqual({ ok: true, ignored: true });
  const stranger = { ...asNode(node), connId: other.connId };
  expect(await rig.ok("node.invoke.result", forged, stranger)).toEqual({ ok: true, ignored: true });
  const chunk = { invokeId: id, nodeId: "node-1", seq: 0, chunk: "x" };
  expect((await rig.failure("node.invoke.progress", chunk, asNode(other))).message).toBe("nodeId mismatch");
  await result(rig, node, { ok: true, payload: "mine" });
  expect(await asked).toMatchObject({ payload: { payload: "mine" } });
});

test("a repeated key joins the open invocation, and must mean the same", async () => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1");
  const same = { idempotencyKey: "k", params: { bins: ["sh"] } };
  const both = Promise.all([
    rig.invoke("node-1", "system.which", same),
    rig.invoke("node-1", "system.which", same),
  ]);
  await settle();
  expect(node.asked).toHaveLength(1);
  const other = await rig.invoke("node-1", "system.which", { ...same, params: { bins: ["rm"] } });
  expect(other).toMatchObject({ error: { details: { reason: "idempotency-key-conflict" } } });
  await result(rig, node, { ok: true, payload: 7 });
  for (const answer of await both) expect(answer).toMatchObject({ payload: { payload: 7 } });
  const later = rig.invoke("node-1", "system.which", { idempotencyKey: "k", params: { bins: ["rm"] } });
  await settle();
  expect(node.asked).toHaveLength(2);
  await result(rig, node, { ok: true });
  await later;
});

test("the node is told when the last caller has gone, and not before", async () => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1");
  const callers = [new AbortController(), new AbortController()];
  const asked = callers.map(({ signal }) =>
    rig.nodes.invoker.invoke({
      nodeId: "node-1",
      command: "system.which",
      idempotencyKey: "k",
      scopes: ["operator.write"],
      signal,
    }),
  );
  const failures = asked.map((answer) => answer.catch((error: unknown) => String(error)));
  await settle();
  callers[0]?.abort();
  await settle();
  expect(node.received.at(-1)?.event).toBe("node.invoke.request");
  callers[1]?.abort();
  await settle();
  for (const failure of await Promise.all(failures))
    expect(failure).toContain("ABORTED: node invoke cancelled");
  expect(node.received.at(-1)).toMatchObject({
    event: "node.invoke.cancel",
    payload: { invokeId: node.asked[0], nodeId: "node-1" },
  });
  expect(rig.nodes.invoker.openCount).toBe(0);
});

test("open invocations of one node are bounded, and other nodes are not affected", async () => {
  await using rig = await Rig.open();
  await rig.approved("node-1");
  const other = await rig.approved("node-2");
  for (let index = 0; index < 64; index += 1) void rig.invoke("node-1", "system.which");
  await settle();
  expect(await rig.invoke("node-1", "system.which")).toMatchObject({
    error: { retryable: true, details: { code: "NODE_BUSY" } },
  });
  const asked = rig.invoke("node-2", "system.which");
  await settle();
  await result(rig, other, { ok: true });
  expect(await asked).toMatchObject({ ok: true });
});

test("parts of an answer are handed on in order, once, and not when they are too large or too late", async () => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1");
  const chunks: string[] = [];
  const asked = rig.nodes.invoker.invoke({
    nodeId: "node-1",
    command: "system.run",
    idempotencyKey: "k",
    scopes: ["operator.write"],
    onProgress: (chunk) => chunks.push(chunk),
  });
  await settle();
  const send = (seq: number, chunk: string) =>
    rig.call("node.invoke.progress", { invokeId: node.asked[0], nodeId: "node-1", seq, chunk }, asNode(node));
  expect(await send(0, "a")).toEqual({ ok: true, payload: { ok: true } });
  expect(await send(0, "a")).toEqual({ ok: true, payload: { ok: true, ignored: true } });
  await send(1, "b");
  expect(await send(2, "ä".repeat(16_000))).toMatchObject({ error: { message: "progress chunk too large" } });
  await result(rig, node, { ok: true });
  await asked;
  expect(await send(2, "c")).toEqual({ ok: true, payload: { ok: true, ignored: true } });
  expect(chunks).toEqual(["a", "b"]);
});

test("what an iPhone refuses in the background waits for it, once, and is handed out only while allowed", async () => {
  await using rig = await Rig.open();
  rig.rules.allow.push("camera.snap");
  const phone = await rig.approved("phone", { client: IPHONE, commands: ["camera.snap"], caps: ["camera"] });
  for (let turn = 0; turn < 2; turn += 1) {
    const asked = rig.invoke("phone", "camera.snap", { idempotencyKey: "k", params: { facing: "front" } });
    await settle();
    await result(rig, phone, { ok: false, error: { code: "NODE_BACKGROUND_UNAVAILABLE", message: "no" } });
    expect(await asked).toMatchObject({
      error: { retryable: true, details: { code: "QUEUED_UNTIL_FOREGROUND", command: "camera.snap" } },
    });
  }
  const { actions } = (await rig.ok("node.pending.pull", {}, asNode(phone))) as { actions: { id: string }[] };
  expect(actions).toMatchObject([{ command: "camera.snap", paramsJSON: '{"facing":"front"}' }]);
  rig.rules.deny.push("camera.snap");
  expect(await rig.ok("node.pending.pull", {}, asNode(phone))).toMatchObject({ actions: [] });
  const ids = actions.map(({ id }) => id);
  expect(await rig.ok("node.pending.ack", { ids }, asNode(phone))).toMatchObject({
    ackedIds: ids,
    remainingCount: 0,
  });
});

test("work waits for a sleeping node once per kind, most urgent first, and a status request is always offered", async () => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1");
  const queue = (params: Record<string, unknown>) =>
    rig.ok("node.pending.enqueue", { nodeId: "node-1", ...params });
  const first = await queue({ type: "status.request" });
  expect(first).toMatchObject({ revision: 1, wakeTriggered: false, queued: { priority: "normal" } });
  expect(await queue({ type: "status.request", priority: "high" })).toMatchObject({
    queued: first["queued"],
  });
  await queue({ type: "location.request", priority: "high", expiresInMs: 1_000 });
  const drain = (params = {}) => rig.ok("node.pending.drain", params, asNode(node));
  expect(await drain({ maxItems: 1 })).toMatchObject({
    items: [{ type: "location.request" }],
    hasMore: true,
  });
  expect(await drain()).toMatchObject({
    items: [{ type: "status.request", priority: "normal" }],
    hasMore: false,
  });
  expect(await drain()).toMatchObject({ items: [{ id: "baseline-status" }], hasMore: false });
  await queue({ type: "location.request", expiresInMs: 1_000 });
  rig.clock.advance(1_000);
  expect(await drain()).toMatchObject({ items: [{ id: "baseline-status" }] });
  expect(
    (await rig.failure("node.pending.enqueue", { nodeId: "nope", type: "status.request" })).details,
  ).toEqual({
    code: "PAIRING_CHANGED",
  });
});

test("stopping answers every caller", async () => {
  await using rig = await Rig.open();
  await rig.approved("node-1");
  const asked = rig.invoke("node-1", "system.which");
  await settle();
  rig.nodes.stop();
  expect(await asked).toMatchObject({ error: { message: "SHUTDOWN: gateway stopping" } });
});
