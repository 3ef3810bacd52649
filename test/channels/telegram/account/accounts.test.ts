import { expect, test } from "bun:test";
import { symlink } from "node:fs/promises";
import { telegramAccounts } from "../../../../src/channels/telegram/account/accounts.ts";
import { telegramSettings } from "../../../../src/channels/telegram/render/index.ts";
import { validateConfig } from "../../../../src/config/index.ts";
import { tempHome } from "../../../support/index.ts";

const TOKEN = "4242:AAdefaultAAdefaultAAdefaultAAdefault1";
const OTHER = "5353:AAotherAAotherAAotherAAotherAAother1";
const FROM_ENV = { TELEGRAM_BOT_TOKEN: "6464:AAfromenvAAfromenvAAfromenvAAfromenv" };

function accounts(telegram: object | undefined, variables: Record<string, string> = {}) {
  const { config, issues } = validateConfig(telegram === undefined ? {} : { channels: { telegram } });
  expect(issues).toEqual([]);
  return telegramAccounts(config, variables);
}

function only(telegram: object | undefined, variables: Record<string, string> = {}) {
  const [account, ...more] = accounts(telegram, variables);
  expect(more).toEqual([]);
  if (account === undefined) throw new Error("there is no account");
  return account;
}

test("without a section and a token there is no account, and a token in the environment is enough for one", () => {
  expect(accounts(undefined)).toEqual([]);
  const account = only(undefined, FROM_ENV);
  expect(account).toMatchObject({ id: "default", enabled: true, configured: true, tokenSource: "env" });
  expect(telegramSettings(account)).toMatchObject({
    botToken: FROM_ENV.TELEGRAM_BOT_TOKEN,
    dmPolicy: "pairing",
  });
});

test("the token of the configuration wins over the environment, a file wins over both", async () => {
  await using home = await tempHome();
  await home.write("bot.token", `${OTHER}\n`);
  const at = { HOME: home.path, ...FROM_ENV };
  expect(only({ botToken: TOKEN }, at).tokenSource).toBe("config");
  expect(only({ botToken: TOKEN, tokenFile: "~/bot.token" }, at)).toMatchObject({
    tokenSource: "tokenFile",
    configured: true,
  });
});

test("paths of the configuration begin at the home", () => {
  const account = only(
    { botToken: TOKEN, trustedLocalFileRoots: ["~/bot-files", " "] },
    { HOME: "/home/al" },
  );
  expect(telegramSettings(account).trustedLocalFileRoots).toEqual(["/home/al/bot-files"]);
});

test("a token file that is a link, is missing or holds no token is told as what it is", async () => {
  await using home = await tempHome();
  await home.write("bot.token", OTHER);
  await home.write("empty", " \n");
  await home.write("prose", "not a token");
  await symlink(home.at("bot.token"), home.at("link"));
  const problem = (name: string) => only({ botToken: TOKEN, tokenFile: home.at(name) }).problem;
  expect(problem("link")).toContain("is a symbolic link");
  expect(problem("gone")).toContain("does not exist");
  expect(problem("empty")).toContain("is empty");
  expect(problem("prose")).toContain("@BotFather");
  expect(problem("prose")).not.toContain("not a token");
});

test("an account without a token says which command gives it one", () => {
  expect(only({}).problem).toBe(
    "Telegram cannot start: it has no bot token. Give it one: openclaw channels add --channel telegram, or set TELEGRAM_BOT_TOKEN.",
  );
  expect(only({ accounts: { work: {} } }, {})).toMatchObject({
    id: "work",
    configured: false,
    tokenSource: "none",
    problem:
      "Telegram account work cannot start: it has no bot token. Give it one: openclaw channels add --channel telegram --account work.",
  });
});

test("a reference to a secret that was not resolved is no token, and nothing else stands in for it", () => {
  const account = only({ botToken: { source: "env", provider: "default", id: "GONE" } }, FROM_ENV);
  expect(account).toMatchObject({ configured: false, tokenSource: "config" });
  expect(account.problem).toContain("openclaw secrets audit");
});

test("the section is the account default beside others, unless it has no token", () => {
  const both = accounts({ botToken: TOKEN, accounts: { work: { botToken: OTHER } } });
  expect(both.map(({ id }) => id)).toEqual(["default", "work"]);
  const one = accounts({ accounts: { work: { botToken: OTHER }, home: { botToken: TOKEN } } });
  expect(one.map(({ id }) => id)).toEqual(["work", "home"]);
  const named = accounts({
    defaultAccount: "home",
    accounts: { work: { botToken: OTHER }, home: { botToken: TOKEN } },
  });
  expect(named.map(({ id }) => id)).toEqual(["home", "work"]);
  const env = accounts({ accounts: { work: { botToken: OTHER } } }, FROM_ENV);
  expect(env.map(({ id, tokenSource }) => [id, tokenSource])).toEqual([
    ["default", "env"],
    ["work", "config"],
  ]);
});

test("an account inherits key by key, but maps of chats as a whole and a token never", () => {
  const [, work] = accounts({
    botToken: TOKEN,
    name: "Main",
    dmPolicy: "allowlist",
    allowFrom: [777],
    textChunkLimit: 1000,
    groups: { "-1001": {} },
    direct: { "777": {} },
    actions: { reactions: false, poll: false },
    streaming: { mode: "off" },
    accounts: {
      work: {
        dmPolicy: "disabled",
        groups: { "-1002": {} },
        actions: { poll: true },
        streaming: { chunkMode: "newline" },
      },
    },
  });
  if (work === undefined) throw new Error("there is no second account");
  expect(work).toMatchObject({ configured: false, tokenSource: "none" });
  expect(work.name).toBeUndefined();
  expect(telegramSettings(work)).toMatchObject({
    dmPolicy: "disabled",
    allowFrom: [777],
    textChunkLimit: 1000,
    groups: { "-1002": {} },
    direct: { "777": {} },
    actions: { reactions: false, poll: true },
    streaming: { mode: "off", chunkMode: "newline" },
  });
  expect(Object.keys(work.settings.groups ?? {})).toEqual(["-1002"]);
});

test("accounts.default refines the section and may have a token of its own", () => {
  const plain = only({ botToken: TOKEN, name: "Main", accounts: { default: { dmPolicy: "open" } } });
  expect(plain).toMatchObject({ id: "default", name: "Main", configured: true });
  expect(plain.settings.dmPolicy).toBe("open");
  const own = only({ tokenFile: "/nowhere", accounts: { default: { botToken: OTHER } } });
  expect(own).toMatchObject({ configured: true, tokenSource: "config" });
});

test("what is switched off is off: the section for all, an account for itself", () => {
  const states = (telegram: object) => accounts(telegram).map(({ enabled }) => enabled);
  const two = { botToken: TOKEN, accounts: { work: { botToken: OTHER, enabled: false } } };
  expect(states(two)).toEqual([true, false]);
  expect(states({ ...two, enabled: false })).toEqual([false, false]);
});

test.each([
  [{ webhookUrl: "https://a.example/hook" }, "webhookSecret"],
  [{ webhookUrl: "https://a.example/hook", webhookSecret: "  " }, "webhookSecret"],
  [{ webhookUrl: "https://a.example/hook", webhookSecret: "with blanks in it" }, "other characters"],
  [{ webhookUrl: "http://a.example/hook", webhookSecret: "s" }, "https://"],
  [{ webhookUrl: "https://a.example/hook", webhookSecret: "s", webhookPath: "/healthz" }, "/healthz"],
  [{ webhookUrl: "https://a.example/hook", webhookSecret: "s", webhookPath: "hook" }, "begin with /"],
  [{ apiRoot: "nonsense" }, "apiRoot"],
  [{ proxy: "ftp://p.example" }, "proxy"],
])("%j does not start", (settings, words) => {
  const account = only({ botToken: TOKEN, ...settings });
  expect(account.configured).toBe(false);
  expect(account.problem).toContain(words);
});

test("the fingerprint changes with what needs a new connection and with nothing else", () => {
  const print = (settings: object) => only({ botToken: TOKEN, ...settings }).fingerprint;
  const same = print({});
  for (const settings of [
    { dmPolicy: "open", allowFrom: ["*"] },
    { groups: { "*": {} } },
    { streaming: { mode: "off" } },
    { customCommands: [{ command: "a", description: "b" }] },
    { commands: { native: false } },
    { name: "Other" },
    { enabled: false },
    { mediaMaxMb: 3 },
  ]) {
    expect(print(settings)).toBe(same);
  }
  const webhook = { webhookUrl: "https://a.example/x", webhookSecret: "secret" };
  const others = [
    { botToken: OTHER },
    { apiRoot: "http://127.0.0.1:8081" },
    { proxy: "http://127.0.0.1:3128" },
    { network: { dnsResultOrder: "verbatim" } },
    { trustedLocalFileRoots: ["/srv"] },
    webhook,
    { ...webhook, webhookSecret: "another" },
    { ...webhook, webhookPort: 1 },
  ].map(print);
  expect(new Set([same, ...others]).size).toBe(others.length + 1);
  expect(JSON.stringify(others)).not.toContain("AA");
});

test("a token file that holds another token is another connection", async () => {
  await using home = await tempHome();
  const print = async (token: string) => {
    await home.write("bot.token", token);
    return only({ tokenFile: home.at("bot.token") }).fingerprint;
  };
  const first = await print(TOKEN);
  expect(await print(OTHER)).not.toBe(first);
  expect(await print(TOKEN)).toBe(first);
});
