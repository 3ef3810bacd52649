import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { say } from "../../fakes/model-provider/index.ts";
import type { Person } from "../../fakes/whatsapp/index.ts";
import { JPEG, OGG, PDF } from "../telegram/support/samples.ts";
import { PATIENCE_MS, WhatsappWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

let world: WhatsappWorld;
let bo: Person;

beforeAll(async () => {
  world = await WhatsappWorld.start({
    whatsapp: { dmPolicy: "pairing", replyToMode: "first" },
    before(whatsapp) {
      bo = whatsapp.person("+15550000002", { name: "Bo" });
    },
  });
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => {
  world.model.reset();
});

test("seed 7: a message is answered by the agent in its chat, with typing, a quote and a receipt that it was read", async () => {
  const said = await world.al.says("ECHO hello there");
  const answer = await world.shown("hello there");
  expect(answer.times).toBe(1);
  expect(answer.quoted).toEqual({ id: said.id, text: "ECHO hello there" });
  await world.whatsapp.journal.when("the receipt that it was read", () => said.isRead);
  const states = world.phone.companion.chatStates.map(({ state }) => state);
  expect(states).toContain("composing");
});

test("Markdown is written as WhatsApp shows it, and a long answer comes in parts in their order", async () => {
  const table = "| a | b |\n|---|---|\n| 1 | 2 |";
  world.model.on(() => say([`**bold** _it_ ~~gone~~ \`code\` [site](https://example.org/x)\n\n${table}`]));
  const before = world.al.received(world.phone).length;
  await world.al.says("format");
  const [first] = await world.whatsapp.journal.when("the answer", () => {
    const news = world.al.received(world.phone).slice(before);
    return news.length > 0 && news;
  });
  expect(first?.text).toContain("*bold* _it_ ~gone~ `code` site (https://example.org/x)");
  expect(first?.text).not.toContain("|");
  world.model.reset();
  const long = Array.from({ length: 900 }, (_, i) => `word${i}`).join(" ");
  await world.al.says(`ECHO ${long}`);
  const parts = await world.whatsapp.journal.when("all parts", () => {
    const texts = world.al
      .received(world.phone)
      .slice(before + 1)
      .map(({ text }) => text ?? "");
    return texts.join(" ") === long && texts;
  });
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.every((part) => part.length <= 4_000)).toBe(true);
});

test("a picture is shown to the model, a voice note and a document are told with their files, a place in words", async () => {
  let told = 0;
  world.model.on(() => say([`seen ${told}`]));
  /** Settles when the turn is over, so that the next message finds nobody at work. */
  const asked = async (what: Promise<unknown>) => {
    told += 1;
    world.model.requests.length = 0;
    await what;
    const request = await world.model.request("the message");
    await world.shown(`seen ${told}`);
    return request;
  };
  const picture = await asked(world.al.sends({ kind: "image", bytes: JPEG, caption: "what is this" }));
  expect(picture.userText).toContain("what is this");
  expect(JSON.stringify(picture.body)).toContain(
    `data:image/jpeg;base64,${Buffer.from(JPEG).toString("base64")}`,
  );
  for (const [kind, bytes, word] of [
    ["voice", OGG, "voice"],
    ["document", PDF, "document"],
  ] as const) {
    const { userText } = await asked(world.al.sends({ kind, bytes, name: "paper.pdf" }));
    expect(userText).toContain(`<media:${word}>`);
    const path = /Saved as (\S+)/.exec(userText)?.[1] ?? "";
    expect(Uint8Array.from(await Bun.file(path).bytes())).toEqual(bytes);
  }
  expect((await asked(world.al.sharesLocation(48.858844, 2.294351))).userText).toContain(
    "📍 48.858844, 2.294351",
  );
  expect((await asked(world.al.sharesContact("Cy", "+15550003"))).userText).toContain("👤 Cy, +15550003");
  expect((await asked(world.al.polls("Lunch?", ["yes", "no"]))).userText).toContain("📊 Lunch?\n- yes\n- no");
});

test("what the owner writes to others is no message to the account; a note to oneself is", async () => {
  const before = world.model.requests.length;
  await world.phone.says("ECHO to somebody else", { in: bo });
  await world.phone.says("ECHO note to self");
  await world.whatsapp.journal.when("the answer to oneself", () =>
    world.phone.sentByDevices().some(({ text }) => text === "note to self"),
  );
  expect(world.model.requests.slice(before).some(({ userText }) => userText.includes("somebody else"))).toBe(
    false,
  );
});

test("reactions and edits are told to the agent without a turn", async () => {
  const said = await world.al.says("ECHO react to this");
  const answer = await world.shown("react to this");
  await world.al.edits(said, "ECHO something else");
  await world.al.reacts(answer, "❤️");
  // What is said in a chat is taken in its order.
  await world.echo("and now");
  expect(world.model.requests).toHaveLength(2);
  const told = JSON.stringify(world.model.about("and now")[0]?.body);
  for (const words of ["❤️", "now reads", "something else"]) expect(told).toContain(words);
});
