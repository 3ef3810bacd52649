import { expect, test } from "bun:test";
import { MAX_PRESENCE_ROWS, PRESENCE_COALESCE_MS, PRESENCE_TTL_MS } from "../../src/gateway/limits.ts";
import { Presence } from "../../src/gateway/state/presence.ts";
import type { PresenceEntry } from "../../src/protocol/index.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { aClient } from "./clients.ts";

function setUp() {
  const clock = new ManualClock();
  const announced: { presence: PresenceEntry[]; version: number }[] = [];
  const presence = new Presence({
    clock,
    self: { host: "gateway-host", mode: "gateway", reason: "self" },
    changed: (list, version) => announced.push({ presence: list, version }),
  });
  return { clock, presence, announced };
}

const instance = (id: string, connId: string) =>
  aClient(connId, {
    client: { id: "openclaw-tui", version: "1", platform: "linux", mode: "ui", instanceId: id },
  });

test("the gateway's own row is always there and always fresh", () => {
  const { clock, presence } = setUp();
  clock.advance(10_000);
  expect(presence.list()).toEqual([
    expect.objectContaining({ host: "gateway-host", reason: "self", ts: clock.now() }),
  ]);
});

test("a client that reconnects with the same instance id stays one row", () => {
  const { presence } = setUp();
  presence.connected(instance("i1", "a"));
  presence.disconnected(instance("i1", "a"));
  presence.connected(instance("i1", "b"));
  const rows = presence.list().filter((row) => row.instanceId === "i1");
  expect(rows).toHaveLength(1);
  expect(rows[0]?.reason).toBe("connect");
});

test("a row with two connections stays connected until the last one closes", () => {
  const { presence } = setUp();
  presence.connected(instance("i1", "a"));
  presence.connected(instance("i1", "b"));
  presence.disconnected(instance("i1", "a"));
  expect(presence.list()[1]?.reason).toBe("connect");
  presence.disconnected(instance("i1", "b"));
  expect(presence.list()[1]).toMatchObject({ reason: "disconnect" });
});

test("a closed client's row is gone five minutes later", () => {
  const { clock, presence } = setUp();
  presence.connected(instance("i1", "a"));
  presence.disconnected(instance("i1", "a"));
  clock.advance(PRESENCE_TTL_MS + 1);
  expect(presence.list()).toHaveLength(1);
});

test("command line, backend and probe clients do not appear", () => {
  const { presence } = setUp();
  for (const mode of ["cli", "backend", "probe"] as const) {
    presence.connected(aClient(mode, { client: { id: "cli", version: "1", platform: "x", mode } }));
  }
  expect(presence.list()).toHaveLength(1);
});

test("the first change is announced at once, a burst behind it only once, with the last version", () => {
  const { clock, presence, announced } = setUp();
  for (let i = 0; i < 50; i++) presence.connected(instance(`i${i}`, `c${i}`));
  expect(announced).toHaveLength(1);
  clock.advance(PRESENCE_COALESCE_MS);
  expect(announced).toHaveLength(2);
  expect(announced[1]?.version).toBe(presence.version);
  expect(announced[1]?.presence).toHaveLength(51);
});

test("beacons are merged by device id and never push the list past its limit", () => {
  const { presence } = setUp();
  presence.beacon({ text: "Node: a", deviceId: "d1", host: "first" });
  presence.beacon({ text: "Node: a again", deviceId: "d1" });
  expect(presence.list().filter((row) => row.deviceId === "d1")).toEqual([
    expect.objectContaining({ host: "first", text: "Node: a again" }),
  ]);
  for (let i = 0; i < MAX_PRESENCE_ROWS * 2; i++) presence.beacon({ text: `Node: ${i}` });
  expect(presence.list().length).toBeLessThanOrEqual(MAX_PRESENCE_ROWS);
});

test("a connected client that also reports itself is one row, and stays connected", () => {
  const { presence } = setUp();
  presence.connected(instance("i1", "a"));
  presence.beacon({ text: "Node: desk", instanceId: "i1", lastInputSeconds: 4 });
  const rows = presence.list().filter((row) => row.instanceId === "i1");
  expect(rows).toEqual([expect.objectContaining({ lastInputSeconds: 4, clientId: "openclaw-tui" })]);
  presence.disconnected(instance("i1", "a"));
  expect(presence.list()[1]).toMatchObject({ instanceId: "i1", reason: "disconnect" });
});

test("a beacon that withdraws the last input leaves none in the row", () => {
  const { presence } = setUp();
  presence.beacon({ text: "Node: desk", instanceId: "i1", lastInputSeconds: 4 });
  presence.beacon({ text: "Node: desk", instanceId: "i1", clearsLastInput: true });
  expect(presence.list()[1]).not.toHaveProperty("lastInputSeconds");
});
