import { expect, test } from "bun:test";
import fc from "fast-check";
import { TextError, readTree } from "../../../src/config/document/index.ts";

function failure(text: string): TextError {
  try {
    readTree(text);
  } catch (error) {
    if (error instanceof TextError) return error;
    throw error;
  }
  throw new Error(`${text} was read`);
}

test("a syntax error names what is wrong, the line and the column", () => {
  expect(String(failure("{ not json"))).toBe("SyntaxError: JSON5: invalid character 'j' at 1:7");
  expect(failure("{\n a: 1,\n b: }")).toMatchObject({ line: 3, column: 5 });
  expect(failure("{a:1").message).toBe("JSON5: invalid end of input at 1:5");
  expect(failure("{a:1}{b:2}").message).toBe("JSON5: invalid character '{' at 1:6");
  expect(failure("").message).toBe("JSON5: invalid end of input at 1:1");
  expect(failure("{/* ").line).toBe(1);
});

test("nesting past the limit is an error, not a crash", () => {
  expect(failure("[".repeat(100_000)).message).toContain("nested deeper");
});

function accepts(read: (text: string) => unknown, text: string): boolean {
  try {
    read(text);
    return true;
  } catch {
    return false;
  }
}

test("what is read here is what the parser reads, for any text", () => {
  const piece = fc.constantFrom(
    ..."{}[]:,'\"/*\\\n \t.+-0123eExX_$aé".split(""),
    "null",
    "true",
    "false",
    "Infinity",
    "NaN",
    "0x1F",
    "//",
    "/*",
    "*/",
    "\\u0061",
    "1.",
    ".5",
    "-.5e+3",
    "01",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      expect({ text, ok: accepts(readTree, text) }).toEqual({ text, ok: accepts(Bun.JSON5.parse, text) });
    }),
    { numRuns: 20_000 },
  );
});
