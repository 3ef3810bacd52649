import { expect, test } from "bun:test";
import fc from "fast-check";
import { telegramClient } from "../../../../src/channels/telegram/client/index.ts";
import { CommandMenu, menuOf } from "../../../../src/channels/telegram/link/menu.ts";
import { ManualClock } from "../../../support/index.ts";
import { refusal, tinyBotApi, TOKEN } from "../bot-api.ts";
import { recordedContext } from "../context.ts";

const { signal } = new AbortController();
const named = (count: number, prefix = "c") =>
  Array.from({ length: count }, (_, index) => ({ name: `${prefix}${index}`, summary: "s".repeat(300) }));

test("a menu holds only what Telegram takes, each name once, whatever is configured", () => {
  const entry = fc.record({ name: fc.string({ maxLength: 40 }), summary: fc.string({ maxLength: 400 }) });
  const custom = fc.record({ command: fc.string({ maxLength: 40 }), description: fc.string() });
  fc.assert(
    fc.property(fc.array(entry), fc.array(custom), fc.boolean(), (commands, own, isNative) => {
      const menu = menuOf({ commands, custom: own, isNative });
      expect(menu.length).toBeLessThanOrEqual(100);
      expect(new Set(menu.map(({ command }) => command)).size).toBe(menu.length);
      for (const { command, description } of menu) {
        expect(command).toMatch(/^[a-z0-9_]{1,32}$/);
        expect([...description].length).toBeLessThanOrEqual(256);
        expect(description.trim()).not.toBe("");
      }
    }),
  );
});

test("where there are too many, those of the configuration stay", () => {
  const custom = named(10, "own").map(({ name }) => ({ command: name, description: "mine" }));
  const menu = menuOf({ commands: named(120), custom, isNative: true });
  expect(menu).toHaveLength(100);
  expect(menu.filter(({ description }) => description === "mine")).toHaveLength(10);
});

test("without the program's own commands the menu is what is configured", () => {
  const custom = [{ command: "backup", description: "Saves all" }];
  expect(menuOf({ commands: named(3), custom, isNative: false })).toEqual(custom);
});

async function menuAt(root: string, commands = named(3), clock = new ManualClock()) {
  const context = recordedContext({ apiRoot: root }, { clock, commands });
  const client = await telegramClient({
    token: TOKEN,
    apiRoot: root,
    egress: context.egress,
    policy: { reach: "public", trusted: [root] },
    clock,
  });
  return { menu: new CommandMenu(client, context, "4242"), context, clock };
}

test("a menu that is too much for Telegram as a whole is shortened until it fits", async () => {
  await using api = tinyBotApi(({ method, payload }) => {
    const { commands } = payload;
    const isLong = method === "setMyCommands" && Array.isArray(commands) && commands.length > 60;
    return isLong ? refusal(400, "Bad Request: BOT_COMMANDS_TOO_MUCH") : undefined;
  });
  const { menu } = await menuAt(api.root, named(100));
  await menu.sync(signal);
  const sizes = api.calls.flatMap(({ payload: { commands } }) =>
    Array.isArray(commands) ? [commands.length] : [],
  );
  expect(sizes).toEqual([100, 80, 64, 51, 51]);
});

test("a menu that was refused is offered again later, and nobody hears of it meanwhile", async () => {
  let refuses = true;
  await using api = tinyBotApi(() => (refuses ? refusal(429, "Too Many Requests") : undefined));
  const { menu, context, clock } = await menuAt(api.root);
  await menu.sync(signal);
  await menu.sync(signal);
  expect(api.calls).toHaveLength(1);
  expect(context.lines.join()).toContain("menu");
  refuses = false;
  clock.advance(600_000);
  await menu.sync(signal);
  expect(api.names().slice(1)).toEqual([
    "deleteMyCommands",
    "deleteMyCommands",
    "setMyCommands",
    "setMyCommands",
  ]);
});

test("an empty menu is taken away and not set", async () => {
  await using api = tinyBotApi(() => undefined);
  const { menu } = await menuAt(api.root, []);
  await menu.sync(signal);
  await menu.sync(signal);
  expect(api.names()).toEqual(["deleteMyCommands", "deleteMyCommands"]);
});
