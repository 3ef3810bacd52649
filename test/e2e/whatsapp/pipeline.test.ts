import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { Gate, hold, late, say } from "../../fakes/model-provider/index.ts";
import { faults } from "../../fakes/whatsapp/index.ts";
import { PATIENCE_MS, WhatsappWorld } from "./support/index.ts";

setDefaultTimeout(2 * PATIENCE_MS);

/** What the library itself rests after asking for a message once more. */
const LIBRARY_REST_MS = 250;

let world: WhatsappWorld;
beforeAll(async () => {
  world = await WhatsappWorld.start();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => {
  world.model.reset();
  world.whatsapp.faults.clear();
  world.whatsapp.journal.clear();
});

/** What Al's phone shows from now on. */
function watched() {
  const before = world.al.received().length;
  return () => world.al.received().slice(before);
}

test("a message is answered in its chat, with typing shown and Markdown as WhatsApp's own markup", async () => {
  const news = watched();
  const gate = new Gate();
  world.model.next(late(say(["**bold** and `code`"]), hold(gate)));
  const said = await world.al.says("something bold");
  const typed = { to: world.al.jid("pn"), state: "composing" };
  await world.whatsapp.journal.when("it to type", () =>
    world.phone.companion.chatStates.some((one) => Bun.deepEquals(one, typed)),
  );
  gate.open();
  await world.shown("*bold* and `code`");
  await world.whatsapp.journal.when("its receipt", () => said.isDelivered);
  await world.settled();
  expect(news()).toHaveLength(1);
});

test("messages of a chat are answered in their order", async () => {
  const news = watched();
  for (const words of ["first", "second", "third"]) await world.echo(words);
  expect(news().map(({ text }) => text)).toEqual(["first", "second", "third"]);
});

test("a message that is told again after it was read is answered once", async () => {
  const news = watched();
  const lost = world.whatsapp.faults.add("receipt", faults.hang());
  const said = await world.al.says("ECHO just once");
  await world.shown("just once");
  world.whatsapp.breakConnections();
  lost.lift();
  await world.whatsapp.journal.when("it to be told again", () => said.attempts > 1, PATIENCE_MS);
  await world.echo("after it");
  expect(news().map(({ text }) => text)).toEqual(["just once", "after it"]);
  expect(world.model.about("just once")).toHaveLength(1);
});

test("messages that cannot be read when they come are asked for again and hold nobody up", async () => {
  const spoiled = Array.from({ length: 20 }, (_, index) => `damaged ${index}`);
  const said = [];
  for (const words of spoiled) said.push(await world.al.says(`ECHO ${words}`, { spoiled: 1 }));
  const last = await world.al.says("ECHO after them");
  await world.whatsapp.journal.when("the last one", () => last.isDelivered, PATIENCE_MS);
  const asked = said.flatMap((one) => one.receipts.filter(({ type }) => type === "retry"));
  expect(asked).toHaveLength(spoiled.length);
  // Left to itself the library rests after each of them, with every other message behind it: none would be nearer to the next.
  const pauses = asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0));
  const rests = pauses.filter((ms) => ms >= LIBRARY_REST_MS);
  expect(rests.length).toBeLessThan(pauses.length / 2);
  const answers = () => world.al.texts().join("\n");
  await world.whatsapp.journal.when(
    "all answers",
    () => spoiled.every((words) => new RegExp(`${words}$`, "m").test(answers())),
    PATIENCE_MS,
  );
});

test("a message said while the gateway is down is answered when it is back", async () => {
  await world.down();
  await world.al.says("ECHO while you slept");
  await world.up();
  await world.shown("while you slept");
});

test("an answer whose acknowledgement is lost is one message", async () => {
  world.whatsapp.faults.add("message", faults.resetAfter(), { times: 1 });
  await world.al.says("ECHO exactly one");
  const shown = await world.shown("exactly one");
  await world.whatsapp.journal.when("it to be sent again", () => shown.times > 1, PATIENCE_MS);
  await world.settled();
  expect(world.al.texts().filter((text) => text === "exactly one")).toEqual(["exactly one"]);
});

test("seed 99: message send with one idempotency key twice is one message", async () => {
  const send = {
    channel: "whatsapp",
    to: "+15550000001",
    message: "from the desk",
    idempotencyKey: "desk-1",
  };
  await world.call("send", send);
  await world.call("send", send);
  await world.shown("from the desk");
  await world.echo("after the desk");
  expect(world.al.texts().filter((text) => text === "from the desk")).toHaveLength(1);
});

test("files come in and go out", async () => {
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
    "base64",
  );
  const news = watched();
  await world.al.sends({ kind: "image", bytes: png, mimetype: "image/png", caption: "ECHO a picture" });
  await world.shown("a picture");
  const path = await world.home.write(".openclaw/workspace/dot.txt", "a dot");
  const sent = await world.openclaw(
    "message",
    "send",
    "--channel",
    "whatsapp",
    "--target",
    "+15550000001",
    "--message",
    "here",
    "--media",
    path,
  );
  expect(sent.stderr).toBe("");
  const file = await world.whatsapp.journal.when("the file", () =>
    news().find(({ holds }) => holds.startsWith("document")),
  );
  expect((await file.file()).bytes.toString()).toBe("a dot");
});

test("neither keys nor sessions nor what is said are printed", () => {
  const printed = world.gateway.output();
  expect(printed).toContain("listening");
  expect(printed).not.toMatch(/session:|privKey|rootKey|chainKey|<Buffer|ECHO /i);
});
