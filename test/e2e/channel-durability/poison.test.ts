import { expect, setDefaultTimeout, test } from "bun:test";
import { fail } from "../../fakes/model-provider/index.ts";
import { faults, forbidden } from "../../fakes/telegram/index.ts";
import { PNG, TelegramWorld } from "../telegram/support/index.ts";

setDefaultTimeout(60_000);

interface Item {
  readonly id: string;
  readonly state: string;
  readonly summary: string;
  readonly lastError?: string;
}

const dead = async (world: TelegramWorld) =>
  (await world.call("message.queue.list", { states: ["dead"] })).items as readonly Item[];

test("an update that cannot be read is kept where a person sees it, and holds up nobody", async () => {
  await using world = await TelegramWorld.start();
  world.telegram.world.tell(world.bot, { message: { message_id: 5, text: "in no chat" } });
  await world.echo("behind it");
  await world.accountWhen("it to be given up", ({ queue }) => (queue?.deadInbound ?? 0) === 1);
  const [item] = await dead(world);
  const id = item?.id;
  expect(item).toMatchObject({
    id: expect.stringMatching(/^in-/),
    state: "dead",
    lastError: expect.any(String),
  });
  expect((await world.issues()).join("\n")).toContain("could not be answered");
  await world.call("message.queue.drop", { id });
  expect(await dead(world)).toEqual([]);
});

test("a chat that always refuses is given up at once, holds up no other, and is tried again when a person says so", async () => {
  await using world = await TelegramWorld.start({ telegram: { dmPolicy: "open", allowFrom: ["*"] } });
  const rude = world.telegram.user();
  const isRude = ({ chatId }: { chatId: string | undefined }) => chatId === String(rude.id);
  const rule = world.telegram.faults.add(
    "sendMessage",
    faults.refuse(forbidden("bot was blocked by the user")),
    {
      when: isRude,
    },
  );
  for (const words of ["one", "two", "three"]) rude.says(`ECHO ${words}`, { in: rude.chat(world.bot) });
  await world.echo("behind them");
  await world.accountWhen("all to be given up", ({ queue }) => (queue?.dead ?? 0) === 3);
  expect(rule.hits).toBe(3);
  const items = await dead(world);
  expect(items.map(({ summary }) => summary)).toEqual(["one", "two", "three"]);
  await world.call("message.queue.retry", { id: items[0]?.id });
  await world.accountWhen("it to be refused again", ({ queue }) => rule.hits === 4 && queue?.dead === 3);
  rule.lift();
  for (const { id } of items) await world.call("message.queue.retry", { id });
  await world.shown("three", rude.chat(world.bot));
  await world.settled();
  expect(rude.chat(world.bot).texts(world.bot)).toEqual(["one", "two", "three"]);
  expect(await dead(world)).toEqual([]);
});

test("a file that never loads is told to the model, and what was said with it is answered", async () => {
  await using world = await TelegramWorld.start();
  world.telegram.faults.add("download", faults.status(404));
  world.telegram.faults.add("getFile", faults.status(400));
  world.al.sends({ kind: "photo", bytes: PNG, caption: "ECHO look at this" }, { in: world.dm });
  await world.echo("behind it");
  await world.settled();
  expect(world.model.requests.some(({ userText }) => userText.includes("[media unavailable"))).toBe(true);
  expect(world.dm.texts(world.bot).join("\n")).toContain("look at this");
});

test("a message no model ever takes is answered with what is wrong, and holds up nobody", async () => {
  await using world = await TelegramWorld.start();
  world.model.on(({ userText }) => (userText.includes("poison") ? fail(400) : undefined));
  world.al.says("poison", { in: world.dm });
  await world.telegram.journal.when("the failure", () =>
    world.dm.texts(world.bot).some((text) => text.includes("⚠️")),
  );
  await world.echo("behind it");
  await world.settled();
  expect(await dead(world)).toEqual([]);
});
