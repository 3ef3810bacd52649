import { expect, setDefaultTimeout, test } from "bun:test";
import type { Bot } from "../../fakes/telegram/index.ts";
import { until } from "../../support/index.ts";
import { PATIENCE_MS, TelegramWorld } from "./support/index.ts";

setDefaultTimeout(2 * PATIENCE_MS);

test("an account that is added connects, one that is switched off leaves, while the gateway runs and the other goes on", async () => {
  await using world = await TelegramWorld.start();
  const { telegram } = world;
  const work = telegram.bot();
  const run = (...args: string[]) => world.openclaw("channels", ...args);
  const asked = (bot: Bot, method: string) =>
    telegram.journal.of(method).filter(({ token }) => token === bot.token).length;

  const token = await world.home.write("work.token", work.token);
  const added = await run("add", "telegram", "--account", "work", "--name", "Work", "--token-file", token);
  expect([added.code, added.stdout]).toEqual([0, "Added Telegram account work.\n"]);
  await world.polled(work);
  await world.accountWhen("work to be ready", ({ lifecycle }) => lifecycle === "ready", undefined, "work");
  const status = await run("status", "--probe");
  expect(status.stdout).toMatch(/^Telegram\s+default @mock_bot\s+ready\s.*works$/m);
  expect(status.stdout).toMatch(/^Telegram\s+work \(Work\) @\w+\s+ready\s.*works$/m);

  // Both bots speak for themselves.
  world.al.chat(work);
  expect(
    (await world.openclaw("message", "send", "-t", "777", "--account", "work", "-m", "from work")).code,
  ).toBe(0);
  expect(world.al.chat(work).texts(work)).toEqual(["from work"]);

  expect((await run("stop", "telegram", "--account", "work")).stdout).toBe(
    "Stopped Telegram account work.\n",
  );
  await world.accountWhen("work to be stopped", ({ running }) => running === false, undefined, "work");
  expect((await run("status")).stdout).toMatch(/^Telegram\s+work \(Work\)\s+stopped/m);
  const polls = asked(work, "getUpdates");
  expect((await run("start", "telegram", "--account", "work")).code).toBe(0);
  await until("work to poll again", () => asked(work, "getUpdates") > polls);

  expect((await run("remove", "telegram", "--account", "work")).stdout).toBe(
    "Switched off Telegram account work.\n",
  );
  await world.accountWhen("work to be off", ({ running }) => running === false, undefined, "work");
  expect((await run("status")).stdout).toMatch(/^Telegram\s+work \(Work\)\s+disabled/m);
  expect((await run("remove", "telegram", "--account", "work", "--delete")).code).toBe(0);
  await until("work to be gone", async () => !(await run("status")).stdout.includes("work"));

  await world.echo("still here");
  expect(asked(world.bot, "deleteWebhook")).toBe(1);
});

test("a token that is logged out is forgotten, by the file and by the gateway", async () => {
  await using world = await TelegramWorld.start();
  const { code, stdout } = await world.openclaw("channels", "logout", "--channel", "telegram");
  expect([code, stdout]).toEqual([0, "Logged Telegram account default out; its token is forgotten.\n"]);
  expect(await Bun.file(world.home.at(".openclaw", "openclaw.json")).text()).not.toContain(world.bot.token);
  await world.accountWhen("the account to be stopped", ({ running }) => running === false);
  const list = await world.openclaw("channels", "list");
  expect(list.stdout).toMatch(/^Telegram\s+default\s+not configured/m);
  expect(list.stderr).toContain("openclaw channels add --channel telegram");
});

test("a token appears in nothing that is printed or logged", async () => {
  await using world = await TelegramWorld.start();
  const secret = world.bot.token.slice(world.bot.token.indexOf(":") + 1);
  for (const args of [
    ["list", "--json"],
    ["status", "--probe", "--json"],
    ["capabilities", "--json"],
    ["logs", "--json"],
    ["logs"],
  ]) {
    const { code, stdout, stderr } = await world.openclaw("channels", ...args);
    expect([args, code]).toEqual([args, 0]);
    expect(`${stdout}${stderr}`).not.toContain(secret);
  }
  const sent = await world.openclaw("message", "send", "-t", "31337", "-m", "x", "--json", "--verbose");
  expect(sent.stdout).not.toContain(secret);
});

test("a message that was given up is answered after all", async () => {
  await using world = await TelegramWorld.start();
  expect(JSON.parse((await world.openclaw("channels", "dead-letters", "list", "--json")).stdout)).toEqual({
    channel: "telegram",
    accountId: "default",
    items: [],
  });
  await world.echo("heard");
  const { stderr, code } = await world.openclaw("channels", "dead-letters", "resubmit", "in-1");
  expect([code, stderr]).toEqual([1, expect.stringContaining("cannot be retried: it is done")]);
});
