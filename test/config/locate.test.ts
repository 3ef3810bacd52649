import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Json5SyntaxError, type Json5Node, locate, positionAt, scanJson5 } from "../../src/config/locate.ts";

/** The value a tree stands for, the last of equal keys winning. */
function valueOf(node: Json5Node): unknown {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "list":
      return node.items.map(({ value }) => valueOf(value));
    case "object":
      return Object.fromEntries(node.members.map(({ key, value }) => [key, valueOf(value)]));
  }
}

const space = fc.constantFrom("", " ", "\n", "\t", "// note\n", "/* a\n * b */", "\u00a0", "\ufeff", "\r\n");

function quoted(text: string, quote: string): string {
  const inner = JSON.stringify(text).slice(1, -1);
  return quote === '"' ? `"${inner}"` : `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** Space behind a word: `Bun.JSON5` refuses the rarer kinds there. */
const gap = fc.constantFrom("", " ", "\n", "\t", "/* a\n * b */", "\r\n");

/** A JSON5 text written in any of the ways the same value may be written. */
const written: fc.Arbitrary<string> = fc.letrec<{
  value: string;
  list: string;
  object: string;
  scalar: string;
}>((tie) => ({
  scalar: fc.oneof(
    fc
      .tuple(fc.string({ unit: "binary" }), fc.constantFrom('"', "'"))
      .map(([text, quote]) => quoted(text, quote)),
    fc.constantFrom(
      "true",
      "false",
      "null",
      "0",
      "-0",
      "+1",
      ".5",
      "5.",
      "1e3",
      "-1.5E-2",
      "0xFf",
      "Infinity",
      "-Infinity",
    ),
    fc.integer().map(String),
    fc.constantFrom("'a\\\nb'", '"\\x41\\u0042\\v\\0"', "'\\q\\''", '"\u2028"'),
  ),
  list: fc
    .tuple(fc.array(fc.tuple(space, tie("value"), gap), { maxLength: 3 }), gap, fc.boolean())
    .map(([items, end, trailing]) => {
      const inner = items.map((parts) => parts.join("")).join(",");
      return `[${inner}${trailing && items.length > 0 ? "," : ""}${end}]`;
    }),
  object: fc
    .tuple(
      fc.array(
        fc.tuple(
          space,
          fc.oneof(
            fc.constantFrom("a", "$b", "_c", "gateway", "naïve", "\\u0061b", "null"),
            fc.string().map((text) => quoted(text === "__proto__" ? "p" : text, "'")),
          ),
          gap,
          space,
          tie("value"),
          gap,
        ),
        { maxLength: 4 },
      ),
      gap,
      fc.boolean(),
    )
    .map(([members, end, trailing]) => {
      const inner = members
        .map(
          ([before, key, behind, between, value, after]) =>
            `${before}${key}${behind}:${between}${value}${after}`,
        )
        .join(",");
      return `{${inner}${trailing && members.length > 0 ? "," : ""}${end}}`;
    }),
  value: fc.oneof({ depthSize: "small" }, tie("scalar"), tie("list"), tie("object")),
})).value;

describe("scanning JSON5", () => {
  test("finds the value that the parser finds, however it is written", () => {
    fc.assert(
      fc.property(space, written, gap, (before, text, after) => {
        const whole = before + text + after;
        expect(valueOf(scanJson5(whole))).toEqual(Bun.JSON5.parse(whole));
      }),
      { numRuns: 500 },
    );
  });

  test("finds the value of any JSON", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        if (text.includes("__proto__")) return;
        expect(valueOf(scanJson5(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  test("every span holds exactly its text", () => {
    fc.assert(
      fc.property(written, (text) => {
        const visit = (node: Json5Node): void => {
          expect(valueOf(scanJson5(text.slice(node.start, node.end)))).toEqual(valueOf(node));
          if (node.kind === "scalar") return;
          for (const item of node.kind === "list" ? node.items : node.members) {
            if (item.comma !== undefined) expect(text[item.comma]).toBe(",");
            visit(item.value);
          }
        };
        visit(scanJson5(text));
      }),
    );
  });

  test("any text is scanned or refused with the place, never anything else", () => {
    const letters = fc.constantFrom(..."{}[],:'\"\\/*ab01.+-exun \ntruefalsn");
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: letters, maxLength: 30 })),
        (text) => {
          try {
            scanJson5(text);
          } catch (error) {
            if (!(error instanceof Json5SyntaxError)) throw error;
            expect(error.offset).toBeGreaterThanOrEqual(0);
            expect(error.offset).toBeLessThanOrEqual(text.length);
            return;
          }
          expect(() => Bun.JSON5.parse(text)).not.toThrow();
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("nesting is bounded", () => {
    expect(() => scanJson5("[".repeat(100_000))).toThrow("nested deeper than 256");
  });
});

describe("the place of a key", () => {
  const text = `// my gateway
{
  gateway: {
    prot: 18789, // typo
    "auth": { token: 'x' },
    trustedProxies: ["10.0.0.1", 5],
    'odd.key': 1,
  },
  gateway2: {},
}
`;
  const rows: [string, number, number][] = [
    ["", 2, 1],
    ["gateway", 3, 3],
    ["gateway.prot", 4, 5],
    ["gateway.auth", 5, 5],
    ["gateway.auth.token", 5, 15],
    ["gateway.trustedProxies.1", 6, 34],
    ['gateway["odd.key"]', 7, 5],
    ["gateway.auth.missing", 5, 5],
    ["nowhere", 2, 1],
  ];
  for (const [path, line, column] of rows) {
    test(`${path || "the file"} is at ${line}:${column}`, () =>
      expect(locate(text, path)).toEqual({ line, column }));
  }

  test("of a key that is written twice is where it counts", () => {
    expect(locate("{a: 1,\na: 2}", "a")).toEqual({ line: 2, column: 1 });
  });

  test("in a text that is not JSON5 is where it stops being so", () => {
    expect(locate('{\n  "a": }', "a")).toEqual({ line: 2, column: 8 });
    expect(locate("", "a")).toEqual({ line: 1, column: 1 });
  });

  test("counts a Windows line end once", () => {
    expect(positionAt("a\r\nb\rc\nd", 7)).toEqual({ line: 4, column: 1 });
  });
});
