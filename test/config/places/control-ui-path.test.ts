import { expect, test } from "bun:test";
import { controlUiPath } from "../../../src/config/index.ts";

test("the base path of the Control UI is one whatever its slashes", () => {
  for (const text of ["openclaw", "/openclaw", "openclaw/", " //openclaw// "]) {
    expect(controlUiPath(text)).toBe("/openclaw");
  }
  for (const text of [undefined, "", "/", "  "]) expect(controlUiPath(text)).toBe("");
  expect(controlUiPath("/a/b/")).toBe("/a/b");
});
