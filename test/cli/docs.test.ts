import { expect, test } from "bun:test";
import { join } from "node:path";
import { PROJECT_DIR, tempHome } from "../support/index.ts";
import { cli } from "./in-process.ts";

test("docs/cli/commands.md is what `openclaw help --markdown` prints", async () => {
  await using home = await tempHome();
  const { stdout } = await cli(["help", "--markdown"], { home: home.path });
  expect(await Bun.file(join(PROJECT_DIR, "docs", "cli", "commands.md")).text()).toBe(stdout);
});
