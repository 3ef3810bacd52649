import { expect, test } from "bun:test";
import fc from "fast-check";
import { isSilent, parseDirectives, visibleSoFar } from "../../../../src/agent/runs/voice/directives.ts";

test("directives are taken out wherever they stand, but not out of code", () => {
  expect(parseDirectives("plain [1] text")).toEqual({ text: "plain [1] text", mediaUrls: [] });
  expect(parseDirectives("[[reply_to_current]] Hi")).toEqual({
    text: "Hi",
    mediaUrls: [],
    replyToCurrent: true,
  });
  expect(
    parseDirectives("Hi [[ reply_to : 42 ]]there\n[[audio_as_voice]]\nMEDIA: `https://x/y.ogg`"),
  ).toEqual({
    text: "Hi there",
    mediaUrls: ["https://x/y.ogg"],
    replyToId: "42",
    audioAsVoice: true,
  });
  const code = "```\nMEDIA:/a\n[[reply_to_current]]\n```";
  expect(parseDirectives(`${code}\nMEDIA:/b`)).toEqual({ text: code, mediaUrls: ["/b"] });
  expect(parseDirectives("say MEDIA:/a in a line")).toEqual({
    text: "say MEDIA:/a in a line",
    mediaUrls: [],
  });
});

test("only the word for silence alone is silence", () => {
  expect(["NO_REPLY", " no_reply\n"].map(isSilent)).toEqual([true, true]);
  expect(["NO_REPLY.", "", "Say NO_REPLY"].map(isSilent)).toEqual([false, false, false]);
});

const piece = fc.constantFrom(
  "Hello",
  " ",
  "\n",
  "[[reply_to_current]]",
  "[[reply_to:m1]]",
  "[[other]]",
  "[",
  "]",
  "MEDIA:/a.png",
  "MEDIA",
  "NO_REPLY",
  "NO",
  "`",
);

test("what is shown while an answer is written never shows a directive that the whole answer has", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const raw = pieces.join("");
      fc.pre(!raw.includes("`"));
      const whole = parseDirectives(raw);
      for (let end = 0; end <= raw.length; end += 1) {
        const shown = visibleSoFar(raw.slice(0, end));
        expect(shown).not.toContain("[[reply_to_current]]");
        expect(shown).not.toContain("[[reply_to:m1]]");
        for (const url of whole.mediaUrls) expect(shown.split("\n")).not.toContain(`MEDIA:${url}`);
      }
    }),
  );
});

test("plain text is shown as it comes", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", ".", "é") }), (raw) => {
      expect(visibleSoFar(`x${raw}`)).toBe(`x${raw}`);
    }),
  );
});

test("a file that is named after a tag on the same line goes with the answer", () => {
  expect(parseDirectives("Here:\n[[reply_to_current]]MEDIA:/a.png")).toEqual({
    text: "Here:",
    mediaUrls: ["/a.png"],
    replyToCurrent: true,
  });
  expect(parseDirectives("MEDIA:/a.ogg [[audio_as_voice]]")).toEqual({
    text: "",
    mediaUrls: ["/a.ogg"],
    audioAsVoice: true,
  });
  expect(visibleSoFar("Here:\n[[reply_to_current]]MEDIA:/a")).toBe("Here:\n");
});
