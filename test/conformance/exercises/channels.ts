import { expect } from "bun:test";
import { FakeWhatsapp } from "../../fakes/whatsapp/index.ts";
import { until } from "../../support/index.ts";
import { World } from "../support/index.ts";
import type { Exercise } from "./exercise.ts";

const TELEGRAM = { channel: "telegram", accountId: "default" };

interface Status {
  readonly channelAccounts: Readonly<Record<string, readonly { readonly lifecycle?: string }[]>>;
}

/** Waits until the bot of the world is connected. */
async function connected({ operator }: World): Promise<void> {
  await until("Telegram to be connected", async () => {
    const { channelAccounts } = await operator.call<Status>("channels.status", {});
    return channelAccounts.telegram?.[0]?.lifecycle === "ready";
  });
}

/** Somebody the bot may write to. */
function somebody({ telegram }: World): string {
  const person = telegram.user();
  person.chat();
  return String(person.id);
}

/** The `channels.*` methods but for pairing. */
export const CHANNEL_EXERCISES: Readonly<Record<string, Exercise>> = {
  "channels.status": async (world) => {
    await connected(world);
    const { operator } = world;
    // As the Control UI and the command line ask.
    for (const params of [
      { probe: false, timeoutMs: 8_000 },
      { probe: true, timeoutMs: 57_949 },
    ]) {
      expect(await operator.call("channels.status", params)).toMatchObject({
        channelOrder: ["telegram"],
        channelMeta: [{ id: "telegram", label: "Telegram" }],
        channels: { telegram: { configured: true, running: true, lastError: null } },
        channelAccounts: { telegram: [{ accountId: "default", connected: true, lifecycle: "ready" }] },
        channelDefaultAccountId: { telegram: "default" },
        statusIssues: [],
        eventLoop: { reasons: expect.any(Array) },
      });
    }
    expect(await operator.refusal("channels.status", { channel: "nochan" })).toMatchObject({
      message: "unknown channel: nochan",
    });
  },
  "channels.stop": async (world) => {
    await connected(world);
    expect(await world.operator.call("channels.stop", TELEGRAM)).toEqual({ ...TELEGRAM, stopped: true });
    await world.operator.call("channels.start", TELEGRAM);
  },
  "channels.start": async (world) => {
    await world.operator.call("channels.stop", { channel: "telegram" });
    expect(await world.operator.call("channels.start", { channel: "telegram" })).toMatchObject({
      ...TELEGRAM,
      started: true,
      outcome: { status: "handed-off" },
    });
    expect(
      await world.operator.refusal("channels.start", { channel: "telegram", accountId: "x" }),
    ).toMatchObject({
      gatewayCode: "INVALID_REQUEST",
    });
  },
  "channels.logout": async () => {
    await using world = await World.create();
    await connected(world);
    expect(await world.operator.call("channels.logout", { channel: "telegram" })).toEqual({
      ...TELEGRAM,
      cleared: true,
      loggedOut: true,
      envToken: false,
    });
    expect(await world.operator.call("config.get", {})).toMatchObject({
      sourceConfig: { channels: { telegram: { enabled: true, apiRoot: world.telegram.apiRoot } } },
    });
    await until("the bot to be gone", async () => {
      const { channelAccounts } = await world.operator.call<Status>("channels.status", {});
      return channelAccounts.telegram?.[0]?.lifecycle === "blocked" || channelAccounts.telegram === undefined;
    });
  },
  "web.login.start": async () => {
    await using fake = await FakeWhatsapp.start();
    await using world = await World.create(fake.env);
    const { operator } = world;
    const started = await operator.call<{ readonly qrDataUrl?: string }>("web.login.start", {
      timeoutMs: 20_000,
    });
    expect(started).toMatchObject({ channel: "whatsapp", accountId: "default", qrText: expect.any(String) });
    const asked = { currentQrDataUrl: started.qrDataUrl, timeoutMs: 0 };
    expect(await operator.call("web.login.wait", asked)).toMatchObject(started);
    expect(await operator.call("web.login.cancel", {})).toMatchObject({ cancelled: true });
  },
  "web.login.wait": async ({ operator }) => {
    expect(await operator.call("web.login.wait", { timeoutMs: 0 })).toMatchObject({
      channel: "whatsapp",
      connected: false,
    });
    expect(await operator.refusal("web.login.wait", { channel: "telegram" })).toMatchObject({
      message: "web login is not supported by provider telegram",
    });
  },
  "web.login.cancel": async ({ operator }) => {
    expect(await operator.call("web.login.cancel", {})).toMatchObject({ cancelled: false });
    expect(await operator.refusal("web.login.cancel", { channel: "nochan" })).toMatchObject({
      message: "unknown channel: nochan",
    });
  },
  "channels.directory": async (world) => {
    await connected(world);
    expect(await world.operator.call("channels.directory", { kind: "self" })).toMatchObject({
      ...TELEGRAM,
      entries: [{ kind: "self", handle: "mock_bot" }],
    });
    const question = { channel: "telegram", kind: "peers", query: "a", limit: 5 };
    expect(await world.operator.call("channels.directory", question)).toMatchObject({ entries: [] });
  },
};

/** What is said and done in chats, and what waits there. */
export const MESSAGE_EXERCISES: Readonly<Record<string, Exercise>> = {
  send: async (world) => {
    await connected(world);
    const { operator } = world;
    const to = somebody(world);
    const hi = { to, message: "hi", idempotencyKey: `send-${to}` };
    const sent = await operator.call("send", hi);
    expect(sent).toEqual({
      runId: hi.idempotencyKey,
      messageId: expect.stringMatching(/^\d+$/),
      channel: "telegram",
      chatId: to,
    });
    expect(await operator.call("send", hi)).toEqual(sent);
    expect(await operator.refusal("send", { ...hi, channel: "nochan" })).toMatchObject({
      gatewayCode: "INVALID_REQUEST",
      message: "unsupported channel: nochan",
    });
    expect(await operator.refusal("send", { ...hi, channel: "webchat" })).toMatchObject({
      gatewayCode: "INVALID_REQUEST",
      message: expect.stringMatching(/^unsupported channel: webchat \(internal-only\)\. Use `chat\.send`/),
    });
    expect(await operator.refusal("send", { message: "hi" })).toMatchObject({
      message: "invalid send params: must have required property 'to'",
    });
  },
  poll: async (world) => {
    await connected(world);
    const to = somebody(world);
    const poll = { to, question: "q?", options: ["a", "b"], idempotencyKey: `poll-${to}` };
    expect(await world.operator.call("poll", poll)).toMatchObject({
      channel: "telegram",
      chatId: to,
      pollId: expect.any(String),
    });
  },
  "message.action": async (world) => {
    await connected(world);
    const to = somebody(world);
    // As the published command line asks.
    const asked = (action: string, params: object, dryRun = false) => ({
      channel: "telegram",
      action,
      params: {
        json: false,
        dryRun,
        verbose: false,
        channel: "telegram",
        target: to,
        action,
        to: `telegram:${to}`,
        ...params,
      },
      senderIsOwner: true,
      agentId: "main",
      conversationReadOrigin: "direct-operator",
      idempotencyKey: crypto.randomUUID(),
    });
    const send = { pin: false, silent: false, message: "hi", __sessionKey: "agent:main:main" };
    const { messageId } = await world.operator.call("message.action", asked("send", send));
    expect(messageId).toMatch(/^\d+$/);
    expect(
      await world.operator.call("message.action", asked("edit", { messageId, message: "ho" })),
    ).toMatchObject({
      ok: true,
      messageId,
    });
    expect(await world.operator.call("message.action", asked("delete", { messageId }))).toEqual({
      ok: true,
      deleted: true,
    });
    expect(await world.operator.call("message.action", asked("send", send, true))).toEqual({
      channel: "telegram",
      to: `telegram:${to}`,
      via: "direct",
      mediaUrl: null,
      dryRun: true,
    });
    expect(await world.operator.refusal("message.action", asked("kick", {}))).toMatchObject({
      message: "Channel telegram does not support action kick.",
    });
  },
  "message.queue.list": async ({ operator }) => {
    const open = await operator.call("message.queue.list", { direction: "out", states: ["dead"], limit: 10 });
    expect(open).toMatchObject({ items: [], counts: expect.any(Array) });
  },
  "message.queue.show": async (world) => {
    await connected(world);
    const to = somebody(world);
    await world.operator.call("send", { to, message: "kept", idempotencyKey: `show-${to}` });
    const { items } = await world.operator.call<{ items: { id: string; summary: string }[] }>(
      "message.queue.list",
      {
        direction: "out",
        states: ["sent"],
      },
    );
    const kept = items.find(({ summary }) => summary === "kept");
    expect(await world.operator.call("message.queue.show", { id: kept?.id })).toMatchObject({
      item: { direction: "out", state: "sent", receipts: [{ chatId: to }] },
    });
  },
  "message.queue.retry": async ({ operator }) => {
    await operator.refusal("message.queue.retry", { id: "out-999" });
  },
  "message.queue.drop": async ({ operator }) => {
    await operator.refusal("message.queue.drop", { id: "in-999" });
  },
};
