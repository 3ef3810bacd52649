import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isWanted, readLine } from "../../src/ui/page/logs/lines.ts";
import { decodeEntities } from "../../src/ui/page/markdown/entities.ts";
import { safeLink } from "../../src/ui/page/markdown/safe-link.ts";
import { agoText, spanText } from "../../src/ui/page/parts/times.ts";
import { addressOf, placeOf } from "../../src/ui/page/place.ts";

describe("C19: links of messages", () => {
  test("lead to pages, letters and telephones", () => {
    expect(safeLink("https://example.com/a?b#c")).toBe("https://example.com/a?b#c");
    expect(safeLink(" mailto:a@example.com ")).toBe("mailto:a@example.com");
  });

  test("never to a program, a file or another page of this origin", () => {
    for (const href of [
      "javascript:alert(1)",
      " JaVaScRiPt:alert(1)",
      "java\nscript:alert(1)",
      "\u0001javascript:alert(1)",
      "data:text/html,<script>1</script>",
      "vbscript:x",
      "file:///etc/passwd",
      "blob:https://x/1",
      "/config",
      "//evil.example",
      "#token=x",
      "",
    ]) {
      expect([href, safeLink(href)]).toEqual([href, undefined]);
    }
  });

  test("whatever is written, what a link leads to begins with one of four words", () => {
    fc.assert(
      fc.property(fc.string(), (href) => {
        expect(safeLink(href) ?? "https:").toMatch(/^(?:https?|mailto|tel):/);
      }),
    );
  });
});

test("entities are the characters they stand for, and other ampersands stay", () => {
  expect(decodeEntities("a &amp; b &lt;c&gt; &#38; &#x26; &nope; AT&T &#0; &#99999999;")).toBe(
    "a & b <c> & & &nope; AT&T &#0; &#99999999;",
  );
});

test("an address names a room and a session, below any base path, and comes back the same", () => {
  const at = (path: string, base = "") => {
    const { pathname, search } = new URL(path, "http://x");
    return placeOf(base, { pathname, search });
  };
  expect(at("/")).toEqual({ room: "chat" });
  expect(at("/nothing/known")).toEqual({ room: "chat" });
  expect(at("/oc/logs", "/oc")).toEqual({ room: "logs" });
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (session) => {
      expect(at(addressOf("/oc", { room: "chat", session }), "/oc")).toEqual({ room: "chat", session });
    }),
  );
});

test("times are said in the units people use", () => {
  expect([spanText(0), spanText(61_000), spanText(7_500_000), spanText(90_000_000)]).toEqual([
    "0 s",
    "1 min 1 s",
    "2 h 5 min",
    "1 d 1 h",
  ]);
  expect([agoText(0, 10_000), agoText(0, 300_000), agoText(0, 7_500_000)]).toEqual([
    "just now",
    "5 min ago",
    "2 h ago",
  ]);
});

test("a line of the log is taken apart, and one that is not ours is shown as it is", () => {
  const line = readLine(
    '{"time":"2026-11-21T15:28:16.659+00:00","level":"warn","subsystem":"ws","message":"hi","fields":{"a":1}}',
    7,
  );
  expect(line).toEqual({
    id: 7,
    time: "2026-11-21T15:28:16.659+00:00",
    level: "warn",
    subsystem: "ws",
    message: 'hi {"a":1}',
  });
  expect(readLine("not json", 1).message).toBe("not json");
  expect([isWanted(line, "info", ""), isWanted(line, "error", ""), isWanted(line, "info", "WS hi")]).toEqual([
    true,
    false,
    true,
  ]);
  expect(isWanted(line, "info", "ws elsewhere")).toBe(false);
});
