import { expect, test } from "bun:test";
import { shellPath } from "../../src/cli/words.ts";

test("a path in a command can be copied: short where it is plain, quoted where a shell would split it", () => {
  expect(shellPath("/home/a/.openclaw/logs", "/home/a")).toBe("~/.openclaw/logs");
  expect(shellPath("/home/a/My Files/it's", "/home/a")).toBe(String.raw`'/home/a/My Files/it'\''s'`);
});
