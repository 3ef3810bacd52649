import { describe, expect, test } from "bun:test";
import {
  encodeFrame,
  OPCODE,
  operatorConnect,
  RawSocket,
  until,
  type WireClient,
  type WireFrame,
  within,
} from "../../support/index.ts";
import { connected, DeviceKey, nodeConnect } from "./support/devices.ts";
import { type HeldGateway, holdGateway } from "./support/in-process.ts";

const TICK_MS = 30_000;
const PING_MS = 25_000;
const HEALTH_MS = 60_000;
/** A client that is shown in the presence list. */
const PERSON = { id: "test", mode: "test" };

const SLEEP_MS = 600_000;

/** How soon after a sleep clients are asked for a sign of life. */
const REPROBE_MS = 5_000;

function eventsOf(client: WireClient, name?: string): WireFrame[] {
  return client.frames.filter(
    (frame) => frame["type"] === "event" && (name === undefined || frame["event"] === name),
  );
}

/** The sequence numbers a client has seen. */
function seqsOf(client: WireClient): unknown[] {
  return eventsOf(client).flatMap((frame) => (frame["seq"] === undefined ? [] : [frame["seq"]]));
}

/** Moves time on in steps that leave the sockets room to answer pings. */
async function pass(gateway: HeldGateway, ms: number, ...clients: readonly WireClient[]): Promise<void> {
  for (let left = ms; left > 0; left -= 5_000) {
    gateway.clock.advance(Math.min(5_000, left));
    for (const client of clients) await client.call("health");
  }
}

/** The pings that came so far. */
function pings(raw: RawSocket): number {
  return raw.frames().filter(({ opcode }) => opcode === OPCODE.ping).length;
}

/** Answers a ping, and waits until the gateway has read that. */
async function answered(raw: RawSocket): Promise<void> {
  const pongs = () => raw.frames().filter(({ opcode }) => opcode === OPCODE.pong).length;
  const before = pongs();
  raw.write(encodeFrame("", { opcode: OPCODE.pong }));
  raw.write(encodeFrame("", { opcode: OPCODE.ping }));
  await until("the answer that shows that the pong was read", () => pongs() > before);
}

/** An operator that answers no ping by itself. */
async function rawOperator({ port, token }: HeldGateway, client: object = {}): Promise<RawSocket> {
  const raw = await RawSocket.open(port);
  const params = operatorConnect();
  const said = { ...params, client: { ...Object(params["client"]), ...client }, auth: { token } };
  raw.write(encodeFrame(JSON.stringify({ type: "req", id: "c1", method: "connect", params: said })));
  await until("hello-ok", () => raw.text().includes('"hello-ok"'));
  return raw;
}

describe("time", () => {
  test("every connection hears a tick each 30 s, operators and nodes alike", async () => {
    await using gateway = await holdGateway();
    await using operator = await gateway.operator({ scopes: [] });
    await using node = await connected(gateway, nodeConnect(gateway.token), { key: new DeviceKey() });
    await pass(gateway, TICK_MS, operator, node);
    for (const client of [operator, node]) {
      const tick = await client.event("tick");
      expect(tick["payload"]).toEqual({ ts: expect.any(Number) });
    }
    expect(eventsOf(operator, "tick")).toHaveLength(1);
    await pass(gateway, TICK_MS, operator, node);
    await operator.event("tick");
    expect(eventsOf(operator, "tick")).toHaveLength(2);
  });

  test("health is broadcast each minute with the versions of the state, and its own goes up by one", async () => {
    await using gateway = await holdGateway();
    await using client = await gateway.operator({ scopes: [] });
    await pass(gateway, 2 * HEALTH_MS, client);
    const [first, second] = [await client.event("health"), await client.event("health")];
    expect(first["payload"]).toMatchObject({ ok: true, ts: expect.any(Number) });
    const versions = [first, second].map(
      (frame) => frame["stateVersion"] as { presence: number; health: number },
    );
    expect(versions[1]?.health).toBe((versions[0]?.health ?? 0) + 1);
    expect(versions[1]?.presence).toBe(versions[0]?.presence ?? -1);
  });

  test("a peer that stops answering pings is cut off without a close frame; one that answers stays", async () => {
    await using gateway = await holdGateway();
    await using answering = await gateway.operator();
    await using silent = await rawOperator(gateway);
    gateway.clock.advance(PING_MS);
    await until("the ping", () => pings(silent) === 1);
    await answering.call("health");
    gateway.clock.advance(PING_MS);
    await within("the end of the silent peer", silent.closed);
    expect(silent.closeFrame()).toBeUndefined();
    await answering.call("health");
  });

  test("B27: after ten minutes of sleep everybody is asked for a sign of life within 5 s, and no tick or health is made up for", async () => {
    await using gateway = await holdGateway();
    await using operator = await gateway.operator();
    await using awake = await rawOperator(gateway, { ...PERSON, instanceId: "awake" });
    await using gone = await rawOperator(gateway, { ...PERSON, instanceId: "gone" });
    const present = async () => {
      const rows = (await operator.call("system-presence")) as readonly Record<string, unknown>[];
      const reason = (who: string) => rows.find(({ instanceId }) => instanceId === who)?.["reason"];
      return { awake: reason("awake"), gone: reason("gone") };
    };
    // The sleep begins while the answers to a ping are on their way.
    gateway.clock.advance(PING_MS);
    await until("a ping", () => pings(awake) === 1);
    const before = { tick: eventsOf(operator, "tick").length, health: eventsOf(operator, "health").length };
    gateway.clock.leap(SLEEP_MS);
    gateway.clock.advance(REPROBE_MS);
    await until("another ping", () => pings(awake) === 2 && pings(gone) === 2);
    await answered(awake);
    await operator.call("health");
    // Five seconds are left until the tick that was due when the sleep began.
    expect(eventsOf(operator, "tick")).toHaveLength(before.tick + 1);
    expect(eventsOf(operator, "health")).toHaveLength(before.health);
    expect(await present()).toEqual({ awake: "connect", gone: "connect" });

    await pass(gateway, PING_MS, operator);
    await within("the end of who did not answer", gone.closed);
    await until("the list to say so", async () => (await present()).gone === "disconnect");
    expect(await present()).toEqual({ awake: "connect", gone: "disconnect" });
    await until("the ping after that", () => pings(awake) === 3);
    expect(eventsOf(operator, "tick")).toHaveLength(before.tick + 1);
  });

  test("a pong is enough to stay", async () => {
    await using gateway = await holdGateway();
    await using raw = await rawOperator(gateway);
    for (let round = 1; round <= 4; round += 1) {
      gateway.clock.advance(PING_MS);
      await until(`ping ${round}`, () => pings(raw) === round);
      await answered(raw);
    }
  });

  test("who does not connect within 15 s is closed 1000", async () => {
    await using gateway = await holdGateway();
    await using raw = await RawSocket.open(gateway.port);
    await until("the challenge", () => raw.text().includes("connect.challenge"));
    gateway.clock.advance(14_999);
    raw.write(encodeFrame("", { opcode: OPCODE.ping }));
    await until("an answer", () => raw.frames().some(({ opcode }) => opcode === OPCODE.pong));
    expect(raw.closeFrame()).toBeUndefined();
    gateway.clock.advance(1);
    expect(await until("the close", () => raw.closeFrame())).toEqual({ code: 1000, reason: "" });
  });
});

describe("sequence numbers", () => {
  test("each connection counts from 1 and without a gap, and hears of nothing it may not hear", async () => {
    await using gateway = await holdGateway();
    await using reader = await gateway.operator();
    await using blind = await gateway.operator({ scopes: [] });
    await using admin = await gateway.operator();
    for (let n = 0; n < 5; n += 1) {
      await admin.call("system-event", { text: `Node: Mac ${n}`, instanceId: `i${n}` });
      gateway.clock.advance(200);
    }
    await pass(gateway, TICK_MS, reader, blind, admin);
    await reader.event("tick");
    await blind.event("tick");
    for (const client of [reader, blind]) {
      const seqs = seqsOf(client);
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    }
    expect(eventsOf(reader, "presence").length).toBeGreaterThanOrEqual(5);
    expect(eventsOf(blind, "presence")).toEqual([]);
    expect(eventsOf(reader, "connect.challenge")[0]).not.toHaveProperty("seq");
  });

  test("what is pushed to a node carries no number", async () => {
    await using gateway = await holdGateway();
    await using operator = await gateway.operator();
    const params = nodeConnect(gateway.token, ["system.notify"]);
    await using node = await connected(gateway, params, { key: new DeviceKey() });
    const asked = (await operator.event("node.pair.requested"))["payload"] as { requestId: string };
    await operator.call("node.pair.approve", { requestId: asked.requestId });
    expect(await node.event("node.pair.resolved")).not.toHaveProperty("seq");
    expect(await operator.event("node.pair.resolved")).toHaveProperty("seq");
  });
});

describe("shutdown", () => {
  test("clients hear why, then 1012, and a connection without hello is closed the same way", async () => {
    await using gateway = await holdGateway();
    const operator = await gateway.operator({ scopes: [] });
    const node = await connected(gateway, nodeConnect(gateway.token), { key: new DeviceKey() });
    await using stranger = await RawSocket.open(gateway.port);
    await gateway.stop();
    await within("the end of the stranger", stranger.closed);
    expect(stranger.closeFrame()).toEqual({ code: 1012, reason: "service restart" });
    for (const client of [operator, node]) {
      expect((await client.event("shutdown"))["payload"]).toEqual({ reason: "gateway stopping" });
      expect(await within("the close", client.closed)).toEqual({ code: 1012, reason: "service restart" });
    }
  });
});
