import { describe, expect, test } from "bun:test";
import { readFileSync, statSync } from "node:fs";
import { runOpenclaw, tempHome, type TempHome } from "../../support/index.ts";
import { cli } from "../in-process.ts";

const CANARY = "canary-of-the-store-0123456789";

/** Runs `openclaw secrets store …` in a script. */
function store(home: TempHome, ...args: readonly string[]) {
  return cli(["secrets", "store", ...args], { home: home.path });
}

function stored(home: TempHome): string {
  return readFileSync(home.at(".openclaw", "credentials", "secrets.json"), "utf8");
}

describe("openclaw secrets store", () => {
  test("a secret goes in by file or pipe, is never shown again, and lies in a private file", async () => {
    await using home = await tempHome();
    const file = await home.write("key", `${CANARY}\n`);
    const set = await store(home, "set", "OPENAI_API_KEY", "--value-file", file);
    expect(set).toMatchObject({ code: 0, stdout: "Stored OPENAI_API_KEY (secret).\n" });
    const piped = await runOpenclaw(["secrets", "store", "set", "BOT_TOKEN", "--json"], {
      home: home.path,
      form: "source",
      stdin: `${CANARY}-2\n`,
    });
    expect(JSON.parse(piped.stdout)).toEqual({
      ok: true,
      name: "BOT_TOKEN",
      kind: "secret",
      action: "stored",
    });
    expect(JSON.parse(stored(home))).toEqual({ OPENAI_API_KEY: CANARY, BOT_TOKEN: `${CANARY}-2` });
    expect(statSync(home.at(".openclaw", "credentials", "secrets.json")).mode & 0o777).toBe(0o600);

    const shown = [
      await store(home, "list"),
      await store(home, "list", "--json"),
      await store(home, "list", "--plain"),
      await store(home, "get", "OPENAI_API_KEY"),
      await store(home, "get", "OPENAI_API_KEY", "--json"),
      await store(home, "rm", "BOT_TOKEN", "--dry-run"),
      set,
      piped,
    ];
    for (const { stdout, stderr } of shown) expect(stdout + stderr).not.toContain(CANARY);
    expect(shown[0]?.stdout).toBe("BOT_TOKEN [secret] (not shown)\nOPENAI_API_KEY [secret] (not shown)\n");
    expect(JSON.parse(shown[1]?.stdout ?? "")).toEqual({
      entries: [
        { name: "BOT_TOKEN", kind: "secret" },
        { name: "OPENAI_API_KEY", kind: "secret" },
      ],
    });
    expect(shown[3]?.code).toBe(2);
  });

  test("a setting can be typed and read; a secret on the command line is refused", async () => {
    await using home = await tempHome();
    expect(await store(home, "set", "LOG_LEVEL", "--value", "debug")).toMatchObject({
      code: 0,
      stdout: "Stored LOG_LEVEL (env).\n",
    });
    expect((await store(home, "get", "LOG_LEVEL")).stdout).toBe("LOG_LEVEL=debug\n");
    expect((await store(home, "get", "LOG_LEVEL", "--plain")).stdout).toBe("debug\n");
    expect(JSON.parse((await store(home, "get", "LOG_LEVEL", "--json")).stdout)).toEqual({
      name: "LOG_LEVEL",
      kind: "env",
      value: "debug",
    });
    expect((await store(home, "list", "--plain")).stdout).toBe("LOG_LEVEL\tenv\tdebug\n");
    const typed = await store(home, "set", "MY_TOKEN", "--value", CANARY);
    expect(typed.code).toBe(2);
    expect(typed.stderr).toContain("--value is refused for a secret");
    expect(typed.stdout + typed.stderr).not.toContain(CANARY);
  });

  test("what cannot be stored exits 2, a name that is not there exits 3", async () => {
    await using home = await tempHome();
    const big = await home.write("big", "x".repeat(65_537));
    const empty = await home.write("empty", "\n");
    const redacted = await home.write("redacted", "__OPENCLAW_REDACTED__");
    const refusals: readonly (readonly string[])[] = [
      ["set", "lower_case", "--value", "1"],
      ["set", "A_KEY", "--value-file", big],
      ["set", "A_KEY", "--value-file", empty],
      ["set", "A_KEY", "--value-file", redacted],
      ["set", "A_KEY", "--value-file", home.at("absent")],
      ["set", "LEVEL", "--value", "1", "--value-file", big],
      ["set", "LEVEL", "--value", "x".repeat(65_537)],
      ["list", "--json", "--plain"],
      ["import", "--from", empty],
    ];
    for (const args of refusals) expect([args, (await store(home, ...args)).code]).toEqual([args, 2]);
    expect((await store(home, "get", "ABSENT")).code).toBe(3);
    expect((await store(home, "list")).stdout).toBe("The secret store is empty.\n");
  });

  test("a redacted value leaves the stored one as it is", async () => {
    await using home = await tempHome();
    await store(home, "set", "A_KEY", "--value-file", await home.write("key", CANARY));
    const redacted = await home.write("redacted", "A_KEY=__OPENCLAW_REDACTED__\n");
    expect((await store(home, "import", "--from", redacted, "--yes")).stdout).toContain("A_KEY; the stored");
    const value = await home.write("value", "__OPENCLAW_REDACTED__");
    expect(await store(home, "set", "A_KEY", "--value-file", value)).toMatchObject({
      code: 0,
      stdout: "Skipped a redacted value for A_KEY; the stored one is unchanged.\n",
    });
    expect(JSON.parse(stored(home))).toEqual({ A_KEY: CANARY });
  });

  test("a dotenv file is imported whole or not at all, and only with consent", async () => {
    await using home = await tempHome();
    const good = await home.write(
      "good",
      `A_KEY="line 1\\nline 2"\nexport LEVEL=info # note\nB_TOKEN='${CANARY}'\n`,
    );
    const bad = await home.write("bad", `C_KEY=${CANARY}\nlower=1\n`);
    expect((await store(home, "import", "--from", bad, "--yes")).code).toBe(2);
    expect(await store(home, "import", "--from", good, "--dry-run")).toMatchObject({
      code: 0,
      stdout: "Would import 3 entries.\n",
    });
    const unasked = await store(home, "import", "--from", good);
    expect(unasked.code).toBe(2);
    expect(unasked.stderr).toContain("--yes");
    expect((await store(home, "list")).stdout).toBe("The secret store is empty.\n");
    const asked = await cli(["secrets", "store", "import", "--from", good], {
      home: home.path,
      answer: () => true,
    });
    expect(asked).toMatchObject({ code: 0, stdout: "Imported 3 entries.\n" });
    expect(JSON.parse(stored(home))).toEqual({
      A_KEY: "line 1\nline 2",
      LEVEL: { kind: "env", value: "info" },
      B_TOKEN: CANARY,
    });
  });

  test("entries are removed with consent, and absent ones without a word of complaint", async () => {
    await using home = await tempHome();
    await store(home, "set", "LEVEL", "--value", "info");
    expect((await store(home, "rm", "LEVEL")).code).toBe(2);
    expect((await store(home, "rm", "LEVEL", "ABSENT", "--yes")).stdout).toBe("Removed LEVEL.\n");
    expect(await store(home, "rm", "LEVEL")).toMatchObject({ code: 0 });
    expect(stored(home)).toBe("{}\n");
  });
});
