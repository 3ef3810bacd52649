import { describe, expect, test } from "bun:test";
import {
  ChannelStatus,
  configFindings,
  countQueues,
  type QueueFacts,
} from "../../../src/channels/accounts/index.ts";
import { explain } from "../../../src/protocol/index.ts";
import { channelsStatus } from "../../../src/protocol/methods/channels.ts";
import { health } from "../../../src/protocol/methods/status.ts";
import { within } from "../../support/index.ts";
import { configOf, type Rig, rig, settled } from "./rig.ts";

const TWO = [{ id: "default" }, { id: "work", name: "Work" }];

function statusOf(world: Rig, queues: () => Promise<readonly QueueFacts[]> = async () => []) {
  return new ChannelStatus({
    accounts: world.accounts,
    clock: world.clock,
    queues,
    eventLoop: () => undefined,
  });
}

describe("the status of channels", () => {
  test("is empty without channels", async () => {
    await using world = await rig();
    expect(await statusOf(world).report()).toEqual({
      ts: world.clock.now(),
      channelOrder: [],
      channelLabels: {},
      channelDetailLabels: {},
      channelSystemImages: {},
      channelMeta: [],
      channels: {},
      channelAccounts: {},
      channelDefaultAccountId: {},
      statusIssues: [],
    });
  });

  test("tells what was observed of each account, in the documented shape", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    const at = world.clock.now();
    world.channel.of("default").say({
      lifecycle: "ready",
      connected: true,
      lastConnectedAt: at,
      lastTransportActivityAt: at,
      self: { id: "4242", username: "mock_bot" },
    });
    world.accounts.noteTraffic("telegram", "default", "out");
    const report = await statusOf(world).report();
    expect(explain(channelsStatus.result, report)).toBeUndefined();
    expect(report).toMatchObject({
      channelOrder: ["telegram"],
      channelLabels: { telegram: "Telegram" },
      channelDetailLabels: { telegram: "Telegram Bot" },
      channelMeta: [
        { id: "telegram", label: "Telegram", detailLabel: "Telegram Bot", systemImage: "paperplane" },
      ],
      channels: {
        telegram: {
          configured: true,
          running: true,
          tokenSource: "config",
          mode: "polling",
          lastError: null,
        },
      },
      channelDefaultAccountId: { telegram: "default" },
      channelAccounts: {
        telegram: [
          {
            accountId: "default",
            enabled: true,
            configured: true,
            running: true,
            connected: true,
            lifecycle: "ready",
            restartPending: false,
            reconnectAttempts: 0,
            lastConnectedAt: at,
            lastTransportActivityAt: at,
            lastInboundAt: null,
            lastOutboundAt: at,
            lastStartAt: at,
            lastStopAt: null,
            lastError: null,
            tokenStatus: "available",
            self: { id: "4242", username: "mock_bot" },
          },
          { accountId: "work", name: "Work", lifecycle: "starting", connected: false },
        ],
      },
      statusIssues: [],
    });
  });

  test("of one channel is asked by name", async () => {
    await using world = await rig({ configured: TWO });
    expect((await statusOf(world).report({ channel: "signal" })).channelOrder).toEqual([]);
    expect((await statusOf(world).report({ channel: "telegram" })).channelOrder).toEqual(["telegram"]);
  });

  test("says what is wrong and what mends it", async () => {
    await using world = await rig({
      configured: [
        { id: "default" },
        { id: "bare", configured: false },
        { id: "revoked" },
        { id: "broken" },
        { id: "off", enabled: false },
        { id: "held" },
      ],
    });
    world.channel.failing.set("broken", new Error("the proxy address is not valid"));
    await world.accounts.start();
    await world.accounts.stopAccount("telegram", "held");
    world.channel.of("default").end();
    const issue = {
      kind: "auth",
      message: "Telegram refused the token.",
      fix: "Ask @BotFather for a new one.",
    };
    world.channel.of("revoked").say({ lifecycle: "blocked", lastError: "401", issue });
    world.channel.of("revoked").end();
    await settled();
    const { statusIssues, channelAccounts } = await statusOf(world).report();
    expect(statusIssues?.map(({ accountId, kind, message }) => [accountId, kind, message])).toEqual([
      ["default", "runtime", "Not connected: the connection ended. It is tried again by itself."],
      ["bare", "config", "It has no token; set botToken."],
      ["revoked", "auth", "Telegram refused the token."],
      ["broken", "runtime", "Not connected, and not tried again: the proxy address is not valid"],
    ]);
    expect(statusIssues?.every(({ fix }) => fix !== undefined && fix !== "")).toBe(true);
    expect(
      channelAccounts.telegram?.map(({ accountId, lifecycle, restartPending }) => [
        accountId,
        lifecycle,
        restartPending,
      ]),
    ).toEqual([
      ["default", "recovering", true],
      ["bare", "blocked", false],
      ["revoked", "blocked", false],
      ["broken", "blocked", false],
      ["off", "stopped", false],
      ["held", "stopped", false],
    ]);
  });

  test("counts what waits, what is uncertain and what was given up", async () => {
    await using world = await rig({ configured: [{ id: "default" }] });
    const { inbox, outbox } = world.store;
    const arrived = (key: string) => ({
      channel: "telegram",
      identity: "bot:1",
      accountId: "default",
      eventKey: key,
      lane: "1",
      event: { key },
    });
    const [waiting, dead] = await inbox.accept([arrived("a"), arrived("b")]);
    expect(waiting).toBeDefined();
    await inbox.bury([dead?.id ?? 0], "no");
    const delivery = (lane: string) => ({
      channel: "telegram",
      accountId: "default",
      lane,
      target: { chatId: lane },
      parts: [{ text: "x" }],
      origin: "send",
      summary: "x",
    });
    const put = await outbox.put([delivery("1"), delivery("2"), delivery("3")]);
    await outbox.begin(put[1]?.row.id ?? 0);
    await outbox.end(put[1]?.row.id ?? 0, "unknown", "cut off");
    await outbox.begin(put[2]?.row.id ?? 0);
    await outbox.end(put[2]?.row.id ?? 0, "dead", "blocked by the user");
    await world.accounts.start();
    world.clock.advance(660_000);
    world.channel.of("default").say({ lifecycle: "ready" });
    const { statusIssues, channelAccounts } = await statusOf(world, () =>
      countQueues(inbox, outbox),
    ).report();
    expect(channelAccounts.telegram?.[0]?.queue).toEqual({
      waiting: 1,
      deadInbound: 1,
      queued: 1,
      unknown: 1,
      dead: 1,
    });
    expect(statusIssues?.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      "delivery: 1 message may or may not have arrived; nothing is sent twice by itself.",
      "delivery: 1 message could not be delivered and is kept.",
      "delivery: 1 message could not be answered and is kept.",
      "delivery: 1 message not answered yet, the oldest for 11 minutes.",
      "delivery: 1 message not sent yet, the oldest for 11 minutes.",
    ]);
  });

  test("names settings that do not do what they say, and a store that takes nothing", async () => {
    await using world = await rig({ configured: [{ id: "default", settings: { allowFrom: ["@ann"] } }] });
    const config = configOf({ bindings: [{ agentId: "ghost", match: { channel: "telegram" } }] });
    const status = new ChannelStatus({
      accounts: world.accounts,
      clock: world.clock,
      queues: async () => [],
      eventLoop: () => undefined,
      findings: (views) => configFindings(views, config, (id) => id === "main"),
      trouble: () => ({ message: "the disk is full" }),
    });
    const { statusIssues, warnings } = await status.report();
    expect(statusIssues).toMatchObject([
      { kind: "config", accountId: "default", message: expect.stringContaining("allowFrom") },
      { kind: "config", accountId: "default", message: expect.stringMatching(/^bindings\[0\]: .*"ghost"/) },
    ]);
    expect(warnings).toEqual(["messages cannot be stored: the disk is full"]);
    expect(status.health().channels["telegram"]).toMatchObject({ lastError: "the disk is full" });
  });

  test("chats that wait for a model are an issue that says since when, and what helps", async () => {
    await using world = await rig();
    const since = world.clock.now() - 10 * 60_000;
    const status = new ChannelStatus({
      accounts: world.accounts,
      clock: world.clock,
      queues: async () => [],
      eventLoop: () => undefined,
      outages: () => [
        { channel: "telegram", accountId: "default", chats: 2, since, error: "mock/mock-1 was not reached." },
      ],
    });
    const { statusIssues } = await status.report();
    expect(statusIssues).toContainEqual({
      channel: "telegram",
      accountId: "default",
      kind: "runtime",
      message:
        "2 chats wait for 10 minutes for a model that does not answer: mock/mock-1 was not reached. It is tried again by itself.",
      fix: expect.stringContaining("openclaw models status"),
    });
  });

  test("is told although the store cannot be read", async () => {
    await using world = await rig({ configured: TWO });
    const report = await statusOf(world, () => Promise.reject(new Error("database is locked"))).report();
    expect(report).toMatchObject({
      partial: true,
      warnings: ["queues could not be read: database is locked"],
    });
    expect(report.channelOrder).toEqual(["telegram"]);
  });
});

describe("a probe", () => {
  test("asks every running account and tells what came of it", async () => {
    await using world = await rig({ configured: [...TWO, { id: "off", enabled: false }] });
    await world.accounts.start();
    world.channel.of("work").probe_ = () => Promise.reject(new Error("getMe: 502"));
    const status = statusOf(world);
    const { channelAccounts, warnings } = await status.report({ probe: true });
    expect(channelAccounts.telegram).toMatchObject([
      { accountId: "default", probe: { ok: true, bot: "mock_bot" }, lastProbeAt: world.clock.now() },
      { accountId: "work", probe: { ok: false, error: "getMe: 502" }, lastError: "getMe: 502" },
      { accountId: "off", lastProbeAt: null },
    ]);
    expect(warnings).toEqual(["telegram:work probe failed: getMe: 502"]);
    const later = await status.report();
    expect(later.channelAccounts.telegram?.[1]).toMatchObject({
      lastError: null,
      lastProbeAt: world.clock.now(),
    });
  });

  test("waits for one account no longer than asked", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    world.channel.of("default").probe_ = () => new Promise(() => {});
    const report = statusOf(world).report({ probe: true, timeoutMs: 2_000 });
    await settled();
    world.clock.advance(2_000);
    const { channelAccounts } = await within("the report", report);
    expect(channelAccounts.telegram).toMatchObject([
      { probe: { ok: false, timedOut: true, error: "no answer within 2000 ms" } },
      { probe: { ok: true } },
    ]);
  });
});

describe("other views", () => {
  test("health names the default account and all others", async () => {
    await using world = await rig({ configured: TWO });
    await world.accounts.start();
    const told = statusOf(world).health();
    expect(told).toMatchObject({
      channelOrder: ["telegram"],
      channelLabels: { telegram: "Telegram" },
      channels: {
        telegram: { configured: true, running: true, accounts: { default: {}, work: { name: "Work" } } },
      },
    });
    const fault = explain(health.result, { ok: true, ts: 1, ...told });
    expect(fault).toBeUndefined();
  });

  test("the summary has a line for the channel and one for each account", async () => {
    await using world = await rig({ configured: [...TWO, { id: "bare", configured: false }] });
    await world.accounts.start();
    world.channel.of("default").say({ lifecycle: "ready" });
    world.channel.of("work").say({ lifecycle: "recovering", lastError: "ECONNRESET" });
    expect(statusOf(world).summary()).toEqual([
      "Telegram: ready",
      "  - default: ready",
      "  - work (Work): recovering, ECONNRESET",
      "  - bare: not configured, It has no token; set botToken.",
    ]);
  });
});
