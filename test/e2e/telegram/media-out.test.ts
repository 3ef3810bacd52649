import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { badRequest, faults } from "../../fakes/telegram/index.ts";
import { GIF, JPEG, MP3, MP4, OGG, PATIENCE_MS, PDF, PNG, TelegramWorld, WEBP } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

let world: TelegramWorld;
beforeAll(async () => {
  world = await TelegramWorld.start({ telegram: { actions: { sticker: true } } });
  world.al.chat();
  const files = {
    "dot.png": PNG,
    "dot.jpg": JPEG,
    "dot.gif": GIF,
    "a.ogg": OGG,
    "a.mp3": MP3,
    "a.mp4": MP4,
    "a.pdf": PDF,
  };
  for (const [name, bytes] of Object.entries(files)) {
    await world.home.write(`.openclaw/workspace/${name}`, "");
    await Bun.write(world.home.at(".openclaw", "workspace", name), bytes);
  }
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => {
  world.telegram.journal.clear();
  world.telegram.faults.clear();
});

const file = (name: string) => world.home.at(".openclaw", "workspace", name);

/** Sends as an operator does, each time something new. */
function send(params: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
  return world.call("send", {
    channel: "telegram",
    to: "777",
    idempotencyKey: crypto.randomUUID(),
    ...params,
  });
}

const methods = () => world.telegram.journal.loud.map(({ method }) => method);
const last = () => world.dm.shows(world.bot).at(-1);

test("a text goes out and its id comes back", async () => {
  const answer = await send({ message: "hello from the **operator**" });
  expect(last()).toMatchObject({ text: "hello from the operator", entities: [{ type: "bold" }] });
  expect(answer).toMatchObject({ channel: "telegram", messageId: String(last()?.message_id), chatId: "777" });
});

test.each([
  ["a picture", "dot.png", {}, "sendPhoto", "photo"],
  ["a photograph", "dot.jpg", {}, "sendPhoto", "photo"],
  ["a moving picture", "dot.gif", {}, "sendAnimation", "animation"],
  ["music", "a.mp3", {}, "sendAudio", "audio"],
  ["a voice note", "a.ogg", { asVoice: true }, "sendVoice", "voice"],
  ["a film", "a.mp4", {}, "sendVideo", "video"],
  ["a film that plays by itself", "a.mp4", { gifPlayback: true }, "sendAnimation", "animation"],
  ["a document", "a.pdf", {}, "sendDocument", "document"],
  ["a picture as a file", "dot.png", { forceDocument: true }, "sendDocument", "document"],
] as const)("%s (%s) goes out with its caption", async (_, name, wishes, method, kind) => {
  await send({ mediaUrl: file(name), message: "a caption", ...wishes });
  expect(methods()).toEqual([method]);
  expect(last()).toMatchObject({ caption: "a caption" });
  expect(last()).toHaveProperty(kind);
});

test("bytes that come with the request go out under their name", async () => {
  const buffer = Buffer.from(PDF).toString("base64");
  await send({ buffer, filename: "report.pdf", contentType: "application/pdf" });
  expect(last()?.document).toMatchObject({ file_name: "report.pdf", file_size: PDF.length });
});

test("several pictures go out as one album with the caption on the first", async () => {
  await send({ mediaUrls: [file("dot.png"), file("dot.jpg")], message: "two dots" });
  expect(methods()).toEqual(["sendMediaGroup"]);
  const [first, second] = world.dm.shows(world.bot).slice(-2);
  expect(first?.caption).toBe("two dots");
  expect(first?.media_group_id).toBe(second?.media_group_id ?? "none");
  expect(second?.caption).toBeUndefined();
});

test("a caption that is too long follows its picture as a text", async () => {
  await send({ mediaUrl: file("dot.png"), message: "x".repeat(1500) });
  expect(methods()).toEqual(["sendPhoto", "sendMessage"]);
  expect(last()?.text).toHaveLength(1500);
});

test("a picture Telegram does not take as one goes out as a file", async () => {
  const why = badRequest("PHOTO_INVALID_DIMENSIONS");
  world.telegram.faults.add("sendPhoto", faults.refuse(why), { times: 1 });
  await send({ mediaUrl: file("dot.png"), message: "too long for a photo" });
  expect(methods()).toEqual(["sendPhoto", "sendDocument"]);
});

test("a poll goes out with its options", async () => {
  const options = ["Pizza", "Sushi"];
  const answer = await world.call("poll", {
    channel: "telegram",
    to: "777",
    question: "Lunch?",
    options,
    idempotencyKey: crypto.randomUUID(),
  });
  expect(last()?.poll).toMatchObject({ question: "Lunch?", options: [{ text: "Pizza" }, { text: "Sushi" }] });
  expect(answer.messageId).toBe(String(last()?.message_id));
});

test.each([
  ["react", { emoji: "👍" }],
  ["edit", { message: "changed" }],
  ["pin", {}],
  ["unpin", {}],
  ["delete", {}],
] as const)("%s is done to a message of the bot", async (action, params) => {
  const { message_id: id } = await world.echo(`for ${action}`);
  const { dm, bot } = world;
  await world.call("message.action", {
    channel: "telegram",
    action,
    params: { to: "777", messageId: String(id), ...params },
    idempotencyKey: crypto.randomUUID(),
  });
  const shown = dm.messages.get(id);
  if (action === "react") expect(dm.reactionsOn(id, bot)).toEqual(["👍"]);
  if (action === "edit") expect(shown?.text).toBe("changed");
  if (action === "pin") expect(dm.pinned).toContain(id);
  if (action === "unpin") expect(dm.pinned).not.toContain(id);
  if (action === "delete") expect(shown).toBeUndefined();
});

test("a sticker Telegram knows is sent by its id", async () => {
  const { id } = world.telegram.world.files.put(WEBP, { mimeType: "image/webp" });
  await world.call("message.action", {
    channel: "telegram",
    action: "sticker",
    params: { to: "777", fileId: id },
    idempotencyKey: crypto.randomUUID(),
  });
  expect(last()).toHaveProperty("sticker");
});

test("an answer with a file brings it: a picture, and audio as a voice note", async () => {
  world.al.says(`ECHO Here it is.\nMEDIA:${file("dot.png")}`);
  await world.telegram.journal.call("sendPhoto");
  await world.settled();
  world.al.says(`ECHO [[audio_as_voice]]\nMEDIA:${file("a.ogg")}`);
  await world.telegram.journal.call("sendVoice");
  await world.settled();
  expect(last()).toHaveProperty("voice");
});

test("the same request with the same key is sent once, and answered the same, also after a restart", async () => {
  const params = { channel: "telegram", to: "777", message: "only once", idempotencyKey: "key-1" };
  const first = await world.call("send", params);
  expect(await world.call("send", params)).toEqual(first);
  await world.down("SIGKILL");
  await world.up();
  expect(await world.call("send", params)).toMatchObject({ messageId: first.messageId });
  expect(world.dm.texts(world.bot).filter((text) => text === "only once")).toHaveLength(1);
});

test("what Telegram refuses fails at once, and says why", async () => {
  const { message } = await send({ to: "4711", message: "x" }).then(
    () => ({ message: "it was sent" }),
    (error: unknown) => error as Error,
  );
  expect(message).toContain("chat not found");
  expect(message).not.toContain(world.bot.token);
});
