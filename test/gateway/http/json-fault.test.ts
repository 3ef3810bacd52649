import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { jsonFault } from "../../../src/gateway/http/json-fault.ts";

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("a fault in JSON", () => {
  test("is told with its position, line and column", () => {
    expect(jsonFault("{bad")).toBe("Expected property name or '}' in JSON at position 1 (line 1 column 2)");
    expect(jsonFault("{")).toBe("Expected property name or '}' in JSON at position 1 (line 1 column 2)");
    expect(jsonFault('{"a":1\n,}')).toBe(
      "Expected double-quoted property name in JSON at position 8 (line 2 column 2)",
    );
    expect(jsonFault('{"a" 1}')).toBe(
      "Expected ':' after property name in JSON at position 5 (line 1 column 6)",
    );
    expect(jsonFault("[1 2]")).toBe(
      "Expected ',' or ']' after array element in JSON at position 3 (line 1 column 4)",
    );
    expect(jsonFault('{"a":1 "b":2}')).toBe(
      "Expected ',' or '}' after property value in JSON at position 7 (line 1 column 8)",
    );
    expect(jsonFault("{} x")).toBe(
      "Unexpected non-whitespace character after the value in JSON at position 3 (line 1 column 4)",
    );
    expect(jsonFault("")).toBe("Unexpected end of JSON input");
  });

  test("is found exactly where the parser of the engine finds one", () => {
    const texts = fc.oneof(
      fc.json(),
      fc.string(),
      fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([text, at, put]) => {
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + put + text.slice(cut + 1);
      }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(jsonFault(text) === undefined).toBe(parses(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test("is not looked for in text nested beyond reason, nor in very long text", () => {
    expect(jsonFault("[".repeat(5_000))).toStartWith("Too deeply nested value");
    expect(jsonFault("x".repeat(300_000))).toBeUndefined();
  });
});
