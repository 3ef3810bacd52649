import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { formatPath, parsePath } from "../../src/config/key-path.ts";
import { editDistance, nearest } from "../../src/config/suggest.ts";

describe("the nearest word", () => {
  const keys = ["port", "mode", "bind", "customBindHost", "trustedProxies", "auth", "tls"];
  const rows: [string, string | undefined][] = [
    ["prot", "port"],
    ["Port", "port"],
    ["custom_bind_host", "customBindHost"],
    ["trusted-proxies", "trustedProxies"],
    ["trustedProxy", "trustedProxies"],
    ["authh", "auth"],
    ["ssl", undefined],
    ["nopeSection", undefined],
    ["x", undefined],
    ["", undefined],
    ["port", undefined],
    ["p".repeat(1000), undefined],
  ];
  for (const [word, expected] of rows) {
    test(`for ${JSON.stringify(word.slice(0, 20))} is ${expected ?? "none"}`, () =>
      expect(nearest(word, keys)).toBe(expected));
  }

  test("the distance is the same both ways and nothing for equal words", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe("paths", () => {
  test("what is written is read back", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { maxLength: 5 }), (steps) => {
        expect(parsePath(formatPath(steps))).toEqual(steps);
      }),
    );
  });

  test("dots, brackets and quotes are understood", () => {
    expect(parsePath("a[0].b")).toEqual(["a", "0", "b"]);
    expect(parsePath(`a["x.y"]['z.w'].c`)).toEqual(["a", "x.y", "z.w", "c"]);
    expect(parsePath("")).toEqual([]);
    for (const bad of ["a..b", ".a", "a.", "a[", "a[]", 'a["x]', "a]b", "a[0]b"])
      expect(parsePath(bad)).toBeUndefined();
  });
});
