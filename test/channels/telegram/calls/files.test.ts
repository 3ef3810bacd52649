import { describe, expect, test } from "bun:test";
import { badRequest, faults } from "../../../fakes/telegram/index.ts";
import { tempHome } from "../../../support/index.ts";
import { failure } from "./failure.ts";
import { DOT, DOT_PNG, rig } from "./rig.ts";

const named = (name: string, bytes: string | Uint8Array = "bytes") => ({
  source: `data:application/octet-stream;base64,${Buffer.from(bytes).toString("base64")}`,
  name,
});

describe("files that go out", () => {
  test.each([
    { name: "a.mp4", wishes: {}, method: "sendVideo", field: "video" },
    { name: "a.mp4", wishes: { gifPlayback: true }, method: "sendAnimation", field: "animation" },
    { name: "a.mp3", wishes: {}, method: "sendAudio", field: "audio" },
    { name: "a.ogg", wishes: { asVoice: true }, method: "sendVoice", field: "voice" },
    { name: "a.pdf", wishes: {}, method: "sendDocument", field: "document" },
    { name: "a.mp4", wishes: { forceDocument: true }, method: "sendDocument", field: "document" },
  ])("$name goes by $method", async ({ name, wishes, method, field }) => {
    await using world = await rig();
    await world.send("777", { text: "**see**", media: [named(name)], ...wishes });
    expect(world.bodies(method)[0]).toMatchObject({
      chat_id: "777",
      caption: "<b>see</b>",
      parse_mode: "HTML",
    });
    const [shown] = world.al.chat().shows(world.bot);
    expect(shown).toHaveProperty(field);
    expect(shown?.caption).toBe("see");
  });

  test("a picture is known by its bytes when nothing else tells", async () => {
    await using world = await rig();
    const source = `data:application/octet-stream;base64,${DOT_PNG.toString("base64")}`;
    await world.send("777", { media: [{ source }] });
    expect(world.al.chat().shows(world.bot)[0]).toHaveProperty("photo");
  });

  test("photos arrive as albums, with the caption on the first and every id in the receipt", async () => {
    await using world = await rig();
    const media = Array.from({ length: 11 }, () => ({ source: DOT }));
    const [album, last] = await world.send("777", { text: "trip", media });
    expect(album?.messageIds).toHaveLength(10);
    expect(last?.messageIds).toBeUndefined();
    const shown = world.al.chat().shows(world.bot);
    expect(shown.map(({ caption }) => caption)).toEqual([
      "trip",
      ...Array.from({ length: 10 }, () => undefined),
    ]);
    expect(new Set(shown.slice(0, 10).map((one) => one.media_group_id)).size).toBe(1);
  });

  test("what Telegram does not take as a picture goes as a file, alone and in an album", async () => {
    await using world = await rig();
    const refused = faults.refuse(badRequest("PHOTO_INVALID_DIMENSIONS"));
    world.telegram.faults.add("sendPhoto", refused);
    world.telegram.faults.add("sendMediaGroup", refused, { times: 1 });
    await world.send("777", { media: [{ source: DOT, name: "wide.png" }] });
    await world.send("777", { media: [{ source: DOT }, { source: DOT }] });
    const shown = world.al.chat().shows(world.bot);
    expect(shown).toHaveLength(3);
    for (const one of shown) expect(one).toHaveProperty("document");
  });

  test("whoever takes no voice notes gets a sound file", async () => {
    await using world = await rig();
    world.telegram.faults.add("sendVoice", faults.refuse(badRequest("VOICE_MESSAGES_FORBIDDEN")));
    await world.send("777", { media: [named("a.ogg")], asVoice: true });
    expect(world.al.chat().shows(world.bot)[0]).toHaveProperty("audio");
  });

  test("a long text follows the file", async () => {
    await using world = await rig();
    await world.send("777", { text: "w ".repeat(600), media: [{ source: DOT }] });
    const [picture, text] = world.al.chat().shows(world.bot);
    expect(picture?.caption).toBeUndefined();
    expect(text?.text).toStartWith("w w");
  });

  test("a file of a topic goes to that topic", async () => {
    await using world = await rig();
    const forum = world.telegram.forum({ members: [world.al, world.bot], topics: { 7: "Seven" } });
    await world.send(`${forum.id}:topic:7`, { media: [{ source: DOT }] });
    await world.send(`${forum.id}:topic:1`, { media: [{ source: DOT }] });
    expect(world.bodies("sendPhoto").map((body) => Number(body["message_thread_id"]))).toEqual([
      7,
      Number.NaN,
    ]);
  });
});

describe("files of this machine", () => {
  test("are sent from where they may be, by path and by file URL", async () => {
    await using home = await tempHome();
    const path = await home.write("notes/a.txt", "hello");
    await using world = await rig({ folder: home.path });
    await world.send("777", { media: [{ source: path }] });
    await world.send("777", { media: [{ source: Bun.pathToFileURL(path).href }] });
    const names = world.al
      .chat()
      .shows(world.bot)
      .map((one) => one.document);
    expect(names).toMatchObject([{ file_name: "a.txt", file_size: 5 }, { file_name: "a.txt" }]);
  });

  test.each(["/etc/passwd", "../outside.txt", "file:///etc/passwd", "missing.txt"])(
    "%s is refused",
    async (source) => {
      await using home = await tempHome();
      await using world = await rig({ folder: home.path });
      const error = await failure(world.send("777", { media: [{ source }] }));
      expect(error.failure).toBe("refused");
      expect(error.message).toStartWith("The file cannot be sent: ");
      expect(world.telegram.journal.loud).toEqual([]);
    },
  );
});

describe("addresses", () => {
  test.each(["http://127.0.0.1:1/a.png", "http://169.254.169.254/a.png", "http://localhost/a.png"])(
    "%s is not fetched, and not given to Telegram either",
    async (source) => {
      await using world = await rig();
      const error = await failure(world.send("777", { media: [{ source }] }));
      expect(error.failure).toBe("refused");
      expect(error.message).toContain("not on the public internet");
      expect(world.telegram.journal.loud).toEqual([]);
    },
  );

  /** A proxy that answers every request itself, as the internet would. */
  async function internet(answer: (url: URL) => Response) {
    const server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (request) => answer(new URL(request.url)),
    });
    const world = await rig({
      egress: {
        proxy: { http: `http://127.0.0.1:${server.port}`, noProxy: [] },
        resolve: () => Promise.resolve(["93.184.216.34"]),
      },
    });
    return {
      world,
      async [Symbol.asyncDispose]() {
        await world[Symbol.asyncDispose]();
        await server.stop(true);
      },
    };
  }

  test("are fetched by us and uploaded, with what the answer says they are", async () => {
    await using net = await internet(
      () => new Response("%PDF-1.7", { headers: { "content-type": "application/pdf" } }),
    );
    await net.world.send("777", { media: [{ source: "http://files.example.com/report?id=3" }] });
    expect(net.world.al.chat().shows(net.world.bot)[0]?.document).toMatchObject({
      file_name: "report",
      file_size: 8,
    });
    expect(JSON.stringify(net.world.bodies("sendDocument"))).not.toContain("example.com");
  });

  test.each([
    [404, "refused"],
    [503, "busy"],
    [429, "busy"],
  ] as const)("an answer of %i is %s, before anything was sent", async (status, kind) => {
    await using net = await internet(() => new Response("no", { status }));
    const error = await failure(
      net.world.send("777", { media: [{ source: "http://files.example.com/a.png" }] }),
    );
    expect(error.failure).toBe(kind);
    expect(error.message).toContain(`files.example.com answered HTTP ${status}`);
  });
});

describe("sizes", () => {
  test("mediaMaxMb holds, and is named", async () => {
    await using world = await rig({ settings: { mediaMaxMb: 0.001 } });
    const error = await failure(world.send("777", { media: [named("a.bin", new Uint8Array(3_000))] }));
    expect(error.message).toContain("channels.telegram.mediaMaxMb");
    expect(error.failure).toBe("refused");
  });

  test("Telegram's own servers take 50 MB, a server of one's own more", async () => {
    const media = [named("a.bin", new Uint8Array(50 * 1_048_576 + 1))];
    await using world = await rig();
    const error = await failure(world.send("777", { media }));
    expect(error.message).toContain("Telegram takes at most 50 MB from a bot");
    await using own = await rig({ settings: { apiRoot: "http://127.0.0.1:8081" } });
    await own.send("777", { media });
    expect(own.al.chat().shows(own.bot)).toHaveLength(1);
  });

  test("a picture over 10 MB goes as a file", async () => {
    await using world = await rig();
    const large = Buffer.concat([DOT_PNG, new Uint8Array(10 * 1_048_576)]);
    await world.send("777", { media: [named("a.png", large)] });
    expect(world.al.chat().shows(world.bot)[0]).toHaveProperty("document");
  });

  test("an empty file is refused", async () => {
    await using world = await rig();
    const error = await failure(world.send("777", { media: [{ source: "data:text/plain," }] }));
    expect(error.message).toContain("empty");
  });
});
