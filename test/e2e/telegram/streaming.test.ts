import { expect, setDefaultTimeout, test } from "bun:test";
import { PATIENCE_MS, TelegramWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

const ANSWER = Array.from({ length: 60 }, (_, index) => `word${index}`).join(" ");

/** Telegram's own limits hold here: whoever edits too often is refused. */
const LIMITED = { fake: { limits: true } } as const;

const refusals = ({ telegram }: TelegramWorld) =>
  telegram.journal.calls.filter(({ status }) => status === 429);

test("an answer grows by edits of one message, never so fast that Telegram refuses", async () => {
  await using world = await TelegramWorld.start({ ...LIMITED, telegram: { streaming: { mode: "partial" } } });
  world.al.says("SLOW words=60 ms=100");
  await world.shown(ANSWER, world.dm, PATIENCE_MS);
  await world.settled();
  expect(world.dm.texts(world.bot)).toEqual([ANSWER]);
  expect(world.telegram.journal.of("editMessageText").length).toBeGreaterThan(1);
  expect(refusals(world)).toEqual([]);
});

test("an answer that comes without tools is one message, with nothing before it", async () => {
  await using world = await TelegramWorld.start(LIMITED);
  world.al.says("SLOW words=60 ms=50");
  await world.shown(ANSWER, world.dm, PATIENCE_MS);
  await world.settled();
  expect(world.telegram.journal.loud.map(({ method }) => method).slice(-1)).toEqual(["sendMessage"]);
  expect(world.telegram.journal.of("sendMessage")).toHaveLength(1);
  expect(refusals(world)).toEqual([]);
});

test("while a tool works for long the chat is told so, and the note is gone with the answer", async () => {
  await using world = await TelegramWorld.start(LIMITED);
  // The tool works until it is told of the note.
  world.al.says('TOOL exec {"command":"until [ -e seen ]; do sleep 0.05; done"}');
  await world.telegram.journal.when("the note", () => world.dm.texts(world.bot)[0]?.includes("Working"));
  await world.home.write(".openclaw/workspace/seen", "");
  await world.shown("The tool has finished.");
  await world.settled();
  await world.telegram.journal.when("the note to go", () => world.dm.texts(world.bot).length === 1);
  expect(world.dm.texts(world.bot)).toEqual(["The tool has finished."]);
  expect(refusals(world)).toEqual([]);
});

test("a half answer that a gateway left standing when it died is taken away by the next one", async () => {
  await using world = await TelegramWorld.start({ telegram: { streaming: { mode: "partial" } } });
  world.al.says("SLOW words=60 ms=100");
  await world.telegram.journal.call("editMessageText");
  await world.down("SIGKILL");
  const [left] = world.dm.shows(world.bot);
  await world.up();
  await world.telegram.journal.when("it to go", () => !world.dm.messages.has(left?.message_id ?? 0));
  await world.shown(ANSWER, world.dm, PATIENCE_MS);
  await world.settled();
  expect(world.dm.texts(world.bot)).toEqual([ANSWER]);
});

test("many people at once are all answered within Telegram's limits", async () => {
  await using world = await TelegramWorld.start({
    ...LIMITED,
    telegram: { dmPolicy: "open", allowFrom: ["*"] },
    config: { session: { dmScope: "per-channel-peer" } },
  });
  const people = Array.from({ length: 60 }, () => world.telegram.user());
  for (const person of people) person.says(`ECHO hello ${person.id}`);
  await world.telegram.journal.when(
    "all answers",
    () => people.every((person) => person.chat().texts(world.bot).includes(`hello ${person.id}`)),
    PATIENCE_MS,
  );
  await world.settled();
  for (const person of people) expect(person.chat().texts(world.bot)).toEqual([`hello ${person.id}`]);
});
