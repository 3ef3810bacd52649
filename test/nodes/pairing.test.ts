import { expect, test } from "bun:test";
import { IPHONE, Rig, settle } from "./rig.ts";

const pairingOnly = { scopes: ["operator.pairing"] };

test("approving takes the scopes of what was declared, and says which one is missing", async () => {
  await using rig = await Rig.open();
  await rig.connect("node-1");
  const [pending] = await rig.repository.listPending();
  const params = { requestId: pending?.requestId };
  expect(await rig.failure("node.pair.approve", params, pairingOnly)).toMatchObject({
    code: "FORBIDDEN",
    message: "missing scope: operator.admin",
    details: { code: "MISSING_SCOPE", requiredScopes: ["operator.pairing", "operator.admin"] },
  });
  await rig.ok("node.pair.approve", params, { scopes: ["operator.pairing", "operator.admin"] });
  expect((await rig.failure("node.pair.approve", params)).message).toBe("unknown requestId");
});

test("a node without commands is approved with the pairing scope alone", async () => {
  await using rig = await Rig.open();
  await rig.connect("node-1", { commands: [] });
  const [pending] = await rig.repository.listPending();
  await rig.ok("node.pair.approve", { requestId: pending?.requestId }, pairingOnly);
});

test("a reconnect with the same surface keeps its request, a changed one replaces it", async () => {
  await using rig = await Rig.open();
  await rig.connect("node-1");
  const [first] = await rig.repository.listPending();
  await rig.connect("node-1", { connId: "again", commands: ["system.which", "system.run"] });
  expect((await rig.repository.listPending()).map(({ requestId }) => requestId)).toEqual([
    String(first?.requestId),
  ]);
  await rig.connect("node-1", { connId: "more", commands: ["system.run", "system.notify"] });
  const [second] = await rig.repository.listPending();
  expect(second?.requestId).not.toBe(String(first?.requestId));
  expect(rig.published.map(({ event, payload }) => [event, payload["decision"]])).toEqual([
    ["node.pair.requested", undefined],
    ["node.pair.resolved", "rejected"],
    ["node.pair.requested", undefined],
  ]);
});

test("a wider surface asks again while the approved one stays in force", async () => {
  await using rig = await Rig.open();
  await rig.approved("node-1", { commands: ["system.which"] });
  await rig.connect("node-1", { connId: "2", commands: ["system.which", "system.run"] });
  const row = await rig.ok("node.describe", { nodeId: "node-1" });
  expect(row).toMatchObject({ approvalState: "pending-reapproval", commands: ["system.which"] });
});

test("a narrower surface asks nobody, withdraws what waits, and is all that is in force", async () => {
  await using rig = await Rig.open();
  await rig.approved("node-1", { commands: ["system.which", "system.run"], permissions: { screen: true } });
  await rig.connect("node-1", { connId: "2", commands: ["system.which", "system.notify"] });
  expect(await rig.repository.listPending()).toHaveLength(1);
  await rig.connect("node-1", { connId: "3", commands: ["system.which"], permissions: { screen: false } });
  expect(await rig.repository.listPending()).toBeEmpty();
  expect(await rig.ok("node.describe", { nodeId: "node-1" })).toMatchObject({
    approvalState: "approved",
    commands: ["system.which"],
    permissions: { screen: false },
  });
});

test("a newly granted permission of the operating system asks again", async () => {
  await using rig = await Rig.open();
  await rig.approved("node-1", { permissions: { screen: false } });
  await rig.connect("node-1", { connId: "2", permissions: { screen: true } });
  expect(await rig.repository.listPending()).toHaveLength(1);
});

test("rejecting tells the node and leaves it without commands", async () => {
  await using rig = await Rig.open();
  const node = await rig.connect("node-1");
  const [pending] = await rig.repository.listPending();
  const requestId = String(pending?.requestId);
  expect(await rig.ok("node.pair.reject", { requestId })).toEqual({ requestId, nodeId: "node-1" });
  expect(node.received).toMatchObject([{ event: "node.pair.resolved", payload: { decision: "rejected" } }]);
  expect(await rig.ok("node.describe", { nodeId: "node-1" })).toMatchObject({
    approvalState: "unapproved",
    commands: [],
  });
});

test("a device that came with a setup code has its first surface approved, later ones are asked for", async () => {
  await using rig = await Rig.open();
  const given = { client: IPHONE, admission: "entrusted" } as const;
  await rig.connect("phone", { ...given, commands: ["location.get"], caps: ["location"] });
  expect(rig.published).toMatchObject([{ event: "node.pair.resolved", payload: { decision: "approved" } }]);
  expect(await rig.ok("node.describe", { nodeId: "phone" })).toMatchObject({ commands: ["location.get"] });
  await rig.connect("phone", { ...given, connId: "2", commands: ["location.get", "device.info"] });
  expect(await rig.repository.listPending()).toHaveLength(1);
});

test("removal forgets the node, revokes its role, fails what runs and closes it with 4001", async () => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1");
  const running = rig.invoke("node-1", "system.which");
  await settle();
  await rig.ok("node.pair.remove", { nodeId: "node-1" });
  expect(await running).toMatchObject({ ok: false, error: { details: { code: "PAIRING_CHANGED" } } });
  expect(node.closes).toEqual([{ code: 4001, reason: "device removed" }]);
  expect(rig.revoked).toEqual(["node-1"]);
  expect(rig.published.at(-1)).toMatchObject({ payload: { requestId: "", decision: "removed" } });
  await rig.nodes.registry.disconnected(node.connId, "closed");
  expect(await rig.ok("node.list", {})).toMatchObject({ nodes: [] });
  expect((await rig.failure("node.pair.remove", { nodeId: "node-1" })).message).toBe("unknown nodeId");
});

test("a device token without admin manages its own device only", async () => {
  await using rig = await Rig.open();
  await rig.connect("node-1", { commands: [] });
  const [pending] = await rig.repository.listPending();
  const requestId = pending?.requestId;
  const other = { scopes: ["operator.pairing"], authMethod: "device-token", deviceId: "node-2" };
  const refusals: [string, Record<string, unknown>, string][] = [
    ["node.pair.approve", { requestId }, "node pairing approval denied"],
    ["node.pair.reject", { requestId }, "node pairing rejection denied"],
    ["node.pair.approve", { requestId: "nope" }, "node pairing approval denied"],
    ["node.pair.remove", { nodeId: "node-1" }, "node pairing removal denied"],
    ["node.rename", { nodeId: "node-1", displayName: "x" }, "node rename denied"],
  ];
  for (const [method, params, message] of refusals) {
    expect((await rig.failure(method, params, other)).message).toBe(message);
  }
  const own = { ...other, deviceId: "node-1" };
  await rig.ok("node.pair.approve", { requestId }, own);
  expect((await rig.failure("node.pair.remove", { nodeId: "node-1" }, own)).message).toBe(
    "node pairing removal denied",
  );
});

test("a name given by an operator outlives reconnects", async () => {
  await using rig = await Rig.open();
  await rig.approved("node-1");
  await rig.ok("node.rename", { nodeId: "node-1", displayName: " Kitchen " });
  await rig.connect("node-1", { connId: "2" });
  expect(await rig.ok("node.describe", { nodeId: "node-1" })).toMatchObject({ displayName: "Kitchen" });
  expect((await rig.failure("node.rename", { nodeId: "node-1", displayName: "  " })).message).toBe(
    "displayName required",
  );
  expect((await rig.failure("node.rename", { nodeId: "nope", displayName: "x" })).message).toBe(
    "unknown nodeId",
  );
});

test("a node paired by request gets a token once, and only that token verifies", async () => {
  await using rig = await Rig.open();
  const asked = {
    nodeId: "old",
    platform: "linux",
    deviceFamily: "Linux",
    commands: ["system.which", "sms.send"],
  };
  const first = await rig.ok("node.pair.request", asked);
  expect(first).toMatchObject({ status: "pending", created: true, request: { commands: ["system.which"] } });
  expect(await rig.ok("node.pair.request", asked)).toMatchObject({
    created: false,
    request: first["request"],
  });
  const { requestId } = first["request"] as { requestId: string };
  const { node } = (await rig.ok("node.pair.approve", { requestId })) as { node: { token: string } };
  expect(await rig.ok("node.pair.verify", { nodeId: "old", token: node.token })).toMatchObject({ ok: true });
  for (const [nodeId, token] of [
    ["old", `${node.token}x`],
    ["old", "-"],
    ["nope", node.token],
  ]) {
    expect(await rig.ok("node.pair.verify", { nodeId, token })).toEqual({ ok: false });
  }
  const listed = JSON.stringify(await rig.ok("node.pair.list", {}));
  expect(listed).not.toContain(node.token);
  expect((await rig.failure("node.pair.request", asked)).message).toBe("node is paired already");
});

test("requests on behalf of nodes are bounded in number", async () => {
  await using rig = await Rig.open();
  for (let index = 0; index < 64; index += 1) await rig.ok("node.pair.request", { nodeId: `n-${index}` });
  expect((await rig.failure("node.pair.request", { nodeId: "n-64" })).code).toBe("UNAVAILABLE");
  await rig.ok("node.pair.request", { nodeId: "n-3" });
});
