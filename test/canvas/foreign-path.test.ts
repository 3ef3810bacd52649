import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { foreignPath } from "../../src/canvas/foreign-path.ts";

describe("a path as it was sent", () => {
  test.each([
    ["", [], true],
    ["index.html", ["index.html"], false],
    ["a/b/", ["a", "b"], true],
    ["a%20b/%C3%A4.txt", ["a b", "ä.txt"], false],
    ["100%25.txt", ["100%.txt"], false],
  ] as const)("%p is names and whether a folder is meant", (path, names, isFolder) => {
    expect(foreignPath(path)).toEqual({ names: [...names], isFolder });
  });

  test.each([
    "/",
    "//",
    "a//b",
    ".",
    "..",
    "a/../b",
    "%2e%2e/secret",
    "%2E%2E%2Fsecret",
    "..%2fsecret",
    "%252e%252e%252fsecret",
    "a%2fb",
    "a%5cb",
    "..%5csecret",
    "a\\b",
    "%00",
    "index.html%00.png",
    "C:/Windows",
    "c%3a",
    "index.html::$DATA",
    "file:%2f%2f%2fetc",
    ".env",
    "a/.git/config",
    "%",
    "%zz",
    "%c0%ae%c0%ae",
    "a\nb",
  ])("C8: %p is no file of a canvas", (path) => {
    expect(foreignPath(path)).toBeUndefined();
  });

  test("C8: whatever is sent, no name leads up, hides, or holds what parts names", () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom("..", ".", "%2e", "%2E%2e", "%252e", "/", "%2f", "%5c", "\\", "%00", "a", ":", "~"),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        for (const name of foreignPath(pieces.join(""))?.names ?? []) {
          expect(name).not.toBe("");
          expect(name.startsWith(".")).toBe(false);
          expect(/[\\/:\0]/.test(name)).toBe(false);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
