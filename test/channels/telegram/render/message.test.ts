import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type OutboundMessage, SendError } from "../../../../src/channels/outbound-message.ts";
import { partOf, plain, renderMessage } from "../../../../src/channels/telegram/render/index.ts";
import { account, rendered } from "./account.ts";

const photo = (n: number) => ({ source: `/pictures/${n}.jpg` });
const DRAFT = { chatId: "777", messageId: 50 };

function refusal(message: Partial<OutboundMessage>): string {
  try {
    rendered(message);
  } catch (error) {
    if (error instanceof SendError && error.failure === "refused") return error.message;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("text", () => {
  test("Markdown is HTML, with what is shown when that cannot be read", () => {
    expect(rendered({ text: "**bold** a & b" })).toEqual([
      { kind: "text", words: { html: "<b>bold</b> a &amp; b", plain: expect.stringContaining("a & b") } },
    ]);
  });

  test("a long answer is cut at 4000 characters, or where textChunkLimit says", () => {
    const text = "w ".repeat(3_000);
    const lengths = (settings?: { textChunkLimit: number }) =>
      rendered({ text }, settings).map((part) => (part.kind === "text" ? part.words.plain.length : 0));
    expect(lengths().length).toBe(2);
    expect(Math.max(...lengths())).toBeLessThanOrEqual(4_000);
    expect(Math.max(...lengths({ textChunkLimit: 100 }))).toBeLessThanOrEqual(100);
  });

  test("links have a preview unless linkPreview is false", () => {
    expect(rendered({ text: "https://x.y" })[0]).not.toHaveProperty("preview");
    expect(rendered({ text: "https://x.y" }, { linkPreview: false })[0]).toMatchObject({ preview: false });
  });

  test("only the first part answers, unless replyToMode is all", () => {
    const message = { text: "w ".repeat(3_000), replyToId: "100", quote: "w" };
    expect(rendered(message).map((part) => part.replyTo)).toEqual([100, undefined]);
    expect(rendered(message, { replyToMode: "all" }).map((part) => part.replyTo)).toEqual([100, 100]);
    expect(rendered(message, { replyToMode: "all" }).map((part) => part.quote)).toEqual(["w", undefined]);
  });

  test("a quote is cut at 1024 units, not through a character", () => {
    const [part] = rendered({ text: "a", replyToId: "1", quote: `${"x".repeat(1_023)}😀` });
    expect(part?.quote).toBe("x".repeat(1_023));
  });

  test("what is no message id answers nothing, and the text is sent all the same", () => {
    expect(rendered({ text: "a", replyToId: "-1009/3" })).toEqual([
      { kind: "text", words: { html: "a", plain: "a" } },
    ]);
  });

  test("silence holds for every part, the pin for the first", () => {
    const parts = rendered({ text: "w ".repeat(3_000), silent: true, pin: true });
    expect(parts.map(({ silent, pin }) => [silent, pin])).toEqual([
      [true, true],
      [true, undefined],
    ]);
  });

  test("nothing to say is refused", () => {
    expect(refusal({ text: " \n" })).toContain("neither text nor a file");
  });
});

describe("previews", () => {
  test("the first part takes the place of a preview", () => {
    const parts = rendered({ text: "w ".repeat(3_000), replaces: DRAFT });
    expect(parts.map((part) => part.replaces)).toEqual([DRAFT, undefined]);
  });

  test("where it cannot, because it answers or is a file, the preview is taken away", () => {
    expect(rendered({ text: "a", replaces: DRAFT, replyToId: "1" })[0]).toMatchObject({ discards: DRAFT });
    expect(rendered({ text: "a", replaces: DRAFT, media: [photo(1)] })[0]).toMatchObject({ discards: DRAFT });
  });

  test("a preview that is none of ours is left alone", () => {
    expect(rendered({ text: "a", replaces: { other: 1 } })[0]).toEqual({
      kind: "text",
      words: { html: "a", plain: "a" },
    });
  });
});

describe("files", () => {
  test.each([
    ["a.jpg", {}, "photo"],
    ["a.gif", {}, "animation"],
    ["a.mp4", {}, "video"],
    ["a.mp4", { gifPlayback: true }, "animation"],
    ["a.mov", {}, "document"],
    ["a.mp3", {}, "audio"],
    ["a.ogg", {}, "audio"],
    ["a.ogg", { asVoice: true }, "voice"],
    ["a.wav", { asVoice: true }, "document"],
    ["a.pdf", {}, "document"],
    ["a.jpg", { forceDocument: true }, "document"],
    ["https://x.y/p/a.PNG?size=3", {}, "photo"],
    ["data:image/webp;base64,AAAA", {}, "photo"],
  ])("%s with %j is shown as %s", (source, wishes, form) => {
    expect(rendered({ media: [{ source }], ...wishes })[0]).toMatchObject({ kind: "media", media: { form } });
  });

  test("what a source is that nobody knows is left to the file itself, and the wishes are kept for then", () => {
    const [part] = rendered({ media: [{ source: "https://x.y/file" }], asVoice: true, gifPlayback: true });
    expect(part).toEqual({
      kind: "media",
      media: { source: "https://x.y/file", asVoice: true, asGif: true },
    });
  });

  test("a short text is the first file's caption, a longer one follows", () => {
    const [first, second] = rendered({ text: "**hi**", media: [photo(1), { source: "a.pdf" }] });
    expect(first).toMatchObject({ caption: { html: "<b>hi</b>" } });
    expect(second).not.toHaveProperty("caption");
    const parts = rendered({ text: "w ".repeat(600), media: [photo(1)] });
    expect(parts.map((part) => part.kind)).toEqual(["media", "text"]);
    expect(parts[0]).not.toHaveProperty("caption");
  });

  test("photos that follow each other are albums of at most ten, a last one is sent alone", () => {
    const media = [
      ...Array.from({ length: 11 }, (_, n) => photo(n)),
      { source: "a.pdf" },
      photo(20),
      photo(21),
    ];
    const parts = rendered({ text: "trip", media });
    expect(parts.map((part) => (part.kind === "album" ? part.items.length : part.kind))).toEqual([
      10,
      "media",
      "media",
      2,
    ]);
    expect(parts[0]).toMatchObject({ caption: { plain: "trip" } });
  });

  test("buttons are on the last part, and photos beside them stay apart", () => {
    const buttons = [[{ text: "Yes", data: "yes" }]];
    const parts = rendered({ text: "pick", media: [photo(1), photo(2)], buttons });
    expect(parts.map((part) => [part.kind, part.keyboard])).toEqual([
      ["media", undefined],
      ["media", buttons],
    ]);
    expect(rendered({ text: "w ".repeat(3_000), buttons }).map((part) => part.keyboard)).toEqual([
      undefined,
      buttons,
    ]);
  });
});

describe("buttons", () => {
  const button = (fields: object) => ({ text: "a", buttons: [[{ text: "Go", ...fields }]] });

  test.each([
    [{ data: "x".repeat(65) }, "says 65 bytes; Telegram takes at most 64"],
    [{ data: "é".repeat(33) }, "says 66 bytes"],
    [{}, "needs either data or an address"],
    [{ data: "x", url: "https://x.y" }, "needs either data or an address"],
    [{ url: "javascript:alert(1)" }, "address Telegram does not take"],
    [{ text: " ", data: "x" }, "without a label"],
  ])("%j is refused", (fields, why) => {
    expect(refusal(button(fields))).toContain(why);
  });

  test("switched off they are refused with the key that allows them", () => {
    const render = () =>
      renderMessage(
        { text: "a", buttons: [[{ text: "b", data: "c" }]] },
        account({ capabilities: { inlineButtons: "off" } }),
      );
    expect(render).toThrow("channels.telegram.capabilities.inlineButtons");
  });
});

describe("plain", () => {
  test("takes the markup out once, and leaves everything else", () => {
    const [part] = renderMessage({ text: "**a** <", silent: true }, account());
    const bare = part && plain(part);
    expect(bare).toEqual({ kind: "text", words: { plain: "a <" }, silent: true });
    expect(bare && plain(bare)).toBeUndefined();
  });

  test("works on captions, and not on what has none", () => {
    const [part] = renderMessage({ text: "**a**", media: [photo(1)] }, account());
    expect(part && plain(part)).toMatchObject({ caption: { plain: "a" } });
    const [file] = renderMessage({ text: "", media: [photo(1)] }, account());
    expect(file && plain(file)).toBeUndefined();
  });
});

test("a part of another version is refused, not misread", () => {
  expect(() => partOf({ kind: "hologram" })).toThrow("send it again");
});

test("every part of any message is within Telegram's limits and is read back from JSON", () => {
  const tags = /<(\/?)([a-z-]+)[^>]*>/g;
  const sources = fc.constantFrom("a.jpg", "b.png", "c.mp4", "d.ogg", "e.bin", "https://x.y/z");
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 300 }),
    fc
      .array(
        fc.constantFrom(
          "**b**",
          "_i_",
          "`c`",
          "\n",
          "\n\n",
          "```js\nx\n```\n",
          "- a\n",
          "> q\n",
          "😀",
          "<b>r</b>",
          "& ",
          "word ",
        ),
        { maxLength: 400 },
      )
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(
      text,
      fc.array(sources, { maxLength: 14 }),
      fc.integer({ min: 20, max: 5_000 }),
      (said, media, limit) => {
        fc.pre(said.trim() !== "" || media.length > 0);
        let parts;
        try {
          parts = rendered(
            { text: said, media: media.map((source) => ({ source })) },
            { textChunkLimit: limit },
          );
        } catch (error) {
          // A text of marks alone says nothing.
          expect(error).toBeInstanceOf(SendError);
          return;
        }
        expect(
          parts
            .flatMap((part) =>
              part.kind === "album" ? part.items : part.kind === "media" ? [part.media] : [],
            )
            .map(({ source }) => source),
        ).toEqual(media);
        for (const part of parts) {
          const words = part.kind === "text" ? part.words : part.kind === "poll" ? undefined : part.caption;
          if (words?.html === undefined) continue;
          const shown = words.html.replaceAll(tags, "").replaceAll(/&(?:lt|gt|quot|amp);/g, "x");
          expect(shown.length).toBeLessThanOrEqual(part.kind === "text" ? Math.min(limit, 4_096) : 1_024);
          expect(words.html.isWellFormed() && words.plain.isWellFormed()).toBe(true);
          const open: string[] = [];
          for (const [, closes, name] of words.html.matchAll(tags)) {
            if (closes === "") open.push(name ?? "");
            else expect(open.pop()).toBe(name);
          }
          expect(open).toEqual([]);
        }
      },
    ),
    { numRuns: 300 },
  );
});
