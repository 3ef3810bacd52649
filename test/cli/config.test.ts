import { expect, test } from "bun:test";
import { type TempHome, tempHome } from "../support/index.ts";
import { cli } from "./in-process.ts";

const FILE = ".openclaw/openclaw.json";

async function config(home: TempHome, argv: readonly string[], env: Record<string, string> = {}) {
  return cli(["config", ...argv], { home: home.path, env });
}

async function text(home: TempHome): Promise<string> {
  return Bun.file(home.at(FILE)).text();
}

async function stored(home: TempHome): Promise<unknown> {
  const { meta: _, ...rest } = Bun.JSON5.parse(await text(home)) as Record<string, unknown>;
  return rest;
}

test("file prints the path, and OPENCLAW_CONFIG_PATH moves it", async () => {
  await using home = await tempHome();
  expect((await config(home, ["file"])).stdout).toBe("~/.openclaw/openclaw.json\n");
  const moved = await config(home, ["file", "--json"], { OPENCLAW_CONFIG_PATH: home.at("a.json") });
  expect(JSON.parse(moved.stdout)).toEqual({ path: home.at("a.json") });
  expect((await cli(["--dev", "config", "file"], { home: home.path })).stdout).toBe(
    "~/.openclaw-dev/openclaw.json\n",
  );
});

test("get prints scalars bare, objects as JSON, and keeps types with --json", async () => {
  await using home = await tempHome();
  await home.write(FILE, '{gateway: {port: 19001, bind: "lan", trustedProxies: []}}');
  expect((await config(home, ["get", "gateway.port"])).stdout).toBe("19001\n");
  expect((await config(home, ["get", "gateway['bind']"])).stdout).toBe("lan\n");
  expect((await config(home, ["get", "gateway.bind", "--json"])).stdout).toBe('"lan"\n');
  expect((await config(home, ["get", "gateway.trustedProxies"])).stdout).toBe("[]\n");
});

test("get never prints a secret", async () => {
  await using home = await tempHome();
  await home.write(FILE, { gateway: { auth: { token: "s3cret-value" } } });
  for (const argv of [
    ["get", "gateway"],
    ["get", "gateway.auth.token"],
    ["get", "gateway.auth", "--json"],
  ]) {
    const { stdout } = await config(home, argv);
    expect(stdout).toContain("__OPENCLAW_REDACTED__");
    expect(stdout).not.toContain("s3cret");
  }
});

test("an unset path and an unknown one are told apart, both with exit 1", async () => {
  await using home = await tempHome();
  const unset = await config(home, ["get", "gateway.port"]);
  expect([unset.code, unset.stdout]).toEqual([1, ""]);
  expect(unset.stderr).toStartWith("Config path is valid but unset: gateway.port.");
  expect((await config(home, ["get", "gateway.prt"])).stderr).toStartWith(
    "Unknown config path: gateway.prt.",
  );
  const json = await config(home, ["get", "gateway.prt", "--json"]);
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { type: "cli_error" } });
});

test("set reads JSON5, falls back to text, and the schema has the last word", async () => {
  await using home = await tempHome();
  expect((await config(home, ["set", "gateway.port", "19001"])).code).toBe(0);
  expect((await config(home, ["set", "gateway.bind", "lan"])).code).toBe(0);
  expect((await config(home, ["set", "gateway.auth.token", "007"])).code).toBe(0);
  expect((await config(home, ["set", "gateway.tls", "{enabled: false}"])).code).toBe(0);
  expect(await stored(home)).toEqual({
    gateway: { port: 19_001, bind: "lan", auth: { token: "007" }, tls: { enabled: false } },
  });
  const before = await text(home);
  const wrong = await config(home, ["set", "gateway.port", "abc"]);
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("gateway.port")]);
  expect((await config(home, ["set", "gateway.prot", "1"])).stderr).toContain('did you mean "port"?');
  expect(await text(home)).toBe(before);
});

test("--strict-json takes JSON only", async () => {
  await using home = await tempHome();
  expect((await config(home, ["set", "gateway.bind", "lan", "--strict-json"])).stderr).toStartWith(
    "The value is not valid JSON.",
  );
  expect((await config(home, ["set", "gateway.bind", '"lan"', "--strict-json"])).code).toBe(0);
});

test("setting what is there already changes no byte", async () => {
  await using home = await tempHome();
  await home.write(FILE, "{ // mine\n  gateway: {port: 19001} }\n");
  const { code, stdout } = await config(home, ["set", "gateway.port", "19001"]);
  expect([code, stdout]).toEqual([0, "No change: gateway.port says so already.\n"]);
  expect(await text(home)).toBe("{ // mine\n  gateway: {port: 19001} }\n");
});

test("writes keep comments and say whether the gateway must restart", async () => {
  await using home = await tempHome();
  await home.write(FILE, "{\n  // why 19001\n  gateway: { port: 19001 },\n}\n");
  expect((await config(home, ["set", "gateway.port", "19002"])).stdout).toBe(
    "Updated gateway.port. Restart the gateway to apply.\n",
  );
  expect(await text(home)).toContain("// why 19001");
  expect((await config(home, ["set", "gateway.reload.debounceMs", "400"])).stdout).toBe(
    "Updated gateway.reload.debounceMs. No gateway restart needed.\n",
  );
});

test("what a change is said to need follows the reload mode", async () => {
  const needs = async (mode: string, path: string, value: string) => {
    await using home = await tempHome();
    await home.write(FILE, { gateway: { reload: { mode } } });
    const { stdout, stderr } = await config(home, ["set", path, value]);
    return [stdout.replace(/^Updated \S+ /, "").trim(), stderr.includes("restarts by itself")];
  };
  const restart = "Restart the gateway to apply.";
  const hot = "Change will apply without restarting the gateway.";
  expect(await needs("hybrid", "gateway.port", "19002")).toEqual([restart, true]);
  expect(await needs("hot", "gateway.port", "19002")).toEqual([restart, false]);
  expect(await needs("hybrid", "commands.restart", "false")).toEqual([hot, false]);
  expect(await needs("restart", "commands.restart", "false")).toEqual([restart, true]);
  expect(await needs("off", "commands.restart", "false")).toEqual([restart, false]);
});

test("a dry run writes nothing and checks everything the write would", async () => {
  await using home = await tempHome();
  const good = await config(home, ["set", "gateway.port", "19001", "--dry-run", "--json"]);
  expect(JSON.parse(good.stdout)).toEqual({
    ok: true,
    operations: 1,
    configPath: home.at(FILE),
    inputModes: ["json"],
    checks: { schema: true, resolvability: true, resolvabilityComplete: true },
    refsChecked: 0,
    skippedExecRefs: 0,
  });
  const bad = await config(home, ["set", "gateway.port", '"abc"', "--dry-run", "--json"]);
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.stdout)).toMatchObject({ ok: false, errors: [{ kind: "schema" }] });
  expect(await Bun.file(home.at(FILE)).exists()).toBe(false);
});

test("a reference to a secret is built from options and tried in a dry run", async () => {
  await using home = await tempHome();
  const ref = ["set", "gateway.auth.token", "--ref-source", "env", "--ref-id", "GW_TOKEN"];
  const missing = JSON.parse((await config(home, [...ref, "--dry-run", "--json"])).stdout);
  expect(missing.errors).toMatchObject([{ kind: "resolvability", ref: "env:default:GW_TOKEN" }]);
  const there = await config(home, [...ref, "--dry-run", "--json"], { GW_TOKEN: "value" });
  expect(JSON.parse(there.stdout)).toMatchObject({ ok: true, inputModes: ["builder"], refsChecked: 1 });
  expect((await config(home, ref)).code).toBe(0);
  expect(await stored(home)).toEqual({
    gateway: { auth: { token: { source: "env", provider: "default", id: "GW_TOKEN" } } },
  });
});

test("a secret provider is built from options at its own path only", async () => {
  await using home = await tempHome();
  const flags = ["--provider-source", "file", "--provider-path", "/etc/s.json", "--provider-mode", "json"];
  expect((await config(home, ["set", "gateway.port", ...flags])).stderr).toContain(
    "secrets.providers.<alias>",
  );
  expect((await config(home, ["set", "secrets.providers.vault", ...flags])).code).toBe(0);
  expect(await stored(home)).toEqual({
    secrets: { providers: { vault: { source: "file", path: "/etc/s.json", mode: "json" } } },
  });
});

test("a protected map loses entries only with --replace; --merge adds", async () => {
  await using home = await tempHome();
  await home.write(FILE, { agents: { entries: { a: {}, b: {} } } });
  const dropping = await config(home, ["set", "agents.entries", "{c: {}}"]);
  expect([dropping.code, dropping.stderr]).toEqual([
    1,
    expect.stringContaining("would drop a, b from agents.entries"),
  ]);
  expect((await config(home, ["set", "agents", "{}"])).code).toBe(1);
  expect((await config(home, ["set", "agents.entries", "{c: {}}", "--merge"])).code).toBe(0);
  expect(await stored(home)).toEqual({ agents: { entries: { a: {}, b: {}, c: {} } } });
  expect((await config(home, ["set", "agents.entries", "{c: {}}", "--replace"])).code).toBe(0);
  expect(await stored(home)).toEqual({ agents: { entries: { c: {} } } });
});

test("expectations guard a write and never print values", async () => {
  await using home = await tempHome();
  await home.write(FILE, { gateway: { port: 19_001 } });
  const set = (...argv: string[]) => config(home, ["set", "gateway.port", "19002", ...argv]);
  expect(await set("--expect-current-absent")).toMatchObject({ code: 1 });
  const stale = await set("--expect-current-json", "18789");
  expect([stale.code, stale.stderr.includes("19001")]).toEqual([1, false]);
  expect(await set("--expect-current-json", "19001")).toMatchObject({ code: 0 });
});

test("a batch applies in order, all or nothing", async () => {
  await using home = await tempHome();
  const batch = (changes: object[]) => config(home, ["set", "--batch-json", JSON.stringify(changes)]);
  expect(
    (
      await batch([
        { path: "gateway.port", value: 1 },
        { path: "gateway.bind", value: "nowhere" },
      ])
    ).code,
  ).toBe(1);
  expect(await Bun.file(home.at(FILE)).exists()).toBe(false);
  expect(
    (
      await batch([
        { path: "gateway.port", value: 19_001 },
        { path: "gateway.bind", value: "lan" },
      ])
    ).code,
  ).toBe(0);
  expect(await stored(home)).toEqual({ gateway: { port: 19_001, bind: "lan" } });
  await home.write("batch.json", [{ path: "gateway.port", value: 19_002 }]);
  expect((await config(home, ["set", "--batch-file", home.at("batch.json")])).code).toBe(0);
});

test("options that exclude each other are refused before the file is looked at", async () => {
  await using home = await tempHome();
  await home.write(FILE, "{ broken");
  for (const argv of [
    ["--merge", "--replace"],
    ["--expect-current-absent", "--dry-run"],
    ["--batch-json", "[]", "--batch-file", "x"],
  ]) {
    expect((await config(home, ["set", "gateway.port", "1", ...argv])).stderr).toContain("not both");
  }
  expect((await config(home, ["unset", "gateway.port", "--allow-exec"])).stderr).toContain("--dry-run only");
});

test("unset removes a value; what is not there leaves the file alone", async () => {
  await using home = await tempHome();
  await home.write(FILE, "{ gateway: { port: 1 } }\n");
  const missing = await config(home, ["unset", "gateway.bind"]);
  expect([missing.code, missing.stderr]).toEqual([
    1,
    expect.stringContaining("Config path not found: gateway.bind."),
  ]);
  expect(await text(home)).toBe("{ gateway: { port: 1 } }\n");
  const dry = await config(home, ["unset", "gateway.bind", "--dry-run", "--json"]);
  expect(JSON.parse(dry.stdout)).toMatchObject({ ok: false, errors: [{ kind: "missing-path" }] });
  expect((await config(home, ["unset", "gateway.port"])).code).toBe(0);
  expect(JSON.stringify(await stored(home))).not.toContain("port");
});

test("patch merges objects, replaces lists and deletes by null", async () => {
  await using home = await tempHome();
  await home.write(FILE, { gateway: { port: 1, bind: "lan", trustedProxies: ["10.0.0.1", "10.0.0.2"] } });
  await home.write("p.json5", "{gateway: {port: 19001, bind: null, trustedProxies: ['10.0.0.3']}}");
  expect((await config(home, ["patch", "--file", home.at("p.json5")])).code).toBe(0);
  expect(await stored(home)).toEqual({ gateway: { port: 19_001, trustedProxies: ["10.0.0.3"] } });
});

test("patch replaces a named path whole and needs exactly one source", async () => {
  await using home = await tempHome();
  await home.write(FILE, { agents: { entries: { a: {}, b: {} } } });
  await home.write("p.json5", "{agents: {entries: {c: {}}}}");
  const argv = ["patch", "--file", home.at("p.json5"), "--replace-path", "agents.entries"];
  expect((await config(home, argv)).code).toBe(0);
  expect(await stored(home)).toEqual({ agents: { entries: { c: {} } } });
  expect((await config(home, ["patch"])).stderr).toContain("--file or by --stdin");
  expect((await config(home, ["patch", "--stdin", "--file", "x"])).stderr).toContain("--file or by --stdin");
});

test("validate lists what is wrong with its line", async () => {
  await using home = await tempHome();
  expect((await config(home, ["validate"])).stdout).toContain("Config valid: ~/.openclaw/openclaw.json");
  await home.write(FILE, '{\n  gateway: {\n    port: "abc",\n  },\n}\n');
  const { code, stderr } = await config(home, ["validate"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/× openclaw\.json:3:\d+ — gateway\.port: /);
  const report = JSON.parse((await config(home, ["validate", "--json"])).stdout);
  expect(report).toMatchObject({
    ok: false,
    valid: false,
    path: home.at(FILE),
    issues: [{ path: "gateway.port", line: 3 }],
    error: { type: "cli_error" },
  });
});

test("schema prints one JSON Schema, with or without --json", async () => {
  await using home = await tempHome();
  const [plain, json] = await Promise.all([config(home, ["schema"]), config(home, ["schema", "--json"])]);
  expect(plain.stdout).toBe(json.stdout);
  expect(JSON.parse(plain.stdout)).toMatchObject({
    type: "object",
    properties: { gateway: { type: "object" } },
  });
});

test("a read-only configuration is not written and says which variable forbids it", async () => {
  await using home = await tempHome();
  const { code, stderr } = await config(home, ["set", "gateway.port", "1"], {
    OPENCLAW_CONFIG_READONLY: "1",
  });
  expect(code).toBe(1);
  expect(stderr).toContain("OPENCLAW_CONFIG_READONLY");
});
