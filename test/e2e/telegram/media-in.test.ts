import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { type ModelRequest, say } from "../../fakes/model-provider/index.ts";
import { faults, type Media } from "../../fakes/telegram/index.ts";
import { JPEG, MP3, MP4, OGG, PATIENCE_MS, PDF, PNG, TelegramWorld, WEBP } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

let world: TelegramWorld;
beforeAll(async () => {
  world = await TelegramWorld.start({ telegram: { mediaMaxMb: 30 } });
});
afterAll(() => world[Symbol.asyncDispose]());

beforeEach(() => {
  world.model.reset();
  world.telegram.faults.clear();
  world.model.on(() => say(["seen"]));
});

/** What the model was shown with the last message. */
async function shown(): Promise<{ readonly text: string; readonly images: readonly string[] }> {
  const request = await world.model.request("the message");
  await world.settled();
  return { text: request.userText, images: imagesOf(request) };
}

function imagesOf(request: ModelRequest): string[] {
  const { messages } = request.body as { messages: readonly { readonly content: unknown }[] };
  const parts = (messages.at(-1)?.content ?? []) as readonly {
    readonly image_url?: { readonly url: string };
  }[];
  return Array.isArray(parts) ? parts.flatMap(({ image_url: image }) => image?.url ?? []) : [];
}

const dataUrl = (type: string, bytes: Uint8Array) =>
  `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;

test.each([
  ["photo", JPEG, "image/jpeg"],
  ["sticker", WEBP, "image/webp"],
] as const)("a %s is shown to the model", async (kind, bytes, type) => {
  world.al.sends({ kind, bytes, ...(kind === "photo" ? { caption: "what is this" } : {}) });
  const { text, images } = await shown();
  expect(images).toEqual([dataUrl(type, bytes)]);
  if (kind === "photo") expect(text).toContain("what is this");
});

test.each([
  ["voice", OGG, "audio/ogg", "voice"],
  ["audio", MP3, "audio/mpeg", "audio"],
  ["video", MP4, "video/mp4", "video"],
  ["video_note", MP4, "video/mp4", "video"],
  ["animation", MP4, "video/mp4", "animation"],
  ["document", PDF, "application/pdf", "document"],
] as const)(
  "a %s is told with the path of the file, which the agent can read",
  async (kind, bytes, mimeType, word) => {
    world.al.sends({ kind, bytes, mimeType, name: `sample.${mimeType.split("/")[1]}` });
    const { text } = await shown();
    expect(text).toContain(`<media:${word}>`);
    const path = /Saved as (\S+)/.exec(text)?.[1] ?? "";
    expect(path).toStartWith(world.home.path);
    expect(Uint8Array.from(await Bun.file(path).bytes())).toEqual(bytes);
  },
);

test("an album is one message with all its pictures and the caption", async () => {
  const photo = (bytes: Uint8Array): Media => ({ kind: "photo", bytes });
  world.al.sendsAlbum([photo(PNG), photo(JPEG), photo(PNG)], { caption: "our trip" });
  const { text, images } = await shown();
  expect(images).toHaveLength(3);
  expect(text).toContain("our trip");
  expect(world.model.requests).toHaveLength(1);
});

test("a place is told in words, a live one too", async () => {
  world.al.sharesLocation(48.858844, 2.294351, {}, { horizontal_accuracy: 12 });
  expect((await shown()).text).toContain("📍 48.858844, 2.294351 ±12m");
  world.model.requests.length = 0;
  world.al.sharesLocation(1.5, 2.5, {}, { live_period: 600 });
  expect((await shown()).text).toContain("🛰 Live location: 1.5");
});

test("a contact is told in words", async () => {
  world.al.sharesContact("+49123", "Bo");
  const { text } = await shown();
  expect(text).toContain("Bo");
  expect(text).toContain("+49123");
});

test("a text file is shown and kept", async () => {
  const bytes = new TextEncoder().encode("line one\nline two\n");
  world.al.sends({ kind: "document", bytes, name: "notes.txt", mimeType: "text/plain" });
  const request = await world.model.request("the message");
  expect(JSON.stringify(request.body.messages)).toContain("line two");
  await world.settled();
});

test.each([
  ["larger than Telegram gives", () => ({ size: 25 * 1024 * 1024 })],
  ["larger than mediaMaxMb", () => ({ size: 31 * 1024 * 1024 })],
])("a file %s is told as unavailable, and the words around it are answered", async (_, details) => {
  world.al.sends({ kind: "document", bytes: PDF, name: "big.pdf", ...details(), caption: "read this" });
  const { text } = await shown();
  expect(text).toContain("read this");
  expect(text).toContain("[media unavailable: ");
  expect(text).not.toContain(world.bot.token);
});

test("a download that fails is told as unavailable, without the token in it", async () => {
  world.telegram.faults.add("download", faults.status(404));
  world.al.sends({ kind: "photo", bytes: PNG, caption: "look" });
  const { text, images } = await shown();
  expect(images).toEqual([]);
  expect(text).toContain("[media unavailable: ");
  expect(text).not.toContain(world.bot.token);
});

test("a download that breaks off is fetched again or told; the message is answered either way", async () => {
  world.telegram.faults.add("download", faults.brokenOff(), { times: 1 });
  world.al.sends({ kind: "photo", bytes: PNG, caption: "look twice" });
  const { text, images } = await shown();
  expect(text).toContain("look twice");
  expect(images.length === 1 || text.includes("[media unavailable: ")).toBe(true);
});

test("a reply and a quote tell what they are about", async () => {
  const before = world.al.says("it rains in Rome");
  await shown();
  world.model.requests.length = 0;
  world.al.says("until when?", { replyTo: before, quote: "rains" });
  const { text } = await shown();
  expect(text).toContain("Replying to");
  expect(text).toContain("rains");
  expect(text).toEndWith("until when?");
});
