import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { tempHome } from "../../support/index.ts";
import { cli, type CliWorld } from "../in-process.ts";

const TOKEN = "4242:AAE-a-token-of-a-bot-000000000000";
const OTHER = "4343:AAE-a-token-of-another-0000000000";

/** A home with this section of Telegram; commands change its file. */
async function house(telegram?: object) {
  const home = await tempHome();
  const path = join(home.path, ".openclaw", "openclaw.json");
  await home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local" },
    ...(telegram && { channels: { telegram } }),
  });
  return {
    home,
    run: (line: string | readonly string[], world: Partial<CliWorld> = {}) =>
      cli(typeof line === "string" ? line.split(" ") : line, { home: home.path, ...world }),
    telegram: async () => (await Bun.file(path).json()).channels?.telegram,
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

describe("channels add", () => {
  test("writes a token and tells how to go on; the token is printed nowhere", async () => {
    await using it = await house();
    const { code, stdout, stderr } = await it.run(`channels add --channel telegram --token ${TOKEN}`);
    expect([code, stdout]).toEqual([0, "Added Telegram account default.\n"]);
    expect(await it.telegram()).toEqual({ enabled: true, botToken: TOKEN });
    expect(stderr).toContain("where others on this machine and the shell's history see it");
    expect(stderr).toContain("openclaw channels status --probe");
    expect(stderr).toContain("openclaw pairing approve telegram <code>");
    expect(`${stdout}${stderr}`).not.toContain(TOKEN);
  });

  test("the channel may stand first, and need not be named as long as there is only one", async () => {
    await using it = await house();
    expect((await it.run(`channels add telegram --bot-token ${TOKEN}`)).code).toBe(0);
    expect((await it.run(`channels add --account work --name Work --token ${OTHER}`)).code).toBe(0);
    expect(await it.telegram()).toEqual({
      enabled: true,
      botToken: TOKEN,
      accounts: { work: { enabled: true, name: "Work", botToken: OTHER } },
    });
    expect((await it.run("channels add telegram --channel whatsapp")).stderr).toContain("named twice");
    expect((await it.run("channels add nosuch")).stderr).toContain("Channels: telegram");
  });

  test("a new credential takes the place of the old one, and other settings stay", async () => {
    await using it = await house({
      botToken: TOKEN,
      dmPolicy: "allowlist",
      allowFrom: ["777"],
      enabled: false,
    });
    const file = await it.home.write("token", OTHER);
    expect((await it.run(`channels add telegram --token-file ${file}`)).stdout).toBe(
      "Changed Telegram account default.\n",
    );
    expect(await it.telegram()).toEqual({
      dmPolicy: "allowlist",
      allowFrom: ["777"],
      enabled: true,
      tokenFile: file,
    });
  });

  test("a name alone changes the name", async () => {
    await using it = await house({ botToken: TOKEN });
    expect((await it.run("channels add telegram --name Home")).code).toBe(0);
    expect(await it.telegram()).toEqual({ botToken: TOKEN, enabled: true, name: "Home" });
  });

  test("--use-env needs the variable, and writes no token", async () => {
    await using it = await house();
    const without = await it.run("channels add telegram --use-env");
    expect([without.code, without.stderr]).toEqual([1, expect.stringContaining("has no TELEGRAM_BOT_TOKEN")]);
    const env = { TELEGRAM_BOT_TOKEN: TOKEN };
    expect((await it.run("channels add telegram --use-env", { env })).code).toBe(0);
    expect(await it.telegram()).toEqual({ enabled: true });
    expect((await it.run("channels add telegram --use-env --account work", { env })).code).toBe(1);
  });

  test("what is no token is refused before anything is written, and not repeated", async () => {
    await using it = await house();
    for (const [line, words] of [
      ["channels add telegram --token 123-secret", "That is no bot token."],
      [`channels add telegram --token ${TOKEN} --use-env`, "more than one way"],
      ["channels add telegram", "nobody is at the terminal"],
      [`channels add telegram --account a/b --token ${TOKEN}`, '"a/b" is no account id.'],
    ] as const) {
      const { code, stdout, stderr } = await it.run(line);
      expect([line, code, stdout]).toEqual([line, 1, ""]);
      expect(stderr).toContain(words);
      expect(stderr).not.toContain("123-secret");
    }
    expect(await it.telegram()).toBeUndefined();
  });

  test("an account that cannot start all the same is told", async () => {
    await using it = await house({ enabled: false });
    const { code, stderr } = await it.run(`channels add telegram --account work --token ${OTHER}`);
    expect(code).toBe(0);
    expect(stderr).toContain("openclaw config set channels.telegram.enabled true");
    const missing = await it.run("channels add telegram --token-file ./nosuch --json");
    expect(JSON.parse(missing.stdout)).toMatchObject({
      ok: true,
      channel: "telegram",
      accountId: "default",
      problem: expect.stringContaining("does not exist"),
    });
  });
});

describe("channels remove", () => {
  const TWO = { botToken: TOKEN, dmPolicy: "open", accounts: { work: { botToken: OTHER } } };

  test("switches an account off and keeps its settings, after a question at a terminal", async () => {
    await using it = await house({ botToken: TOKEN });
    const no = await it.run("channels remove telegram", { answer: () => false });
    expect([no.code, no.stderr]).toEqual([1, "Nothing was changed.\n"]);
    const { code, stdout, stderr } = await it.run("channels remove --channel telegram", {
      answer: () => true,
    });
    expect([code, stdout]).toEqual([0, "Switched off Telegram account default.\n"]);
    expect(stderr).toContain("openclaw config set channels.telegram.enabled true");
    expect(await it.telegram()).toEqual({ botToken: TOKEN, enabled: false });
  });

  test("leaves the other accounts on", async () => {
    await using it = await house(TWO);
    const { stderr } = await it.run("channels remove telegram");
    expect(stderr).toContain("openclaw config set channels.telegram.accounts.default.enabled true");
    const { stdout } = await it.run("channels list");
    expect(stdout).toMatch(/default\s+disabled/);
    expect(stdout).toMatch(/work\s+enabled/);
  });

  test("--delete takes the settings out, and asks nobody", async () => {
    await using it = await house(TWO);
    const answer = () => false;
    expect((await it.run("channels remove telegram --delete", { answer })).stdout).toBe(
      "Removed Telegram account default.\n",
    );
    expect(await it.telegram()).toEqual({ dmPolicy: "open", accounts: { work: { botToken: OTHER } } });
    expect((await it.run("channels list --json")).stdout).not.toContain("default");
    expect((await it.run("channels remove telegram --account work --delete")).code).toBe(0);
    expect(await it.telegram()).toEqual({ dmPolicy: "open" });
  });

  test("--delete of the last account leaves no empty section behind", async () => {
    await using it = await house({ accounts: { work: { botToken: OTHER } } });
    await it.run("channels remove telegram --account work --delete");
    expect(await it.telegram()).toBeUndefined();
    expect((await it.run("channels list")).stdout).toBe("No channel has an account.\n");
  });

  test("an account that is not there is told, with the way to see them", async () => {
    await using it = await house(TWO);
    const { code, stderr } = await it.run("channels remove telegram --account nosuch");
    expect([code, stderr]).toEqual([
      1,
      "Telegram has no account nosuch.\nSee the accounts: openclaw channels list\n",
    ]);
  });
});

describe("channels list", () => {
  test("shows the accounts as configured; --json has the shape scripts know", async () => {
    await using it = await house({ botToken: TOKEN, accounts: { work: { name: "Work", enabled: false } } });
    const { stdout, stderr } = await it.run("channels list");
    expect(stdout).toMatch(/^Telegram\s+default\s+enabled\s+config$/m);
    expect(stdout).toMatch(/^Telegram\s+work \(Work\)\s+not configured/m);
    expect(stderr).toContain("openclaw channels add --channel telegram --account work");
    const json = await it.run("channels list --json");
    expect(JSON.parse(json.stdout)).toMatchObject({
      chat: {
        telegram: { accounts: ["default", "work"], label: "Telegram", installed: true, origin: "configured" },
      },
    });
    expect(`${stdout}${json.stdout}`).not.toContain(TOKEN);
  });

  test("--all shows channels without an account, too", async () => {
    await using it = await house();
    expect((await it.run("channels list --all")).stdout).toMatch(/^Telegram\s+-\s+no account$/m);
    expect(JSON.parse((await it.run("channels list --all --json")).stdout)).toMatchObject({
      chat: { telegram: { accounts: [], origin: "available" } },
    });
    expect(JSON.parse((await it.run("channels list --json")).stdout)).toEqual({ chat: {} });
  });

  test("a token that is kept elsewhere counts as configured", async () => {
    const botToken = { source: "env", provider: "default", id: "MY_BOT" };
    await using it = await house({ botToken });
    const { stdout, stderr } = await it.run("channels list");
    expect(stdout).toMatch(/^Telegram\s+default\s+enabled\s+secret reference$/m);
    expect(stderr).not.toContain("could not be read");
  });
});

test("channels login says what such a channel needs instead", async () => {
  await using it = await house();
  const { code, stderr } = await it.run("channels login --channel telegram");
  expect(code).toBe(1);
  expect(stderr).toBe(
    'Channel "telegram" does not support login: its accounts have a token.\nAdd or change it: openclaw channels add telegram\n',
  );
});

describe("channels capabilities", () => {
  test("tells what a channel can do, and the actions an account's settings allow", async () => {
    await using it = await house({
      botToken: TOKEN,
      accounts: { work: { botToken: OTHER, actions: { poll: false } } },
    });
    const { stdout } = await it.run("channels capabilities telegram");
    expect(stdout).toMatch(/polls\s+yes/);
    const { channels } = JSON.parse((await it.run("channels capabilities --json")).stdout);
    expect(channels.map(({ accountId }: { accountId: string }) => accountId)).toEqual(["default", "work"]);
    expect(channels[0]).toMatchObject({ channel: "telegram", label: "Telegram", support: { polls: true } });
    expect(channels[0].actions).toContain("poll");
    expect(channels[0].actions).not.toContain("sticker");
    expect(channels[1].actions).not.toContain("poll");
  });

  test("one without an account, too; --account needs its channel", async () => {
    await using it = await house();
    expect(JSON.parse((await it.run("channels capabilities --json")).stdout).channels).toHaveLength(2);
    expect((await it.run("channels capabilities --account work")).stderr).toContain(
      "--account needs the channel",
    );
    expect((await it.run("channels capabilities telegram --account work")).stderr).toContain(
      "no account work",
    );
  });
});
