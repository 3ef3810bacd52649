import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { until } from "../../support/index.ts";
import { PATIENCE_MS, WhatsappWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

let world: WhatsappWorld;
beforeAll(async () => {
  world = await WhatsappWorld.start();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.model.reset());

const AL = "+15550000001";

/** What the model was told, as soon as it was told something with these words in it. */
const told = async (words: string) =>
  (await until(`the model to hear of ${words}`, () => world.model.about(words)[0])).userText;

/** Runs `openclaw message` at Al's chat. @returns what it prints */
async function message(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await world.openclaw(
    ...["message", ...args, "--channel", "whatsapp", "--target", AL],
  );
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

test("places, cards, polls and stickers are told in words", async () => {
  await world.al.sharesLocation(52.5, 13.4, "Alexanderplatz");
  expect(await told("Alexanderplatz")).toContain("52.500000, 13.400000");
  await world.al.sharesContact("Bo Example", "+15550000002");
  expect(await told("Bo Example")).toContain("+15550000002");
  await world.al.polls("When shall we?", ["now", "later"]);
  expect(await told("When shall we?")).toContain("- later");
});

test("a voice note and a document are told as files", async () => {
  const bytes = Buffer.from("OggS\0\u0002\0\0\0\0\0\0\0\0OpusHead".padEnd(200, "\0"), "latin1");
  await world.al.sends({ kind: "voice", bytes, seconds: 1 });
  expect(await told("<media:voice>")).toContain("audio/ogg");
  const text = Buffer.from("the minutes of the meeting");
  await world.al.sends({ kind: "document", bytes: text, name: "minutes.txt", mimetype: "text/plain" });
  expect(await told("<media:document> minutes.txt")).toContain("the minutes of the meeting");
});

test("an answer to a message says what it answers, and who wrote that", async () => {
  const shown = await world.echo("the question of questions");
  await world.al.says("ECHO forty-two", { quote: shown });
  await world.shown("forty-two");
  expect(await told("forty-two")).toContain(`id:${shown.id}`);
});

test("what disappears after a while is read like anything else", async () => {
  await world.al.posts({ ephemeralMessage: { message: { extendedTextMessage: { text: "ECHO fleeting" } } } });
  await world.shown("fleeting");
});

test("the command line reacts to, changes and deletes messages, and asks questions", async () => {
  const said = await world.al.says("ECHO to be praised");
  await world.shown("to be praised");
  await message("react", "--message-id", said.id, "--emoji", "🎉");
  await until("the reaction", () => world.al.reactionsTo(said).includes("🎉"));
  await message("send", "--message", "first words");
  const ours = await world.shown("first words");
  await message("edit", "--message-id", ours.id, "--message", "second words");
  await until("the change", () => ours.text === "second words");
  await message("delete", "--message-id", ours.id);
  await until("the deletion", () => ours.isDeleted);
  await message("poll", "--poll-question", "Tea?", "--poll-option", "yes", "--poll-option", "no");
  const poll = await until("the poll", () =>
    world.al.received().find(({ holds }) => holds.startsWith("pollCreation")),
  );
  expect(JSON.stringify(poll.content)).toContain("Tea?");
});

test("the owner's own chat with themself is a chat with the agent, when the owner's number is allowed", async () => {
  await world.configure({ selfChatMode: true, allowFrom: [AL, "+15550000000"] });
  await world.phone.says("ECHO a note to myself");
  const answers = () => world.phone.sentByDevices(world.phone).map(({ text }) => text);
  await until("the answer in one's own chat", () =>
    answers().some((text) => text?.includes("a note to myself")),
  );
  await world.echo("and no loop");
  expect(answers()).toHaveLength(1);
});
