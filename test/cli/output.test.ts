import { expect, test } from "bun:test";
import { definitions, table, unpainted, widthOf, wrap } from "../../src/cli/terminal/layout.ts";
import { ROOT } from "../../src/cli/commands/index.ts";
import { COMMAND_WORDS, namingProfile } from "../../src/config/index.ts";
import { freePort, tempHome } from "../support/index.ts";
import { cli } from "./in-process.ts";

const ESC = "\u001b[";

test("colour needs a terminal, or FORCE_COLOR; NO_COLOR and --no-color turn it off", async () => {
  await using home = await tempHome();
  const colored = async (argv: string[], world: { tty?: boolean; env?: Record<string, string> }) =>
    (await cli([...argv, "gatway"], { home: home.path, ...world })).stderr.includes(ESC);
  expect(await colored([], {})).toBe(false);
  expect(await colored([], { tty: true })).toBe(true);
  expect(await colored([], { env: { FORCE_COLOR: "1" } })).toBe(true);
  expect(await colored([], { tty: true, env: { NO_COLOR: "1" } })).toBe(false);
  expect(await colored(["--no-color"], { tty: true })).toBe(false);
});

test("a failure goes to stderr with its next step; with --json it is one document on stdout", async () => {
  await using home = await tempHome();
  const text = await cli(["gateway", "health", "--port", "abc"], { home: home.path });
  expect(text).toEqual({
    code: 1,
    stdout: "",
    stderr: "Invalid --port. Use a port number from 1 to 65535, for example 18789.\n",
  });
  const json = await cli(["gateway", "health", "--port", "abc", "--json"], { home: home.path });
  expect([json.code, json.stderr]).toEqual([1, ""]);
  expect(JSON.parse(json.stdout)).toEqual({
    ok: false,
    error: {
      type: "cli_error",
      message: "Invalid --port. Use a port number from 1 to 65535, for example 18789.",
    },
  });
});

test("stack traces appear only with OPENCLAW_DEBUG=1", async () => {
  await using home = await tempHome();
  expect((await cli(["gatway"], { home: home.path })).stderr).not.toContain("    at ");
  expect((await cli(["gatway"], { home: home.path, env: { OPENCLAW_DEBUG: "1" } })).stderr).toContain(
    "    at ",
  );
});

test("with a profile every printed command names it", async () => {
  await using home = await tempHome();
  const { stderr } = await cli(["--profile", "rescue", "health"], { home: home.path });
  expect(stderr).toContain("openclaw --profile rescue gateway run");
});

test("every command is known as one, and what else follows the program's name is left as it is", () => {
  const names = ROOT.subcommands.map(({ name }) => name);
  expect([...COMMAND_WORDS].sort()).toEqual(names.sort());
  const text = "Another openclaw listens. See: openclaw status";
  expect(namingProfile(text, "rescue")).toBe(
    "Another openclaw listens. See: openclaw --profile rescue status",
  );
  expect(namingProfile(text, undefined)).toBe(text);
});

test("with a profile, failures in JSON name it in their words and in their hint", async () => {
  await using home = await tempHome();
  await home.write(".openclaw-rescue/openclaw.json", {
    gateway: { mode: "local" },
    channels: { telegram: {} },
  });
  const argv = ["--profile", "rescue", "message", "send", "--message", "hi", "--json"];
  const { error } = JSON.parse((await cli(argv, { home: home.path })).stdout);
  expect(`${error.message} ${error.hint}`).not.toMatch(/openclaw (?!--profile rescue)/);
  const asked = ["--profile", "rescue", "health", "--port", String(await freePort()), "--json"];
  expect(JSON.parse((await cli(asked, { home: home.path })).stdout).error.hint).toContain(
    "openclaw --profile rescue gateway run",
  );
});

test("a profile name that cannot be a folder is refused", async () => {
  await using home = await tempHome();
  const { code, stderr } = await cli(["--profile", "../x", "health"], { home: home.path });
  expect(code).toBe(1);
  expect(stderr).toContain('Invalid profile name "../x"');
});

test("an older environment variable is used and warned of once", async () => {
  await using home = await tempHome();
  const { stderr } = await cli(["health"], { home: home.path, env: { CLAWDBOT_GATEWAY_PORT: "1" } });
  expect(stderr.match(/CLAWDBOT_GATEWAY_PORT → OPENCLAW_GATEWAY_PORT/g)).toHaveLength(1);
  expect(stderr).toContain("ws://127.0.0.1:1 ");
});

test("tables give way where they are widest and never pass 80 columns", () => {
  const lines = table(
    ["A", "B"],
    [
      ["short", "x".repeat(200)],
      ["…", "日本語".repeat(30)],
    ],
  );
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(80);
  expect(lines[2]).toStartWith("short  xxx");
  expect(lines[2]).toEndWith("…");
});

test("a cell begins no line of its own, and foreign text brings no colours", () => {
  expect(table(["A"], [["x\r\n\nApproved."]])).toEqual(["A", "-----------", "x Approved."]);
  expect(unpainted("\u001b[8mhidden\u001b[0m\nrest")).toBe("hidden rest");
});

test("wrapping breaks at blanks and keeps long words whole", () => {
  expect(wrap("aa bb cc", 5)).toEqual(["aa bb", "cc"]);
  expect(wrap("https://a.very.long.address/x b", 5)).toEqual(["https://a.very.long.address/x", "b"]);
  expect(definitions([["term", "one two"]])).toEqual(["  term  one two"]);
});
