import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ConfigSnapshot, parseDotenv, readEnv, withEnvFiles } from "../../../src/config/index.ts";
import { storeIn, TempFolder } from "../support/fixture.ts";

async function load(folder: TempFolder, variables = {}): Promise<ConfigSnapshot<Record<string, unknown>>> {
  return storeIn(folder, variables).load();
}

async function firstIssue(folder: TempFolder, variables = {}): Promise<string> {
  const snapshot = await load(folder, variables);
  expect(snapshot.valid).toBe(false);
  return snapshot.issues[0]?.message ?? "";
}

test("one include replaces its object, a list merges in order, keys beside it win", async () => {
  using folder = new TempFolder();
  folder.file("a.json5", "{ x: 1, deep: { one: 1 }, list: [1] }");
  folder.file("b.json5", "{ x: 2, deep: { two: 2 }, list: [2] }");
  folder.file(
    "openclaw.json",
    `{ agents: { $include: "./a.json5" }, channels: { $include: ["a.json5", "./b.json5"], x: 3 } }`,
  );
  const snapshot = await load(folder);
  expect(snapshot.config).toEqual({
    agents: { x: 1, deep: { one: 1 }, list: [1] },
    channels: { x: 3, deep: { one: 1, two: 2 }, list: [1, 2] },
  });
  expect(snapshot.includedPaths).toEqual([join(folder.path, "a.json5"), join(folder.path, "b.json5")]);
});

test("includes are relative to the including file, nest ten levels, and no further", async () => {
  using folder = new TempFolder();
  mkdirSync(join(folder.path, "sub"));
  folder.file("sub/first.json5", `{ v: { $include: "./second.json5" } }`);
  folder.file("sub/second.json5", "{ done: true }");
  folder.file("openclaw.json", `{ agents: { $include: "sub/first.json5" } }`);
  expect((await load(folder)).config).toEqual({ agents: { v: { done: true } } });
  for (let level = 1; level <= 11; level++) {
    folder.file(`l${level}.json5`, level === 11 ? "{}" : `{ $include: "./l${level + 1}.json5" }`);
  }
  folder.file("openclaw.json", `{ agents: { $include: "./l2.json5" } }`);
  expect((await load(folder)).valid).toBe(true);
  folder.file("openclaw.json", `{ agents: { $include: "./l1.json5" } }`);
  expect(await firstIssue(folder)).toBe("Maximum include depth (10) exceeded at: ./l11.json5");
});

test("a circle is named from end to end", async () => {
  using folder = new TempFolder();
  const root = folder.file("openclaw.json", `{ agents: { $include: "./a.json" } }`);
  const a = folder.file("a.json", `{ $include: "./b.json" }`);
  const b = folder.file("b.json", `{ $include: "./a.json" }`);
  expect(await firstIssue(folder)).toBe(`Circular include detected: ${root} -> ${a} -> ${b} -> ${a}`);
});

test("an include stays inside the config folder, by its letters and by its links", async () => {
  using folder = new TempFolder();
  using outside = new TempFolder();
  const secret = outside.file("secret.json", '{ canary: "x" }');
  for (const path of [
    "../secret.json",
    secret,
    "/etc/passwd",
    "sub/../../x.json",
    "file:///etc/passwd\\u0000",
  ]) {
    folder.file("openclaw.json", `{ agents: { $include: "${path}" } }`);
    expect(await firstIssue(folder)).toMatch(/^(Include path (escapes|must not)|Failed to read)/);
  }
  folder.file("openclaw.json", `{ agents: { $include: "${secret}" } }`);
  expect(await firstIssue(folder)).toBe(
    `Include path escapes config directory: ${secret} (root: ${folder.path})`,
  );
  symlinkSync(secret, join(folder.path, "link.json"));
  folder.file("openclaw.json", `{ agents: { $include: "./link.json" } }`);
  expect(await firstIssue(folder)).toBe(
    `Include path resolves outside config directory (symlink): ./link.json (root: ${folder.path})`,
  );
  const allowed = await load(folder, { OPENCLAW_INCLUDE_ROOTS: outside.path });
  expect(allowed.config).toEqual({ agents: { canary: "x" } });
});

test("every other bad include says what is wrong, and where", async () => {
  using folder = new TempFolder();
  const cases: [string, string][] = [
    ["5", "Invalid $include value: expected string or array of strings, got number"],
    ["[5]", "Invalid $include array item: expected string, got number"],
    [
      '"./none.json"',
      `Failed to read include file: ./none.json (resolved: ${join(folder.path, "none.json")})`,
    ],
    [`"${"a/".repeat(2100)}x"`, "Include path exceeds maximum length (4096 characters)"],
    ['"./dir"', `Failed to read include file: ./dir (resolved: ${join(folder.path, "dir")})`],
  ];
  mkdirSync(join(folder.path, "dir"));
  for (const [directive, message] of cases) {
    folder.file("openclaw.json", `{\n  agents: { $include: ${directive} }\n}`);
    const snapshot = await load(folder);
    expect(snapshot.issues[0]).toMatchObject({ path: "agents", message, line: 2 });
  }
  folder.file("bad.json", "{\n  a: }");
  folder.file("openclaw.json", '{ agents: { $include: "./bad.json" } }');
  expect((await load(folder)).issues[0]).toMatchObject({
    message: `Failed to parse include file: ./bad.json (resolved: ${join(folder.path, "bad.json")}): JSON5: invalid character '}' at 2:6`,
    file: join(folder.path, "bad.json"),
    line: 2,
  });
  writeFileSync(join(folder.path, "bad.json"), " ".repeat(2_097_153));
  expect(await firstIssue(folder)).toStartWith("Failed to read include file");
});

test("an issue inside an included file is located there", async () => {
  using folder = new TempFolder();
  folder.file("gw.json", '{\n\n  "port": "x"\n}');
  folder.file("openclaw.json", '{ gateway: { $include: "./gw.json" } }');
  expect((await load(folder)).issues[0]).toMatchObject({
    file: join(folder.path, "gw.json"),
    line: 3,
    column: 3,
  });
});

test("a write goes to the plain include that owns the keys, and the config file stays as it is", async () => {
  using folder = new TempFolder();
  const owned = folder.file("gw.json", '{\n  // mine\n  "mode": "local"\n}\n');
  folder.file("merged.json", "{ x: 1 }");
  const root =
    '{ gateway: { $include: "./gw.json" }, agents: { $include: ["./merged.json"] }, channels: {} }';
  folder.file("openclaw.json", root);
  const store = storeIn(folder);
  const outcome = await store.setPath(["gateway", "port"], 19001);
  expect(outcome).toMatchObject({ file: owned, changedPaths: ["gateway.port"] });
  expect(await Bun.file(owned).text()).toBe('{\n  // mine\n  "mode": "local",\n  "port": 19001\n}\n');
  expect(await Bun.file(join(folder.path, "openclaw.json")).text()).toBe(root);
  await store.setPath(["channels", "telegram"], { enabled: true });
  expect((await store.load()).parsed).toMatchObject({ gateway: { $include: "./gw.json" } });
  for (const change of [
    () => store.setPath(["agents", "x"], 2),
    () => store.patch("{gateway:{port:1},channels:{a:1}}", { baseHash: store.current.hash }),
    () => store.unsetPath(["gateway"]),
  ]) {
    expect(
      await change().then(
        () => "written",
        (error: Error) => error.message,
      ),
    ).toStartWith("config write refused: ");
  }
});

test("${NAME} is filled in anywhere in a string, $${NAME} is literal, a missing one stays and warns", async () => {
  using folder = new TempFolder();
  folder.file(
    "openclaw.json",
    '{ channels: { a: "x-${FOO}-${BAR}", b: "$${FOO}", c: "${NOPE_TOKEN}", d: "${lower} $FOO" }, env: { vars: { BAR: "in", FOO: "no" } } }',
  );
  const snapshot = await load(folder, { FOO: "out" });
  expect(snapshot.config["channels"]).toEqual({
    a: "x-out-in",
    b: "${FOO}",
    c: "${NOPE_TOKEN}",
    d: "${lower} $FOO",
  });
  expect(snapshot.warnings).toMatchObject([
    {
      path: "channels.c",
      message: 'Missing env var "NOPE_TOKEN" - feature using this value will be unavailable',
      line: 1,
    },
  ]);
  expect(snapshot.sourceConfig).toMatchObject({ channels: { a: "x-${FOO}-${BAR}" } });
});

test("a file that is no UTF-8 is an issue, not a loss", async () => {
  using folder = new TempFolder();
  writeFileSync(join(folder.path, "openclaw.json"), Buffer.from([0x7b, 0xff, 0x7d]));
  expect(await firstIssue(folder)).toStartWith("The config file cannot be read");
});

test("the hash covers included files, the revision only the meaning", async () => {
  using folder = new TempFolder();
  folder.file("a.json", "{ x: 1 }");
  folder.file("openclaw.json", '{ agents: { $include: "./a.json" } }');
  const store = storeIn(folder);
  const first = await store.load();
  folder.file("a.json", "{ x: 1, }");
  const second = await store.load();
  expect(second.hash).not.toBe(first.hash);
  expect(second.revisionHash).toBe(first.revisionHash);
});

test("dotenv text is read with quotes, comments and export", () => {
  expect(
    parseDotenv(
      `# c\nA=1\nexport B = "two\\nlines" # x\nC='lit\\n'\nD=x y # note\nE=a#b\nF=\nG="multi\nline"\nbad line\n`,
    ),
  ).toEqual({ A: "1", B: "two\nlines", C: "lit\\n", D: "x y", E: "a#b", F: "", G: "multi\nline" });
});

test("<state>/.env stands below the process environment and cannot move the state folder", () => {
  using folder = new TempFolder();
  const envFilePath = folder.file(
    ".env",
    "OPENCLAW_GATEWAY_TOKEN=file\nFOO=file\nOPENCLAW_STATE_DIR=/evil\n",
  );
  const env = withEnvFiles(readEnv({ FOO: "process", HOME: "/h" }), { envFilePath });
  expect(env.gateway.token).toBe("file");
  expect(env.raw["FOO"]).toBe("process");
  expect(env.stateDir).toBeUndefined();
});

test("a config that is there and cannot be reached is not taken for a missing one", async () => {
  using folder = new TempFolder();
  symlinkSync("openclaw.json", join(folder.path, "openclaw.json"));
  const snapshot = await load(folder);
  expect([snapshot.exists, snapshot.valid]).toEqual([true, false]);
  expect(snapshot.issues[0]?.message).toContain("The config file cannot be read");
});
