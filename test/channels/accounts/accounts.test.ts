import { describe, expect, test } from "bun:test";
import { StoreError } from "../../../src/store/index.ts";
import { within } from "../../support/index.ts";
import { rig, settled } from "./rig.ts";

const TWO = [{ id: "default" }, { id: "work" }];

describe("starting and stopping", () => {
  test("every account that is enabled and configured is connected, the others are not", async () => {
    await using world = await rig({
      configured: [{ id: "default" }, { id: "off", enabled: false }, { id: "bare", configured: false }],
    });
    expect(world.channel.connections).toEqual([]);
    await world.accounts.start();
    expect(world.channel.connections.map(({ context }) => context.account.id)).toEqual(["default"]);
  });

  test("OPENCLAW_SKIP_CHANNELS connects none, and the accounts are known all the same", async () => {
    await using world = await rig({ configured: TWO, skip: true });
    await world.accounts.start();
    expect(world.channel.connections).toEqual([]);
    expect(world.accounts.account("telegram")?.id).toBe("default");
  });

  test("stopping ends every connection", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    expect(await world.accounts.stop()).toBe(true);
    expect(world.channel.open.size).toBe(0);
    expect(world.accounts.connection("telegram", "default")).toBeUndefined();
  });

  test("a connection that does not stop does not hold up the end of the process", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    world.channel.holdsStops = true;
    const stopped = world.accounts.stop(1_000);
    await settled();
    world.clock.advance(1_000);
    expect(await within("the stop", stopped)).toBe(false);
  });

  test("an account that a person stopped stays stopped through changes of its settings, until started by hand", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    expect((await world.accounts.stopAccount("telegram", "work"))?.facts.isHeld).toBe(true);
    await world.configure([{ id: "default" }, { id: "work", fingerprint: "2" }]);
    expect(world.accounts.connection("telegram", "work")).toBeUndefined();
    await world.accounts.startAccount("telegram", "work");
    expect(world.channel.of("work").context.account.fingerprint).toBe("2");
    expect(world.accounts.connection("telegram", "work")).toBe(world.channel.of("work"));
  });

  test("an account that lost its credential stops until its settings change", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    const view = await world.accounts.retireAccount("telegram", "work", "logged out");
    expect(view).toMatchObject({
      connection: undefined,
      facts: { setback: { error: "logged out", isRetried: false } },
    });
    await world.configure(TWO);
    expect(world.channel.connections).toHaveLength(2);
    await world.configure([{ id: "default" }, { id: "work", fingerprint: "2" }]);
    expect(world.accounts.connection("telegram", "work")).toBe(world.channel.of("work"));
    expect(world.channel.connections).toHaveLength(3);
  });

  test("starting what runs changes nothing", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    await world.accounts.startAccount("telegram");
    expect(world.channel.connections).toHaveLength(2);
  });

  test("starting what waits for a person, and has not ended, builds it anew", async () => {
    await using world = await rig({ configured: [{ id: "a" }] });
    await world.accounts.start();
    const before = world.channel.of("a");
    before.say({ lifecycle: "blocked", lastError: "another program took over" });
    await world.accounts.startAccount("telegram", "a");
    expect(before.isStopped).toBe(true);
    expect(world.channel.connections).toHaveLength(2);
  });

  test("an unknown account can be neither started nor stopped", async () => {
    await using world = await rig({ configured: TWO });
    expect(await world.accounts.startAccount("telegram", "nobody")).toBeUndefined();
    expect(await world.accounts.stopAccount("signal")).toBeUndefined();
  });
});

describe("a connection that ends", () => {
  test("is built anew after a pause that grows, and the first pause counts again after a stable run", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    const { clock, channel } = world;
    channel.of("work").say({ lifecycle: "ready" });
    for (const pause of [5_000, 10_000, 20_000]) {
      channel.of("default").end();
      await settled();
      const before = channel.connections.length;
      clock.advance(pause - 1);
      await settled();
      expect(channel.connections).toHaveLength(before);
      clock.advance(1);
      await settled();
      expect(channel.connections).toHaveLength(before + 1);
    }
    clock.advance(300_000);
    channel.of("default").end();
    await settled();
    clock.advance(5_000);
    await settled();
    expect(world.accounts.connection("telegram", "default")).toBe(channel.of("default"));
    expect(channel.connections.filter(({ context }) => context.account.id === "work")).toHaveLength(1);
  });

  test("is not replaced before it has stopped", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    world.channel.holdsStops = true;
    const old = world.channel.of("default");
    old.end();
    await settled();
    world.clock.advance(60_000);
    await settled();
    expect(world.channel.connections).toHaveLength(2);
    old.letStop();
    await settled();
    expect(world.channel.connections).toHaveLength(3);
    expect(world.channel.mostAtOnce).toBe(1);
  });

  test("waits for a person when it says so", async () => {
    await using world = await rig({ configured: [{ id: "default" }] });
    await world.accounts.start();
    const old = world.channel.of("default");
    old.say({ lifecycle: "blocked", lastError: "401: the token was revoked" });
    old.end();
    await settled();
    world.clock.advance(86_400_000);
    await settled();
    expect(world.channel.connections).toHaveLength(1);
    await world.accounts.startAccount("telegram", "default");
    expect(world.channel.connections).toHaveLength(2);
  });

  test("waits for new settings when it says so", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    const old = world.channel.of("default");
    old.say({ lifecycle: "blocked" });
    old.end();
    await settled();
    await world.configure(TWO);
    expect(world.channel.connections).toHaveLength(2);
    await world.configure([{ id: "default", fingerprint: "2" }, { id: "work" }]);
    expect(world.channel.connections).toHaveLength(3);
  });
});

describe("a start that fails", () => {
  test("waits for a person, while the other accounts run", async () => {
    await using world = await rig({ configured: TWO });
    world.channel.failing.set("default", new Error("tokenFile is a symbolic link"));
    await world.accounts.start();
    expect(world.accounts.connection("telegram", "work")).toBeDefined();
    world.clock.advance(3_600_000);
    await settled();
    expect(world.accounts.view("telegram", "default")?.facts.setback).toEqual({
      error: "tokenFile is a symbolic link",
      isRetried: false,
    });
  });

  test("is repeated when only the store was not to be had", async () => {
    await using world = await rig({ configured: TWO });
    world.channel.failing.set("default", new StoreError("busy", "the database is busy"));
    await world.accounts.start();
    world.channel.failing.clear();
    world.clock.advance(5_000);
    await settled();
    expect(world.accounts.connection("telegram", "default")).toBeDefined();
  });
});

describe("new settings", () => {
  test("restart only the accounts whose fingerprint changed; the others read what changed from `current`", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    const [first, second] = world.channel.connections;
    await world.configure([
      { id: "default", fingerprint: "2" },
      { id: "work", name: "Work" },
    ]);
    expect(first?.isStopped).toBe(true);
    expect(second?.isStopped).toBe(false);
    expect(second?.context.current().name).toBe("Work");
    expect(world.channel.connections).toHaveLength(3);
  });

  test("stop what they disable or remove, and start what they add", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    await world.configure([{ id: "default", enabled: false }, { id: "third" }]);
    expect([...world.channel.open].map(({ context }) => context.account.id)).toEqual(["third"]);
    expect(world.accounts.account("telegram", "work")).toBeUndefined();
    expect(world.accounts.views("telegram").map(({ account }) => account.id)).toEqual(["default", "third"]);
  });

  test("that lack the credential stop the account and say so, while the others run", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    await world.configure([{ id: "default", configured: false }, { id: "work" }]);
    expect([...world.channel.open].map(({ context }) => context.account.id)).toEqual(["work"]);
    expect(world.accounts.account("telegram")?.problem).toContain("botToken");
  });

  test("an account that is removed and comes back while it stops is connected once it has stopped", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    world.channel.holdsStops = true;
    const old = world.channel.of("work");
    const removed = world.configure([{ id: "default" }]);
    const back = world.configure(TWO);
    await settled();
    expect(world.channel.connections).toHaveLength(2);
    old.letStop();
    await within("both changes", Promise.all([removed, back]));
    expect(world.accounts.connection("telegram", "work")).toBe(world.channel.of("work"));
    expect(world.channel.mostAtOnce).toBe(1);
  });

  test("before the start connect nothing", async () => {
    await using world = await rig();
    await world.configure(TWO);
    expect(world.channel.connections).toEqual([]);
  });
});

describe("the health monitor", () => {
  test("restarts an account that never showed a sign of life", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    world.channel.of("work").say({ lifecycle: "ready", connected: true, lastConnectedAt: world.clock.now() });
    world.clock.advance(300_000);
    await settled();
    expect(world.channel.of("default")).not.toBe(world.channel.connections[0]);
    expect(world.channel.of("work").isStopped).toBe(false);
  });

  test("restarts one that says it is well and has not been heard of for half an hour", async () => {
    await using world = await rig({ configured: [{ id: "default" }] });
    await world.accounts.start();
    const heard = {
      lifecycle: "ready",
      connected: true,
      lastTransportActivityAt: world.clock.now(),
    } as const;
    world.channel.of("default").say(heard);
    world.clock.advance(1_500_000);
    await settled();
    expect(world.channel.connections).toHaveLength(1);
    world.clock.advance(300_000);
    await settled();
    expect(world.channel.connections).toHaveLength(2);
  });

  test("leaves alone what listens, what waits for a person and what it may not watch", async () => {
    await using world = await rig({
      configured: [
        { id: "hook" },
        { id: "revoked" },
        { id: "own", settings: { healthMonitor: { enabled: false } } },
      ],
    });
    await world.accounts.start();
    world.channel.of("hook").say({ lifecycle: "ready", connected: true, mode: "webhook" });
    world.channel.of("revoked").say({ lifecycle: "blocked" });
    world.clock.advance(7_200_000);
    await settled();
    expect(world.channel.connections).toHaveLength(3);
  });

  test("is off for all channels when they say so", async () => {
    await using world = await rig({
      configured: TWO,
      config: { channels: { defaults: { healthMonitor: { enabled: false } } } },
    });
    await world.accounts.start();
    world.clock.advance(7_200_000);
    await settled();
    expect(world.channel.connections).toHaveLength(2);
  });
});

describe("what an account is given", () => {
  test("memory of its own that outlives the connection", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    await world.channel.of("default").context.memory.put("me", { id: 1 });
    await world.configure([{ id: "default", fingerprint: "2" }, { id: "work" }]);
    expect(await world.channel.of("default").context.memory.get("me")).toEqual({ id: 1 });
    expect(await world.channel.of("work").context.memory.get("me")).toBeUndefined();
    await world.channel.of("default").context.memory.put("me", undefined);
    expect(await world.channel.of("default").context.memory.get("me")).toBeUndefined();
  });

  test("listeners hear of each change, and of none once they stopped listening", async () => {
    await using world = await rig({ configured: TWO });
    const heard: string[] = [];
    const stop = world.accounts.onChange((channel, id) => heard.push(`${channel}/${id}`));
    await world.accounts.start();
    heard.length = 0;
    world.channel.of("work").say({ lifecycle: "ready" });
    expect(heard).toEqual(["telegram/work"]);
    stop();
    world.channel.of("work").say({ lifecycle: "ready" });
    expect(heard).toHaveLength(1);
  });

  test("what it received is passed on with the account as configured now; what is new of it is noted", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    const event = { kind: "unreadable", at: 1, reason: "test", raw: null } as const;
    await world.channel
      .of("work")
      .context.receive({ identity: "bot:1", events: [{ key: "k", lane: "l", event }], cursor: "7" });
    expect(world.received).toMatchObject([{ account: "work", batch: { cursor: "7" } }]);
    // A repeat of what was taken in before is no traffic: whoever takes it in knows.
    expect(world.accounts.view("telegram", "work")?.lastInboundAt).toBeUndefined();
    world.accounts.noteTraffic("telegram", "work", "in");
    expect(world.accounts.view("telegram", "work")?.lastInboundAt).toBe(world.clock.now());
  });
});
