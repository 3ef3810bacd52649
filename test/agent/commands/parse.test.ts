import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  argumentsAt,
  leadingCommand,
  mentionsIn,
  triggerOf,
  withoutSpans,
} from "../../../src/agent/commands/parse.ts";
import { queueChange, queueWordsLength } from "../../../src/agent/commands/rows/queue-words.ts";

const RUNS = { numRuns: 500 };
const always = () => true;

/** Text made of pieces in which commands hide. */
const hostile = fc
  .array(
    fc.constantFrom(
      "/think",
      "/status",
      "high",
      " ",
      "  ",
      "\n",
      "\t",
      ":",
      "/",
      "```",
      "`",
      "a",
      "é",
      "🦞",
      "/x/y",
      "//",
    ),
    { maxLength: 20 },
  )
  .map((pieces) => pieces.join(""));

describe("a message that is a command", () => {
  test.each([
    ["/new", "new", ""],
    ["  /New  ", "new", ""],
    ["/think high", "think", "high"],
    ["/think: high", "think", "high"],
    ["/think:high", "think", "high"],
    ["/think : high", "think", "high"],
    ["/new write\na poem", "new", "write\na poem"],
    ["/compact\nkeep the names", "compact", "keep the names"],
  ])("%j is /%s with %j", (message, name, args) => {
    expect(leadingCommand(message)).toEqual({ name, args });
  });

  test.each(["", "new", "a /new", "/", "//new", "/ new", "/new/x", "/1", "/new.", "/tmp/file is big"])(
    "%j is none",
    (message) => {
      expect(leadingCommand(message)).toBeUndefined();
    },
  );

  test("however it is spaced and whatever its case, it is the same command", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z][a-z0-9_-]{0,10}$/),
        fc.string({ unit: "grapheme" }).filter((args) => !/^[\s:]/.test(args)),
        fc.constantFrom(" ", "  ", "\n", ": ", ":"),
        (name, args, gap) => {
          const expected = { name, args: args.trim() };
          expect(leadingCommand(`/${name}${gap}${args}`)).toEqual(expected);
          expect(leadingCommand(` /${name.toUpperCase()}${gap}${args}\n`)).toEqual(expected);
        },
      ),
      RUNS,
    );
  });
});

describe("a reset word", () => {
  test.each([
    ["neu", ["neu"], ""],
    ["NEU anfangen bitte", ["neu"], "anfangen bitte"],
    ["start over\nnow", ["neu", "start over"], "now"],
  ])("%j with %j leaves %j", (message, triggers, rest) => {
    expect(triggerOf(message, triggers)).toEqual({ rest });
  });

  test("is a word, not a beginning of one, and never empty", () => {
    expect(triggerOf("neulich", ["neu"])).toBeUndefined();
    expect(triggerOf("anything", ["", "  "])).toBeUndefined();
  });
});

describe("slash words inside a message", () => {
  const names = (message: string) => mentionsIn(message, always).map(({ name }) => name);

  test("stand alone between blanks", () => {
    expect(names("a /status b /think: high\n/Help")).toEqual(["status", "think", "help"]);
    expect(names("a/status /tmp/file http://x/help `/status` /status, (/help)")).toEqual([]);
  });

  test("are left alone in code blocks, also in one that never ends", () => {
    expect(names("```\n/status\n```\n/help")).toEqual(["help"]);
    expect(names("~~~\n/status")).toEqual([]);
  });

  test("are not looked for in messages nobody typed", () => {
    expect(names(`${"a".repeat(30_000)} /status`)).toEqual([]);
  });

  test("are where they are said to be, in order, for any text", () => {
    fc.assert(
      fc.property(hostile, (message) => {
        let last = -1;
        for (const mention of mentionsIn(message, always)) {
          expect(mention.start).toBeGreaterThan(last);
          expect(message.slice(mention.start, mention.nameEnd).toLowerCase()).toBe(`/${mention.name}`);
          const begin = argumentsAt(message, mention);
          expect(message.slice(mention.nameEnd, begin)).toMatch(/^[ \t]*:?[ \t]*$/);
          last = mention.start;
        }
      }),
      RUNS,
    );
  });
});

describe("taking parts out of a message", () => {
  const without = (message: string, part: string) => {
    const start = message.indexOf(part);
    return withoutSpans(message, [{ start, end: start + part.length }]);
  };

  test.each([
    ["solve /think high this", "/think high", "solve this"],
    ["/think high solve this", "/think high", "solve this"],
    ["solve this /think high", "/think high", "solve this"],
    ["/think high\nsolve\n  this", "/think high", "solve\n  this"],
    ["solve\n/think high\n    this", "/think high", "solve\n    this"],
    ["solve\n  /think high\nthis", "/think high", "solve\nthis"],
    ["/think high", "/think high", ""],
    ["def f():\n    /status\n    pass", "/status", "def f():\n    pass"],
  ])("%j without %j is %j", (message, part, rest) => {
    expect(without(message, part)).toBe(rest);
  });

  test("takes nothing else but blanks, whatever the text and however many parts", () => {
    fc.assert(
      fc.property(hostile, (message) => {
        const spans = mentionsIn(message, always).map(({ start, nameEnd }) => ({ start, end: nameEnd }));
        const rest = withoutSpans(message, spans);
        let expected = "";
        let from = 0;
        for (const { start, end } of spans) {
          expected += message.slice(from, start);
          from = end;
        }
        expected += message.slice(from);
        expect(rest.replaceAll(/\s/g, "")).toBe(expected.replaceAll(/\s/g, ""));
        if (spans.length === 0) expect(rest).toBe(message);
      }),
      RUNS,
    );
  });

  test("goes through a long gap once, wherever it stands", () => {
    // To try every blank of it as a beginning would take an hour.
    const gap = " ".repeat(1_000_000);
    const message = `a${gap}b /think`;
    const start = message.length - "/think".length;
    expect(withoutSpans(message, [{ start, end: message.length }])).toBe(`a${gap}b`);
    expect(withoutSpans(`a${gap}/think\nb`, [{ start: gap.length + 1, end: gap.length + 7 }])).toBe("a\nb");
  });
});

describe("the words of /queue", () => {
  test("are read one by one", () => {
    expect(queueChange("collect debounce:2s cap:5 drop:old")).toEqual({
      change: { queueMode: "collect", queueDebounceMs: 2_000, queueCap: 5, queueDrop: "old" },
    });
    expect(queueChange("default")).toEqual({
      change: { queueMode: null, queueDebounceMs: null, queueCap: null, queueDrop: null },
    });
    for (const word of ["debounce:2h", "cap:0", "cap:99999", "drop:all", "debounce:99m", "fast"]) {
      expect(queueChange(`steer ${word}`)).toEqual({ unknown: word });
    }
  });

  test("end where another word begins", () => {
    const text = "collect cap:5 and then this";
    expect(text.slice(0, queueWordsLength(text))).toBe("collect cap:5");
    expect(queueWordsLength("and collect")).toBeUndefined();
    expect(queueWordsLength("")).toBeUndefined();
  });
});
