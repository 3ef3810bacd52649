import { expect, test } from "bun:test";
import { asNode, LINUX_HOST, Rig, settle } from "./rig.ts";

test("a reconnect replaces the older connection, whose late goodbye changes nothing", async () => {
  await using rig = await Rig.open();
  const older = await rig.approved("node-1", { connId: "older" });
  const running = rig.invoke("node-1", "system.which");
  await settle();
  const newer = await rig.connect("node-1", { connId: "newer" });
  expect(await running).toMatchObject({
    error: { message: "DISCONNECTED: node disconnected (system.which)" },
  });
  expect(older.closes).toEqual([{ code: 4000, reason: "superseded by a newer connection" }]);
  await rig.nodes.registry.disconnected(older.connId, "closed");
  expect(await rig.ok("node.describe", { nodeId: "node-1" })).toMatchObject({ connected: true });
  expect(
    await rig.ok("node.event", { event: "node.host.stats", payload: STATS }, asNode(older)),
  ).toMatchObject({
    handled: false,
    reason: "stale_connection",
  });
  expect((await rig.failure("node.pending.pull", {}, asNode(older))).details).toEqual({
    code: "PAIRING_CHANGED",
  });
  await rig.nodes.registry.disconnected(newer.connId, "closed");
  expect(await rig.ok("node.describe", { nodeId: "node-1" })).toMatchObject({
    connected: false,
    paired: true,
  });
});

test("the same installation with a new device key replaces a silent ghost, but not a live node", async () => {
  await using rig = await Rig.open();
  const client = { ...LINUX_HOST, instanceId: "install-1" };
  const first = await rig.connect("key-1", { client });
  await rig.connect("key-2", { client });
  expect(first.closes).toBeEmpty();
  rig.clock.advance(60_000);
  await rig.connect("key-3", { client });
  expect(first.closes).toHaveLength(1);
});

test("an offline node keeps its approved surface and its last figures", async () => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1");
  await rig.ok("node.event", { event: "node.host.stats", payload: STATS }, asNode(node));
  await rig.nodes.registry.disconnected(node.connId, "closed");
  rig.clock.advance(5_000);
  expect(await rig.ok("node.describe", { nodeId: "node-1" })).toMatchObject({
    connected: false,
    commands: ["system.run", "system.which"],
    hostStats: { cpuCount: 4, updatedAtMs: rig.clock.now() - 5_000 },
    lastSeenReason: "connect",
  });
});

test("a connected node is described also when it is not paired", async () => {
  await using rig = await Rig.open();
  await rig.connect("node-1");
  rig.devices.splice(0);
  await rig.repository.remove("node-1");
  expect(await rig.ok("node.describe", { nodeId: "node-1" })).toMatchObject({
    connected: true,
    paired: false,
  });
});

test("who may not decide does not see what waits, except a device its own request", async () => {
  await using rig = await Rig.open();
  await rig.connect("node-1");
  const reader = { scopes: ["operator.read"] };
  const [row] = (await rig.ok("node.list", {}, reader))["nodes"] as Record<string, unknown>[];
  expect(Object.keys(row ?? {}).filter((key) => key.startsWith("pending"))).toBeEmpty();
  const own = await rig.ok("node.describe", { nodeId: "node-1" }, { ...reader, deviceId: "node-1" });
  expect(Object.keys(own).filter((key) => key.startsWith("pending"))).toEqual(["pendingRequestId"]);
  await rig.ok("node.pair.request", { nodeId: "asked-for" });
  expect((await rig.failure("node.describe", { nodeId: "asked-for" }, reader)).message).toBe(
    "unknown nodeId",
  );
});

test("connected nodes come first, then names in order", async () => {
  await using rig = await Rig.open();
  for (const name of ["b", "C", "a"]) {
    const node = await rig.connect(`id-${name}`, { client: { ...LINUX_HOST, displayName: name } });
    if (name === "a") await rig.nodes.registry.disconnected(node.connId, "closed");
  }
  const { nodes } = (await rig.ok("node.list", {})) as { nodes: { displayName: string }[] };
  expect(nodes.map(({ displayName }) => displayName)).toEqual(["b", "C", "a"]);
});

test.each([
  { cpuCount: 4, memoryTotalBytes: 1, memoryFreeBytes: 2 },
  { cpuCount: 4, memoryTotalBytes: 2, memoryFreeBytes: 1, diskTotalBytes: 5 },
  { cpuCount: 4, memoryTotalBytes: 2, memoryFreeBytes: 1, updatedAtMs: 1 },
  { cpuCount: 4, memoryTotalBytes: 2, memoryFreeBytes: 1, loadAverage: [1, 2] },
  "text",
  undefined,
])("figures that cannot be are refused: %p", async (payload) => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1");
  const published = rig.published.length;
  const params = { event: "node.host.stats", ...(payload !== undefined && { payload }) };
  expect(await rig.ok("node.event", params, asNode(node))).toMatchObject({ reason: "invalid_payload" });
  expect(rig.published).toHaveLength(published);
});

test("presence beacons are written at most once a minute, and an unknown trigger counts as background", async () => {
  await using rig = await Rig.open();
  const node = await rig.approved("node-1");
  const beacon = (payloadJSON: string) =>
    rig.ok("node.event", { event: "node.presence.alive", payloadJSON }, asNode(node));
  rig.clock.advance(1_000);
  expect(await beacon('{"trigger":"moon"}')).toMatchObject({ handled: true, reason: "persisted" });
  expect(await beacon('{"trigger":"manual"}')).toMatchObject({ handled: true, reason: "throttled" });
  expect(await beacon("[]")).toMatchObject({ reason: "invalid_payload" });
  expect(await beacon("{")).toMatchObject({ reason: "invalid_payload" });
  expect(await rig.ok("node.describe", { nodeId: "node-1" })).toMatchObject({ lastSeenReason: "background" });
});

const STATS = { cpuCount: 4, loadAverage: [0.5, 0.4, 0.3], memoryTotalBytes: 8, memoryFreeBytes: 3 };
