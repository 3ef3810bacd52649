import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Group, Received } from "../../fakes/whatsapp/index.ts";
import { MP3, OGG, PDF, PNG } from "../telegram/support/samples.ts";
import { PATIENCE_MS, WhatsappWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

type Json = Readonly<Record<string, unknown>>;

let world: WhatsappWorld;
let group: Group;

beforeAll(async () => {
  world = await WhatsappWorld.start({
    before(whatsapp) {
      const members = whatsapp.people.slice(0, 2);
      group = whatsapp.group({ subject: "Friends", members });
      return { groups: { "*": {} } };
    },
  });
  const files = { "dot.png": PNG, "a.ogg": OGG, "a.mp3": MP3, "a.pdf": PDF };
  for (const [name, bytes] of Object.entries(files)) {
    await world.home.write(`.openclaw/workspace/${name}`, "");
    await Bun.write(world.home.at(".openclaw", "workspace", name), bytes);
  }
});
afterAll(() => world[Symbol.asyncDispose]());
const AL = "+15550000001";
const file = (name: string) => world.home.at(".openclaw", "workspace", name);
const send = (params: Json) =>
  world.call("send", { channel: "whatsapp", to: AL, idempotencyKey: crypto.randomUUID(), ...params });
const received = (id: unknown): Promise<Received> =>
  world.whatsapp.journal.when("it to be shown", () => world.al.received().find((one) => one.id === id));

test.each([
  ["a picture", "dot.png", {}, "imageMessage", PNG, "image/png"],
  ["a voice note", "a.ogg", { asVoice: true }, "audioMessage", OGG, "audio/ogg; codecs=opus"],
  ["music", "a.mp3", { asVoice: true }, "audioMessage", MP3, "audio/mpeg"],
  ["a document", "a.pdf", {}, "documentMessage", PDF, "application/pdf"],
] as const)("%s arrives as it was", async (_, name, how, holds, bytes, mimetype) => {
  const { messageId } = await send({ mediaUrl: file(name), ...how });
  const shown = await received(messageId);
  expect(shown.holds).toBe(holds);
  const arrived = await shown.file();
  expect(Uint8Array.from(arrived.bytes)).toEqual(bytes);
  expect(arrived.mimetype).toBe(mimetype);
  expect(shown.content.audioMessage?.ptt ?? false).toBe(name === "a.ogg");
});

test("the command line reaches people by number and groups by id, names people, and reacts, edits, deletes and asks", async () => {
  const json = async (...args: string[]): Promise<Json> => {
    const { code, stdout, stderr } = await world.openclaw("message", ...args, "--json");
    expect([args, code, stderr]).toEqual([args, 0, ""]);
    return JSON.parse(stdout) as Json;
  };
  const sent = await json("send", "--target", `whatsapp:${AL}`, "--message", "Hello");
  const hello = await received(sent.messageId);
  expect(hello.text).toBe("Hello");
  await json("send", "--channel", "whatsapp", "--target", group.id, "--message", "Hi @+15550000001");
  const mention = await world.shown("Hi @15550000001", { chat: group });
  expect(mention.mentions).toEqual(["15550000001@s.whatsapp.net"]);
  await json("edit", "--target", AL, "--message-id", hello.id, "--message", "Hello again");
  await world.whatsapp.journal.when("the edit", () => hello.text === "Hello again");
  await json("delete", "--target", AL, "--message-id", hello.id);
  await world.whatsapp.journal.when("the deletion", () => hello.isDeleted);
  const said = await world.al.says("nothing to answer");
  await json("react", "--target", AL, "--message-id", said.id, "--emoji", "👍");
  await world.whatsapp.journal.when("the reaction", () => world.al.reactionsTo(said).includes("👍"));
  const poll = await json(
    "poll",
    "--target",
    AL,
    "--poll-question",
    "Lunch?",
    "--poll-option",
    "yes",
    "--poll-option",
    "no",
  );
  expect((await received(poll.messageId)).holds).toStartWith("pollCreationMessage");
});

test("a number that nobody has and a group without us are refused with words, and nothing waits behind them", async () => {
  const failed = async (params: Json) => {
    const error: unknown = await send(params).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return String(error);
  };
  expect(await failed({ to: "+15559999999", message: "hello?" })).toContain("is not on WhatsApp");
  expect(await failed({ to: "somebody", message: "hello?" })).toContain("names no WhatsApp chat");
  expect(await send({ message: "still here" })).toMatchObject({ channel: "whatsapp" });
});
