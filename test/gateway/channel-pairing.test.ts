import { describe, expect, test } from "bun:test";
import { Pairing, pairingAccounts } from "../../src/channels/index.ts";
import type { Client, MethodContext } from "../../src/gateway/method.ts";
import { channelPairingHandlers } from "../../src/gateway/methods/channels/pairing.ts";
import { randomIds } from "../../src/lib/ids.ts";
import { silentLogger } from "../../src/lib/logger.ts";
import { channelPairing, checkParams, fits } from "../../src/protocol/index.ts";
import { openStore } from "../../src/store/index.ts";
import { accountOf, configOf, TELEGRAM, person } from "../channels/access/world.ts";
import { tempDir } from "../store/temp.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { aClient } from "./clients.ts";

const operator = aClient("c1", { scopes: ["operator.pairing"] });

async function rig(settings: Record<string, unknown> = {}) {
  const dir = tempDir();
  const clock = new ManualClock();
  const store = await openStore({ path: dir.file("state.sqlite"), clock, log: silentLogger });
  const owners: string[] = [];
  const told: string[] = [];
  const pairing = new Pairing({
    repository: store.channelPairing,
    owner: {
      claim: async (channel, id) => {
        if (owners.length > 0) return "already-configured";
        owners.push(`${channel}:${id}`);
        return "configured";
      },
    },
    ids: randomIds,
    log: silentLogger,
  });
  const config = configOf({ channels: { telegram: settings } });
  const handlers = channelPairingHandlers({
    pairing,
    owner: {
      get isConfigured() {
        return owners.length > 0;
      },
    },
    accounts: () =>
      pairingAccounts(
        ["default", "work"].map((id) => ({ channel: TELEGRAM, account: accountOf(config, id) })),
      ),
    notify: async (channel, accountId, senderId) => {
      if (senderId === "13") throw new Error("blocked");
      told.push(`${channel}:${accountId}:${senderId}`);
    },
    log: silentLogger,
  });
  const call = async (name: string, params: object, client: Client = operator) => {
    const method = handlers.find((one) => one.spec.name === name);
    if (method === undefined) throw new Error(`no method ${name}`);
    const checked = checkParams(method.spec, params, true);
    if (!checked.ok) throw new Error(checked.message);
    const context: MethodContext = {
      client,
      requestId: "r",
      signal: new AbortController().signal,
      accept: () => undefined,
    };
    const result = await method.run(checked.params, context);
    expect(fits(method.spec.result, JSON.parse(JSON.stringify(result)))).toBe(true);
    return result;
  };
  const ask = async (id: string, accountId = "default") => {
    const notice = await pairing.ask({
      meta: TELEGRAM.meta,
      accountId,
      person: person(id, { name: "Cy" }),
      chat: { id, kind: "direct" },
    });
    if (notice === undefined) throw new Error("no notice");
    return { channel: "telegram", accountId, requestId: notice.code };
  };
  return {
    call,
    ask,
    clock,
    told,
    owners,
    pairing,
    [Symbol.asyncDispose]: async () => {
      await store.close();
      dir[Symbol.dispose]();
    },
  };
}

describe("channels.pairing", () => {
  test("list shows accounts that pair and who waits at them, by channel and account", async () => {
    await using it = await rig();
    const { requestId } = await it.ask("1001");
    await it.ask("1002", "work");
    const at = new Date(it.clock.now()).toISOString();
    expect(await it.call("channels.pairing.list", { accountId: "default" })).toEqual({
      accounts: [
        { channel: "telegram", channelLabel: "Telegram", accountId: "default", notifySupported: true },
      ],
      requests: [
        {
          requestId,
          channel: "telegram",
          channelLabel: "Telegram",
          accountId: "default",
          senderId: "1001",
          senderLabel: "Telegram user id",
          metadata: { name: "Cy", chatId: "1001" },
          createdAt: at,
          lastSeenAt: at,
          expiresAt: new Date(it.clock.now() + 3_600_000).toISOString(),
          notifySupported: true,
        },
      ],
      commandOwnerConfigured: false,
      limits: { pendingPerAccount: 3, ttlMs: 3_600_000 },
    });
    expect(await it.call("channels.pairing.list", { channel: "Telegram" })).toMatchObject({
      accounts: [{}, {}],
      requests: [{ senderId: "1001" }, { senderId: "1002" }],
    });
    expect(await it.call("channels.pairing.list", { channel: "whatsapp" })).toMatchObject({
      accounts: [],
      requests: [],
    });
  });

  test("approve lets in, makes an owner only when asked, and tells the person only when asked", async () => {
    await using it = await rig();
    const first = await it.ask("1001");
    expect(await it.call("channels.pairing.approve", first)).toEqual({
      requestId: first.requestId,
      senderId: "1001",
      notification: "not-requested",
      commandOwnerBootstrap: "not-requested",
    });
    expect(it.owners).toEqual([]);
    const second = await it.ask("1002", "work");
    const wanted = { ...second, notify: true, bootstrapCommandOwner: true };
    expect(await it.call("channels.pairing.approve", wanted)).toMatchObject({
      notification: "sent",
      commandOwnerBootstrap: "configured",
    });
    expect(it.told).toEqual(["telegram:work:1002"]);
    expect(it.owners).toEqual(["telegram:1002"]);
    expect(await it.call("channels.pairing.list", {})).toMatchObject({
      requests: [],
      commandOwnerConfigured: true,
    });
  });

  test("an approval stands when the person cannot be told", async () => {
    await using it = await rig();
    const request = await it.ask("13");
    expect(await it.call("channels.pairing.approve", { ...request, notify: true })).toMatchObject({
      notification: "failed",
    });
    expect(await it.pairing.isAllowed("telegram", "default", person("13"))).toBe(true);
  });

  test("a request that was decided or has expired, or an account that does not pair, is refused", async () => {
    await using it = await rig();
    const request = await it.ask("1001");
    expect(await it.call("channels.pairing.dismiss", request)).toEqual({
      requestId: request.requestId,
      senderId: "1001",
    });
    await expect(it.call("channels.pairing.dismiss", request)).rejects.toThrow("no such pairing request");
    const later = await it.ask("1001");
    await expect(it.call("channels.pairing.approve", { ...later, accountId: "work" })).rejects.toThrow(
      "no such pairing request",
    );
    it.clock.advance(3_600_000);
    await expect(it.call("channels.pairing.approve", later)).rejects.toThrow("no such pairing request");
    await expect(it.call("channels.pairing.approve", { ...later, accountId: "x" })).rejects.toThrow(
      "telegram:x",
    );
    await using open = await rig({ dmPolicy: "open" });
    expect(await open.call("channels.pairing.list", {})).toMatchObject({ accounts: [] });
  });

  test("only an administrator makes an owner", () => {
    const request = { channel: "telegram", accountId: "default", requestId: "x" };
    expect(channelPairing.approve.scopesFor?.(request)).toEqual([]);
    expect(channelPairing.approve.scopesFor?.({ ...request, bootstrapCommandOwner: true })).toEqual([
      "operator.admin",
    ]);
  });
});
