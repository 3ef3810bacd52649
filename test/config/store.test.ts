import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, isObject, REDACTED, withValue } from "../../src/config/index.ts";
import { storeIn, TempFolder } from "./support/fixture.ts";

const CONFIG = `{
  // the gateway
  "gateway": { "mode": "local", "auth": { "mode": "token", "token": "0123456789abcdef" } },
  "logging": { "level": "info" } // quiet
}
`;

async function refusal(work: Promise<unknown>): Promise<ConfigError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the write went through");
}

function textOf(folder: TempFolder): string {
  return readFileSync(join(folder.path, "openclaw.json"), "utf8");
}

test("a missing file is valid and means defaults", async () => {
  using folder = new TempFolder();
  const snapshot = await storeIn(folder).load();
  expect(snapshot).toMatchObject({ exists: false, raw: null, valid: true, config: {} });
  expect(readdirSync(folder.path)).toEqual([]);
});

test("an invalid file never replaces the snapshot in force, and is explained with line and column", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", CONFIG);
  const store = storeIn(folder);
  await store.load();
  folder.file("openclaw.json", '{\n  "gateway": {\n    "port": "x" }\n}');
  const snapshot = await store.load();
  expect(snapshot.valid).toBe(false);
  expect(snapshot.issues).toEqual([
    {
      path: "gateway.port",
      message: "Invalid input: expected number, received string",
      file: join(folder.path, "openclaw.json"),
      line: 3,
      column: 5,
    },
  ]);
  expect(store.current.valid).toBe(true);
  folder.file("openclaw.json", '{\n  "gateway": {},\n  nope: 1 }');
  expect((await store.load()).issues[0]).toMatchObject({ line: 3, column: 3 });
  folder.file("openclaw.json", "{\n a: }");
  expect((await store.load()).issues[0]).toMatchObject({
    message: "JSON5: invalid character '}' at 2:5",
    line: 2,
  });
});

test("config.set asks for the base hash once a file exists, before it looks at the text", async () => {
  using folder = new TempFolder();
  const store = storeIn(folder);
  await store.set('{"gateway":{"mode":"local"}}', {});
  expect(await refusal(store.set("{", {}))).toMatchObject({
    code: "base-hash-required",
    message: "config base hash required; re-run config.get and retry",
  });
  expect(await refusal(store.set("{", { baseHash: "nope" }))).toMatchObject({
    code: "stale",
    message: "config changed since last load; re-run config.get and retry",
  });
  const { hash } = await store.redactedView();
  expect(hash).toMatch(/^hmac-sha256:v1:[\w-]{43}$/);
  expect((await refusal(store.set("{ not json", { baseHash: hash }))).message).toBe(
    "SyntaxError: JSON5: invalid character 'j' at 1:7",
  );
});

test("config.patch without a hash is fine when it changes nothing, and names the path when it does", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", CONFIG);
  const store = storeIn(folder);
  expect(await store.patch('{"logging":{"level":"info"}}', {})).toMatchObject({
    changed: false,
    changedPaths: [],
  });
  expect((await refusal(store.patch('{"logging":{"level":"debug"},"agents":{"a":1}}', {}))).message).toBe(
    "config base hash required for agents.a, logging.level; re-run config.get and retry with baseHash",
  );
  expect(textOf(folder)).toBe(CONFIG);
});

test("a patch keeps comments, notes the writer and reports what changed", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", CONFIG);
  const store = storeIn(folder);
  const { hash } = await store.load();
  const outcome = await store.patch('{messages:{ackReaction:"x"},gateway:{port:19001}}', { baseHash: hash });
  expect(outcome.changedPaths).toEqual(["gateway.port", "messages.ackReaction"]);
  expect(outcome.needsRestart).toBe(true);
  expect(outcome.commentsKept).toBe(true);
  expect(textOf(folder)).toContain("// the gateway");
  expect(textOf(folder)).toContain("// quiet");
  expect(Bun.JSON5.parse(textOf(folder))).toMatchObject({ meta: { lastTouchedVersion: "2026.11.1" } });
  expect(outcome.redactedConfig).toMatchObject({ gateway: { auth: { token: REDACTED } } });
  expect(statSync(join(folder.path, "openclaw.json")).mode & 0o777).toBe(0o600);
});

test("a bad result is refused with its issues and leaves the file alone", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", CONFIG);
  const store = storeIn(folder);
  const { hash } = await store.load();
  const port = await refusal(store.patch('{"gateway":{"port":"x"}}', { baseHash: hash }));
  expect(port.message).toBe("invalid config: gateway.port: Invalid input: expected number, received string");
  expect(port.details).toEqual({
    issues: [{ path: "gateway.port", message: "Invalid input: expected number, received string" }],
  });
  const key = await refusal(store.patch('{"nopeSection":{"a":1}}', { baseHash: hash }));
  expect(key.message).toBe('invalid config: <root>: Unrecognized key: "nopeSection"');
  expect(textOf(folder)).toBe(CONFIG);
});

test("config.get hides secrets everywhere, and writing the placeholder back keeps them", async () => {
  using folder = new TempFolder();
  const text = `{
  gateway: { mode: "local", auth: { token: "0123456789abcdef" } }, // token: "0ld-secret"
  hooks: { code: "c0de-c0de" },
  models: { providers: { p: { baseUrl: "https://u:p4ss@h/v1", headers: { Authorization: "Bearer \${MY_KEY}" } } } },
  // again: 0123456789abcdef
}`;
  folder.file("openclaw.json", text);
  const store = storeIn(folder, { MY_KEY: "sk-very-secret" });
  const view = await store.redactedView();
  const shown = JSON.stringify(view);
  for (const secret of ["0123456789abcdef", "0ld-secret", "c0de-c0de", "p4ss", "sk-very-secret"]) {
    expect(shown).not.toContain(secret);
  }
  const unchanged = await store.set(view.raw ?? "", { baseHash: view.hash });
  expect(unchanged.changed).toBe(false);
  await store.set((view.raw ?? "").replace('"local"', '"local", port: 1'), { baseHash: view.hash });
  expect(textOf(folder)).toContain('token: "0123456789abcdef"');
  expect(textOf(folder)).toContain('// token: "0ld-secret"');
  expect(textOf(folder)).toContain("https://u:p4ss@h/v1");
});

test("a form that sends the whole resolved config back keeps comments, references and secrets", async () => {
  using folder = new TempFolder();
  folder.file(
    "openclaw.json",
    '{\n  // why\n  gateway: { mode: "local", auth: { token: "${GW_TOKEN}" } }\n}',
  );
  const store = storeIn(folder, { GW_TOKEN: "resolved-secret" });
  const view = await store.redactedView();
  const form = withValue(view.resolved, ["logging", "level"], "debug");
  await store.set(JSON.stringify(form), { baseHash: view.hash });
  expect(textOf(folder)).toContain('token: "${GW_TOKEN}"');
  expect(textOf(folder)).toContain("// why");
  expect(textOf(folder)).not.toContain("resolved-secret");
});

test("a placeholder where nothing is stored is refused", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", CONFIG);
  const store = storeIn(folder);
  const error = await refusal(store.setPath(["hooks", "token"], REDACTED));
  expect(error.code).toBe("placeholder");
  expect(error.message).toContain("hooks.token");
});

test("dropping list entries needs replacePaths", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", '{gateway:{mode:"local"},hooks:{mappings:[{id:"a"},{id:"b"}]}}');
  const store = storeIn(folder);
  const { hash } = await store.load();
  const raw = '{hooks:{mappings:[{id:"a"}]}}';
  expect((await refusal(store.patch(raw, { baseHash: hash }))).code).toBe("dropped-entries");
  const done = await store.patch(raw, { baseHash: hash, replacePaths: ["hooks.mappings"] });
  expect(done.changedPaths).toEqual(["hooks.mappings"]);
});

test("a write that loses gateway.mode or half of the file is refused and kept for the person", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", `{gateway:{mode:"local"},agents:{prompt:"${"x".repeat(2000)}"}}`);
  const store = storeIn(folder);
  const { hash } = await store.load();
  const mode = await refusal(store.patch("{gateway:null}", { baseHash: hash }));
  expect(mode.code).toBe("gateway-mode-removed");
  const kept = join(folder.path, "openclaw.json.rejected.2026-01-02T03-04-05-000Z");
  expect(mode.message).toContain(kept);
  expect(statSync(kept).mode & 0o777).toBe(0o600);
  expect((await refusal(store.set('{gateway:{mode:"local"}}', { baseHash: hash }))).code).toBe("size-drop");
  await store.unsetPath(["agents", "prompt"]);
  expect(textOf(folder)).not.toContain("xxx");
});

test("backups form a ring of five, newest first, private", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", CONFIG);
  const store = storeIn(folder);
  for (let port = 1; port <= 7; port++) await store.setPath(["gateway", "port"], port);
  const ports = ["", ".1", ".2", ".3", ".4"].map((suffix) => {
    const path = join(folder.path, `openclaw.json.bak${suffix}`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    return /"port": (\d)/.exec(readFileSync(path, "utf8"))?.[1];
  });
  expect(ports).toEqual(["6", "5", "4", "3", "2"]);
  expect(existsSync(join(folder.path, "openclaw.json.bak.5"))).toBe(false);
  await store.keepLastGood();
  expect(readFileSync(join(folder.path, "openclaw.json.last-good"), "utf8")).toBe(textOf(folder));
});

test("an equal value leaves the bytes alone and makes no backup", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", CONFIG);
  expect((await storeIn(folder).setPath(["logging", "level"], "info")).changed).toBe(false);
  expect(textOf(folder)).toBe(CONFIG);
  expect(existsSync(join(folder.path, "openclaw.json.bak"))).toBe(false);
});

test("unset of an absent path is refused", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", CONFIG);
  expect((await refusal(storeIn(folder).unsetPath(["logging", "nope"]))).message).toBe(
    "Config path not found: logging.nope",
  );
});

test("a newer writer, a symlink and a read-only environment each forbid writes", async () => {
  using folder = new TempFolder();
  const real = folder.file("real.json", '{meta:{lastTouchedVersion:"2026.9.6"}}');
  symlinkSync(real, join(folder.path, "openclaw.json"));
  const set = (variables = {}) => refusal(storeIn(folder, variables).setPath(["gateway", "port"], 1));
  expect((await set()).code).toBe("symlink");
  expect((await set({ OPENCLAW_NIX_MODE: "1" })).message).toContain("OPENCLAW_NIX_MODE");
  using other = new TempFolder();
  other.file("openclaw.json", '{meta:{lastTouchedVersion:"2026.12.0"}}');
  const newer = await refusal(storeIn(other).setPath(["gateway", "port"], 1));
  expect(newer.code).toBe("newer-writer");
  expect(newer.message).toContain("2026.12.0");
});

test("listeners hear a change of meaning once, with what was in force before", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", CONFIG);
  const store = storeIn(folder);
  await store.load();
  const heard: unknown[] = [];
  const stop = store.onChange((now, before) =>
    heard.push([before.config["messages"], now.config["messages"]]),
  );
  await store.setPath(["messages"], { a: 1 });
  await store.load();
  folder.file("openclaw.json", `${textOf(folder)}\n// only a comment`);
  await store.load();
  stop();
  await store.setPath(["messages"], { a: 2 });
  expect(heard).toEqual([[undefined, { a: 1 }]]);
});

test("the preflight check can refuse a valid config before anything is written", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", CONFIG);
  const store = storeIn(
    folder,
    {},
    {
      preflight() {
        throw new ConfigError("invalid", "no such secret");
      },
    },
  );
  expect((await refusal(store.setPath(["gateway", "port"], 1))).message).toBe("no such secret");
  expect(textOf(folder)).toBe(CONFIG);
});

test("a config that cannot be parsed is never edited, only replaced whole", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", "{ gateway: { mode: 'local' ");
  const store = storeIn(folder);
  expect((await refusal(store.setPath(["gateway", "port"], 1))).code).toBe("invalid");
  const { hash, raw } = await store.redactedView();
  expect(raw).toBeNull();
  await store.set('{"gateway":{"mode":"local"}}', { baseHash: hash });
  expect(store.current.config["gateway"]).toEqual({ mode: "local" });
});

test("writers in one process take turns too", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", '{ gateway: { mode: "local" }, race: {} }');
  const stores = [storeIn(folder), storeIn(folder), storeIn(folder)];
  await Promise.all(
    Array.from({ length: 30 }, (_, turn) => stores[turn % 3]?.setPath(["race", `k${turn}`], turn)),
  );
  const { config } = await storeIn(folder).load();
  expect(isObject(config["race"]) && Object.keys(config["race"])).toHaveLength(30);
});

test("a file that an editor saves in the middle of a write is not overwritten", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", CONFIG);
  const store = storeIn(
    folder,
    {},
    {
      preflight: () =>
        void folder.file("openclaw.json", "{ gateway: { mode: 'local' }, messages: { saved: 1 } }"),
    },
  );
  expect((await refusal(store.setPath(["gateway", "port"], 1))).code).toBe("stale");
  expect(textOf(folder)).toContain("saved: 1");
});
