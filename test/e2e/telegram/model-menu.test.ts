import { expect, setDefaultTimeout, test } from "bun:test";
import type { Chat, Person } from "../../fakes/telegram/index.ts";
import { until } from "../../support/index.ts";
import { PATIENCE_MS, TelegramWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

/** Two providers that are the same fake. */
async function world() {
  let group: Chat | undefined;
  let bo: Person | undefined;
  const at = await TelegramWorld.start({
    before: (telegram, bot) => {
      bo = telegram.user({ firstName: "Bo" });
      group = telegram.supergroup({ title: "Friends", members: [bo, [bot, "administrator"]] });
      return { groupPolicy: "open", groups: { [group.id]: { requireMention: false } } };
    },
  });
  if (!group || !bo) throw new Error("the scene was not set");
  return { at, group, bo };
}

/** The buttons below the newest message of the bot. */
const buttons = (at: TelegramWorld, chat = at.dm) =>
  chat
    .shows(at.bot)
    .at(-1)
    ?.reply_markup?.inline_keyboard.map((row) => row.map(({ text, callback_data }) => [text, callback_data]));

test("/model list shows the providers, presses turn its pages in place, and the last one chooses", async () => {
  const { at } = await world();
  await using _world = at;
  at.al.says("/model list");
  const menu = await at.shown("Select a provider:");
  expect(buttons(at)).toEqual([[["mock (1)", "mdl_list_mock_1"]]]);
  expect(at.al.presses(menu, "mdl_list_mock_1").answered).toBe(false);
  const page = await at.shown("Models of mock:");
  expect(page.message_id).toBe(menu.message_id);
  expect(buttons(at)?.at(-1)).toEqual([["<< Back", "mdl_back"]]);
  at.al.presses(menu, "mdl_back");
  await at.shown("Select a provider:");
  at.al.presses(menu, "mdl_list_mock_1");
  await at.shown("Models of mock:");
  const press = at.al.presses(menu, "mdl_sel_mock/mock-1");
  const chosen = await at.shown("🧠 Model of this session: mock/mock-1");
  expect(chosen.message_id).toBe(menu.message_id);
  expect(chosen.reply_markup).toBeUndefined();
  await until("the press to be acknowledged", () => press.answered);
  expect(at.model.requests).toEqual([]);
  const { sessions } = (await at.call("sessions.list", {})) as { sessions: Record<string, unknown>[] };
  expect(JSON.stringify(sessions)).toContain("mock-1");
  at.al.says("/model");
  const shown = await at.telegram.journal.when("the model", () =>
    at.dm.shows(at.bot).find(({ text }) => text?.includes("Chosen for this session")),
  );
  expect(shown.reply_markup?.inline_keyboard).toEqual([
    [{ text: "Browse providers", callback_data: "mdl_prov" }],
  ]);
});

test("whoever may not use commands gets nothing from a menu, and no model hears of the press", async () => {
  const { at, group, bo } = await world();
  await using _world = at;
  at.al.says("/models", { in: group });
  const menu = await at.shown("Select a provider:", group);
  bo.presses(menu, "mdl_list_mock_1");
  await at.settled();
  expect(group.shows(at.bot).at(-1)?.text).toBe("Select a provider:");
  expect(at.model.requests).toEqual([]);
});

test("where buttons are off the models are told in words", async () => {
  await using at = await TelegramWorld.start({ telegram: { capabilities: { inlineButtons: "off" } } });
  at.al.says("/models");
  const told = await at.telegram.journal.when("the list", () =>
    at.dm.shows(at.bot).find(({ text }) => text?.startsWith("Models (1)")),
  );
  expect(told.text).toContain("mock/mock-1");
  expect(told.reply_markup).toBeUndefined();
});
