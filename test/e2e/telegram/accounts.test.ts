import { expect, setDefaultTimeout, test } from "bun:test";
import { type Bot, FakeTelegram } from "../../fakes/telegram/index.ts";
import { type GatewayProcess, spawnGateway, tempHome, until, type WireClient } from "../../support/index.ts";

setDefaultTimeout(60_000);

interface AccountRow {
  readonly accountId: string;
  readonly lifecycle: string;
  readonly lastError: string | null;
}

interface Status {
  readonly channelAccounts: { readonly telegram?: readonly AccountRow[] };
  readonly statusIssues: readonly {
    readonly accountId: string;
    readonly message: string;
    readonly fix: string;
  }[];
}

/** Two bots as two accounts of one gateway. */
async function world() {
  const telegram = await FakeTelegram.start({ repeatPauseMs: 0 });
  const home = await tempHome();
  const bots = { main: telegram.bot(), work: telegram.bot() };
  const write = (accounts: object) =>
    home.write(".openclaw/openclaw.json", {
      gateway: { mode: "local", reload: { debounceMs: 20 } },
      channels: { telegram: { apiRoot: telegram.apiRoot, accounts } },
    });
  const both = { main: { botToken: bots.main.token }, work: { botToken: bots.work.token } };
  await write(both);
  let gateway: GatewayProcess = await spawnGateway({ home });
  let operator: WireClient = await gateway.operator();
  const status = async () => (await operator.call("channels.status", {})) as unknown as Status;
  const rowOf = async (id: string) =>
    (await status()).channelAccounts.telegram?.find(({ accountId }) => accountId === id);
  const is = (id: string, lifecycle: string | undefined) =>
    until(`${id} to be ${lifecycle}`, async () => (await rowOf(id))?.lifecycle === lifecycle);
  await is("main", "ready");
  await is("work", "ready");
  return {
    telegram,
    bots,
    both,
    write,
    status,
    rowOf,
    is,
    call: (method: string, params: object) => operator.call(method, params),
    request: (method: string, params: object) => operator.request(method, params),
    /** How often a bot called a method; each new connection begins with `deleteWebhook`. */
    calls: (bot: Bot, method: string) =>
      telegram.journal.of(method).filter(({ token }) => token === bot.token).length,
    /** Ends the process without warning and starts another one. */
    die: async () => {
      gateway.signal("SIGKILL");
      await gateway.exited;
      gateway = await spawnGateway({ home });
      operator = await gateway.operator();
    },
    [Symbol.asyncDispose]: async () => {
      await operator.close();
      await gateway[Symbol.asyncDispose]();
      await telegram.stop();
      await home[Symbol.asyncDispose]();
    },
  };
}

test("seed 103: two accounts in one gateway: a changed one is restarted, the other one goes on polling without noticing", async () => {
  await using it = await world();
  const started = await it.rowOf("work");
  // For all chats and for groups; an account is ready before its menu is set.
  await until("the other account's menus", () => it.calls(it.bots.work, "setMyCommands") === 2);
  await it.write({ ...it.both, main: { ...it.both.main, network: { dnsResultOrder: "verbatim" } } });
  await until("main to be started anew", () => it.calls(it.bots.main, "deleteWebhook") > 1);
  await it.is("main", "ready");
  expect(await it.rowOf("work")).toMatchObject({ lastStartAt: Reflect.get(Object(started), "lastStartAt") });
  expect(it.calls(it.bots.work, "setMyCommands")).toBe(2);
  expect(it.calls(it.bots.work, "deleteWebhook")).toBe(1);
});

test("an account that lost its token waits for a person and says why; the other one runs; a removed one polls no more", async () => {
  await using it = await world();
  await it.write({ ...it.both, main: {} });
  await it.is("main", "blocked");
  const { statusIssues } = await it.status();
  expect(statusIssues).toMatchObject([{ accountId: "main", kind: "config", fix: expect.any(String) }]);
  expect((await it.rowOf("work"))?.lifecycle).toBe("ready");
  await it.write({ work: it.both.work });
  await it.is("main", undefined);
  const polls = it.calls(it.bots.main, "getUpdates");
  it.bots.main.queue.add({ message: { text: "to nobody" } } as never);
  await it.call("channels.status", { probe: true });
  expect(it.calls(it.bots.main, "getUpdates")).toBe(polls);
  await it.write(it.both);
  await it.is("main", "ready");
});

test("an account that was stopped by hand stays stopped through a reload, and starts by hand or with the gateway", async () => {
  await using it = await world();
  const account = { channel: "telegram", accountId: "work" };
  expect(await it.call("channels.stop", account)).toMatchObject({ stopped: true });
  const network = { dnsResultOrder: "verbatim" };
  await it.write({
    main: { ...it.both.main, network },
    work: { ...it.both.work, network },
  });
  await until("the change to be in force", () => it.calls(it.bots.main, "deleteWebhook") > 1);
  await it.is("main", "ready");
  await it.is("work", "stopped");
  expect(it.calls(it.bots.work, "deleteWebhook")).toBe(1);
  expect(await it.call("channels.start", account)).toMatchObject({ started: true });
  await it.is("work", "ready");
  await it.call("channels.stop", account);
  await it.die();
  await it.is("work", "ready");
});

test("a message that was sent is answered, not sent again, by the gateway that comes after", async () => {
  await using it = await world();
  const ann = it.telegram.user({ firstName: "Ann" });
  ann.chat(it.bots.main);
  const hello = { to: String(ann.id), accountId: "main", message: "Hello", idempotencyKey: "once" };
  const sent = await it.call("send", hello);
  expect(await it.call("send", hello)).toEqual(sent);
  await it.die();
  await it.is("main", "ready");
  expect(await it.call("send", hello)).toEqual(sent);
  expect(it.calls(it.bots.main, "sendMessage")).toBe(1);
});

test("what Telegram refused fails the same way for the same key, also after a restart, and is in the queue", async () => {
  await using it = await world();
  const nobody = { to: "999", accountId: "main", message: "Hello?", idempotencyKey: "nobody" };
  const { error } = await it.request("send", nobody);
  expect(error).toMatchObject({ code: "UNAVAILABLE", details: { deliveryStatus: "failed" } });
  await it.die();
  await it.is("main", "ready");
  expect((await it.request("send", nobody)).error).toEqual(error);
  const { items } = (await it.call("message.queue.list", {})) as { items: { id: string }[] };
  expect(items).toMatchObject([{ direction: "out", state: "dead", summary: "Hello?" }]);
  expect((await it.status()).statusIssues).toMatchObject([{ accountId: "main", kind: "delivery" }]);
  expect(await it.call("message.queue.drop", { id: items[0]?.id ?? "" })).toMatchObject({
    item: { state: "dropped" },
  });
  expect((await it.status()).statusIssues).toEqual([]);
});
