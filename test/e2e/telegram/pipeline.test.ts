import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { badRequest, faults } from "../../fakes/telegram/index.ts";
import { Gate, hold, late, say } from "../../fakes/model-provider/index.ts";
import { within } from "../../support/index.ts";
import { OWNER_ID, PATIENCE_MS, TelegramWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

let world: TelegramWorld;
beforeAll(async () => {
  world = await TelegramWorld.start();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  world.model.reset();
  world.telegram.faults.clear();
  world.telegram.journal.clear();
});

const sent = () => world.telegram.journal.of("sendMessage").map(({ text }) => text);

test("a message is answered in its chat, with typing shown and Markdown as Telegram's own markup", async () => {
  world.al.says("ECHO **bold** and `code` & <tag>");
  const message = await world.shown("bold and code & <tag>");
  expect(message.entities).toMatchObject([{ type: "bold" }, { type: "code" }]);
  expect(world.dm.actions).toContainEqual({ action: "typing", threadId: undefined, by: world.bot.user.id });
  await world.settled();
  expect(sent()).toHaveLength(1);
});

test("messages of a chat are answered in their order", async () => {
  for (const words of ["first", "second", "third"]) await world.echo(words);
  expect(sent()).toEqual(["first", "second", "third"]);
});

test("a message told twice is answered once", async () => {
  const message = world.al.says("ECHO just once");
  await world.shown("just once");
  world.telegram.inject(world.bot, { message });
  await world.echo("after it");
  expect(sent()).toEqual(["just once", "after it"]);
  expect(world.model.about("just once")).toHaveLength(1);
});

test("nothing is told to Telegram as received before it is answered for: a killed gateway answers once", async () => {
  const gate = new Gate();
  world.model.next(late(say(["here you are"]), hold(gate)));
  world.al.says("a question nobody hears the answer to");
  await within("the question to reach the model", gate.reached);
  await world.down("SIGKILL");
  world.model.reset();
  world.model.on((request) =>
    request.userText.includes("a question nobody") ? say(["here you are"]) : undefined,
  );
  await world.up();
  await world.shown("here you are");
  await world.echo("and then");
  expect(sent()).toEqual(["here you are", "and then"]);
});

test("a message said while the gateway is down is answered when it is back", async () => {
  await world.down();
  world.al.says("ECHO while you slept");
  await world.up();
  await world.shown("while you slept");
});

test("markup Telegram cannot read goes out as plain text at once", async () => {
  const why = badRequest("can't parse entities: Unexpected end tag at byte offset 7");
  world.telegram.faults.add("sendMessage", faults.refuse(why), { times: 1 });
  world.al.says("ECHO **strong** words");
  await world.telegram.journal.when("the answer", () => world.dm.texts(world.bot).at(-1)?.includes("strong"));
  await world.settled();
  const [first, second, third] = world.telegram.journal.of("sendMessage");
  expect(first?.body).toMatchObject({ text: "<b>strong</b> words", parse_mode: "HTML" });
  expect(second?.body).not.toHaveProperty("parse_mode");
  expect(third).toBeUndefined();
});

test("an answer longer than a message is cut and arrives whole, in order", async () => {
  world.al.says("BIG 10000");
  await world.settled();
  const parts = world.dm.texts(world.bot).slice(-3);
  expect(parts.every((part) => part.length <= 4096)).toBe(true);
  expect(parts.join("").replaceAll(/\s/g, "")).toBe("0123456789".repeat(1000));
});

test("the reply goes to the chat by id, and the transcript has what was said", async () => {
  await world.echo("for the record");
  expect(world.telegram.journal.of("sendMessage").at(-1)?.chatId).toBe(String(OWNER_ID));
  const { messages } = await world.call("chat.history", { sessionKey: "main" });
  expect(JSON.stringify(messages)).toContain("ECHO for the record");
});
