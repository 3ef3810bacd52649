import { describe, expect, test } from "bun:test";
import type { MediaRef } from "../../../../src/channels/inbound-event.ts";
import { normaliseUpdate } from "../../../../src/channels/telegram/normalise/index.ts";
import { badRequest, faults, type MediaKind } from "../../../fakes/telegram/index.ts";
import { AT_ONCE, DOT_PNG, type Rig, rig } from "./rig.ts";

const MAX_BYTES = 100 * 1_048_576;

/** A file Al sends, as it is told of. */
function sent(world: Rig, kind: MediaKind, bytes: Uint8Array, details: object = {}): MediaRef {
  const message = world.al.sends({ kind, bytes, ...details });
  const self = { id: String(world.bot.user.id), hasTopics: false };
  const [one] = normaliseUpdate({ update_id: 1, message }, self, 0);
  const media = one?.event.kind === "message" ? one.event.media[0] : undefined;
  if (media === undefined) throw new Error("no file was told of");
  return media;
}

async function whyNot(fetching: Promise<unknown>): Promise<string> {
  return await fetching.then(
    () => "it was fetched",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

test.each(["photo", "voice", "audio", "video", "video_note", "animation", "document", "sticker"] as const)(
  "a %s is fetched byte by byte",
  async (kind) => {
    await using world = await rig();
    const fetched = await world.calls.fetchMedia(sent(world, kind, DOT_PNG), MAX_BYTES, AT_ONCE);
    expect(Buffer.from(fetched.bytes)).toEqual(DOT_PNG);
    expect(fetched.mimeType).not.toBe("");
    expect(world.bodies("getFile")).toHaveLength(1);
  },
);

test("the name and type somebody gave are kept", async () => {
  await using world = await rig();
  const media = sent(world, "document", Buffer.from("%PDF-1.7"), {
    name: "a b.pdf",
    mimeType: "application/pdf",
  });
  expect(await world.calls.fetchMedia(media, MAX_BYTES, AT_ONCE)).toMatchObject({
    name: "a b.pdf",
    mimeType: "application/pdf",
  });
});

describe("what is too large", () => {
  test("is not asked for, and says which key allows it", async () => {
    await using world = await rig({ settings: { mediaMaxMb: 1 } });
    const media = sent(world, "document", new Uint8Array(10), { size: 2 * 1_048_576 });
    expect(await whyNot(world.calls.fetchMedia(media, MAX_BYTES, AT_ONCE))).toBe(
      "The file has 2 MB; channels.telegram.mediaMaxMb allows 1 MB.",
    );
    expect(world.bodies("getFile")).toEqual([]);
  });

  test("for Telegram's servers is explained", async () => {
    await using world = await rig();
    const media = sent(world, "video", new Uint8Array(10), { size: 30 * 1_048_576 });
    const why = await whyNot(world.calls.fetchMedia(media, MAX_BYTES, AT_ONCE));
    expect(why).toContain("up to 20 MB to bots, and this one has 30 MB");
    expect(why).toContain("channels.telegram.apiRoot");
  });

  test("and is known to be only when it is asked for, is explained as well", async () => {
    await using world = await rig();
    world.telegram.faults.add("getFile", faults.refuse(badRequest("file is too big")));
    const media = sent(world, "video", new Uint8Array(10), { size: null });
    expect(await whyNot(world.calls.fetchMedia(media, MAX_BYTES, AT_ONCE))).toContain("this one has more");
  });

  test("without saying so ends when the limit is reached", async () => {
    await using world = await rig();
    const media = sent(world, "document", new Uint8Array(5_000), { size: null });
    expect(await whyNot(world.calls.fetchMedia(media, 1_000, AT_ONCE))).toContain("larger than 1000 bytes");
  });
});

test("a fetch that breaks off is made again", async () => {
  await using world = await rig();
  const rule = world.telegram.faults.add("download", faults.reset(), { times: 1 });
  const fetched = await world.calls.fetchMedia(sent(world, "photo", DOT_PNG), MAX_BYTES, AT_ONCE);
  expect(fetched.bytes.length).toBe(DOT_PNG.length);
  expect(rule.hits).toBe(1);
});

test("neither failure nor file names the token", async () => {
  await using world = await rig();
  world.telegram.faults.add("download", faults.status(404));
  const why = await whyNot(world.calls.fetchMedia(sent(world, "photo", DOT_PNG), MAX_BYTES, AT_ONCE));
  expect(why).not.toContain(world.bot.token);
});
