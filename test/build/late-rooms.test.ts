import { expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { runOpenclaw, tempHome } from "../support/index.ts";

/** Two commands, one of which is read from source; a busy machine takes seconds for each. */
const COMMANDS_TIMEOUT_MS = 30_000;

test(
  "a room that is unpacked late fails as from source: errors are the program's own",
  async () => {
    await using home = await tempHome();
    const args = ["secrets", "get", "nothing/here", "--json"];
    const told = await runOpenclaw(args, { home: home.path });
    const fromSource = await runOpenclaw(args, { home: home.path, form: "source" });
    expect(JSON.parse(told.stdout)).toMatchObject({ ok: false });
    expect(told).toEqual(fromSource);
  },
  COMMANDS_TIMEOUT_MS,
);

test(
  "unpacking leaves nothing in the home",
  async () => {
    await using home = await tempHome();
    const { code } = await runOpenclaw(["doctor", "--json"], { home: home.path });
    expect(code).toBe(0);
    expect(await readdir(home.path)).not.toContain(".bun");
  },
  COMMANDS_TIMEOUT_MS,
);
