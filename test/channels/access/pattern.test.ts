import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Pattern, PatternError } from "../../../src/channels/access/pattern/index.ts";
import { CPU_LIMIT_MS, cpuTimeOf } from "../cpu-time.ts";

const char = fc.constantFrom("a", "b", "c", "A", " ", "1", "é", "🦞", "_", "-", "@");

/** Expressions made of what is supported, with what JavaScript must say of them. */
const { expression } = fc.letrec<{ expression: string; atom: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small" },
    tie("atom"),
    fc.tuple(tie("atom"), tie("expression")).map(([left, right]) => left + right),
    fc.tuple(tie("expression"), tie("expression")).map(([left, right]) => `(?:${left}|${right})`),
    fc
      .tuple(tie("expression"), fc.constantFrom("*", "+", "?", "*?", "+?", "{2}", "{1,3}", "{1,}", "{0,2}?"))
      .map(([inner, times]) => `(${inner})${times}`),
    tie("expression").map((inner) => `^${inner}`),
    tie("expression").map((inner) => `${inner}$`),
  ),
  atom: fc.constantFrom(
    "a",
    "b",
    "C",
    "🦞",
    "é",
    ".",
    "[ab]",
    "[^a]",
    "[a-c1]",
    "\\w",
    "\\s",
    "\\d",
    "\\W",
    "\\b",
    "\\B",
    "\\@",
    "\\-",
    "x?",
  ),
}));

describe("patterns", () => {
  test("find what JavaScript finds", () => {
    const property = fc.property(expression, fc.array(char, { maxLength: 12 }), (source, chars) => {
      const text = chars.join("");
      // Read strictly, escapes such as \@ are refused; written otherwise they mean the same.
      const reference = new RegExp(source.replaceAll("\\@", "@").replaceAll("\\-", "-"), "iu");
      let pattern: Pattern;
      try {
        pattern = new Pattern(source);
      } catch (error) {
        if (!(error instanceof PatternError)) throw error;
        expect(reference.test("") || source.length > 100).toBe(true);
        return;
      }
      expect({ source, text, found: pattern.found(text) }).toEqual({
        source,
        text,
        found: reference.test(text),
      });
    });
    fc.assert(property, { numRuns: 3_000 });
  });

  test("take their time from the length of the text, whatever they are", async () => {
    const sources = [
      "(a+)+b",
      "(a|a)*b",
      "(a|aa)+$b",
      "(.*)*x",
      "a*a*a*a*a*a*b",
      "(?:a?){30}a{30}b",
      "((a*)*)*b",
      "^(\\w+\\s?)*z$",
    ];
    const text = "a".repeat(8_192);
    const took = await cpuTimeOf(() => {
      for (const source of sources) expect(new Pattern(source).found(text)).toBe(false);
    });
    expect(took).toBeLessThan(CPU_LIMIT_MS);
  });

  test("what cannot be matched in one pass, is too big, or is found everywhere is refused with the reason", () => {
    const refused: readonly (readonly [string, RegExp])[] = [
      ["(a", /not a regular expression/],
      ["*a", /not a regular expression/],
      ["[b-a]", /not a regular expression/],
      ["a{2,1}", /not a regular expression/],
      ["(a)\\1", /back reference/],
      ["(?=a)b", /looks around/],
      ["(?!a)b", /looks around/],
      ["(?<=a)b", /looks around/],
      ["a{1000}{1000}", /not a regular expression/],
      ["(a{100}){100}", /too many/],
      ["(((x?){999}){999}){999}y", /too many/],
      ["((((){9999}){9999}){9999}){9999}y", /too many/],
      [`${"(".repeat(40)}a${")".repeat(40)}`, /nested deeper/],
      ["a".repeat(600), /longer than/],
      ["", /every text/],
      ["a*", /every text/],
      ["^", /every text/],
    ];
    for (const [source, reason] of refused) {
      expect(() => new Pattern(source), source).toThrow(PatternError);
      expect(() => new Pattern(source), source).toThrow(reason);
    }
  });

  test("random text is a pattern or is refused, and never breaks", () => {
    const property = fc.property(
      fc.string({ maxLength: 40 }),
      fc.string({ maxLength: 40 }),
      (source, text) => {
        try {
          new Pattern(source).found(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PatternError);
        }
      },
    );
    fc.assert(property, { numRuns: 3_000 });
  });
});
