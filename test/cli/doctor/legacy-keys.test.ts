import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { modernise, validateConfig } from "../../../src/config/index.ts";
import { cli } from "../in-process.ts";
import { CONFIG, doctor, homeWith, TOKEN } from "./home.ts";

const ONLY = ["--only", "config-legacy"];

test("keys of earlier versions mean what they mean today, and are named with their place", async () => {
  await using home = await homeWith(
    `{\n  gateway: { mode: "local", token: "${TOKEN}" },\n  telegram: { enabled: false },\n}\n`,
  );
  const { stdout } = await cli(["config", "validate", "--json"], { home: home.path });
  expect(JSON.parse(stdout)).toMatchObject({ valid: true });
  const { findings } = await doctor(home, ["--only", "config", ...ONLY]);
  expect(findings.map(({ target }) => target)).toEqual(["telegram", "gateway.token"]);
  expect(findings[0]).toMatchObject({ checkId: "config-legacy", severity: "warning", fixable: true });
  expect(findings[0]?.message).toContain("channels.telegram");
  expect(findings[0]?.message).toContain("line 3");
});

test("--fix shows the change without its secrets, rewrites in place with every comment, and keeps the older text", async () => {
  const before = [
    "// my gateway",
    "{",
    "  gateway: { mode: 'local' /* here */, reload: 'hot' },",
    `  routing: { allowFrom: ["+4366412345"], groupChat: { mentionPatterns: ["claw"] } },`,
    "  agents: {",
    "    // the one that answers",
    '    list: [{ id: "Main", workspace: "~/clawd" }],',
    "  },",
    '  telegram: { botToken: "4242:a-token-of-a-bot-0123456789" },',
    "}",
    "",
  ].join("\n");
  await using home = await homeWith(before);
  const run = await cli(["doctor", "--fix", ...ONLY], { home: home.path, tty: true, answer: () => true });
  expect(run.code).toBe(0);
  expect(run.stdout).not.toContain("a-token-of-a-bot");
  expect(run.stdout).toContain("routing");
  const after = readFileSync(home.at(CONFIG), "utf8");
  expect(after).toContain("// my gateway");
  expect(after).toContain("/* here */");
  expect(Bun.JSON5.parse(after)).toMatchObject({
    gateway: { mode: "local", reload: { mode: "hot" } },
    channels: {
      whatsapp: { allowFrom: ["+4366412345"] },
      telegram: { botToken: "4242:a-token-of-a-bot-0123456789" },
    },
    messages: { groupChat: { mentionPatterns: ["claw"] } },
    agents: { entries: { main: { workspace: "~/clawd" } } },
  });
  expect(Object.keys(Bun.JSON5.parse(after) as object)).not.toContain("routing");
  expect(readFileSync(home.at(`${CONFIG}.bak`), "utf8")).toBe(before);
  expect((await doctor(home, ONLY)).findings).toEqual([]);
});

test("nobody agreed, or the file may not be written: it stays as it is", async () => {
  const before = `{ gateway: { mode: "local" }, bridge: { port: 18790 } }`;
  await using home = await homeWith(before);
  const left = await doctor(home, ["--fix", ...ONLY]);
  expect(left.findings[0]).toMatchObject({ target: "bridge", repair: { state: "left" } });
  const readOnly = await doctor(home, ["--fix", "--yes", ...ONLY], {
    env: { OPENCLAW_CONFIG_READONLY: "1" },
  });
  expect(readOnly.findings[0]?.fixable).toBe(false);
  expect(readFileSync(home.at(CONFIG), "utf8")).toBe(before);
  expect(existsSync(home.at(`${CONFIG}.bak`))).toBe(false);
});

test("where a file says it both ways, today's word wins", () => {
  const { config, found } = modernise(
    {
      session: { idleMinutes: 5, reset: { idleMinutes: 60, mode: "daily" } },
      gateway: { token: "old", auth: { token: "new" } },
      telegram: { enabled: true, dmPolicy: "open" },
      channels: { telegram: { enabled: false } },
    },
    { all: true },
  );
  expect(config).toEqual({
    session: { reset: { idleMinutes: 60, mode: "daily" } },
    gateway: { auth: { token: "new" } },
    channels: { telegram: { enabled: false, dmPolicy: "open" } },
  });
  expect(found).toHaveLength(3);
});

test("seed 58: the canvas set as a plugin is the canvas; other plugins stay where they are", () => {
  const host = { enabled: false, port: 20_000 };
  const alone = modernise({ plugins: { entries: { canvas: { config: { host } } } } }, { all: false });
  expect(alone.config).toEqual({ canvasHost: host });
  const entries = { canvas: { config: { host: { enabled: false } } }, other: { enabled: true } };
  const beside = modernise({ plugins: { entries } }, { all: false });
  expect(beside.config).toEqual({
    canvasHost: { enabled: false },
    plugins: { entries: { other: { enabled: true } } },
  });
});

test("a file without older keys is left as it is, and rewriting twice is rewriting once", () => {
  const key = fc.constantFrom("agent", "routing", "gateway", "telegram", "channels", "web", "session", "x");
  const config = fc.dictionary(key, fc.object({ key, maxDepth: 2 }));
  fc.assert(
    fc.property(config, (value) => {
      const once = modernise(value, { all: true });
      const twice = modernise(once.config, { all: true });
      expect(twice.config).toEqual(once.config);
      if (once.found.length === 0 && twice.found.length === 0) expect(once.config).toEqual(value);
      // Whatever it is, it is read without an exception.
      validateConfig(once.config);
    }),
  );
});
