import { expect, test } from "bun:test";
import { chmodSync, linkSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { silentLogger } from "../../src/lib/logger.ts";
import { runProgram } from "../../src/lib/spawn/index.ts";
import {
  collectSecrets,
  FileSecretStore,
  readRef,
  SecretResolver,
  type SecretsSnapshot,
  StoredSecrets,
  StrictSecretError,
} from "../../src/secrets/index.ts";
import { TempFolder } from "../config/support/fixture.ts";

type Config = Record<string, unknown>;

const owner = { platform: process.platform, uid: process.getuid?.() ?? 0 };

function resolverIn(folder: TempFolder): SecretResolver<Config> {
  return new SecretResolver<Config>({
    owner,
    home: folder.path,
    store: new FileSecretStore(join(folder.path, "store.json"), owner),
    run: runProgram,
    sensitive: () => false,
    logger: silentLogger,
  });
}

/** Resolves one reference as `models.providers.p.apiKey`; the value, or why not. */
async function resolve(
  folder: TempFolder,
  ref: unknown,
  secrets: unknown = {},
  variables: Record<string, string> = {},
): Promise<string> {
  const config = { models: { providers: { p: { apiKey: ref } } }, secrets };
  const snapshot = await resolverIn(folder).resolveAll({ config, variables });
  return snapshot.values.get("models.providers.p.apiKey") ?? snapshot.warnings[0]?.message ?? "inactive";
}

function script(folder: TempFolder, name: string, body: string): string {
  const path = folder.file(name, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o700);
  return path;
}

const env = (id: string, provider = "default") => ({ source: "env", provider, id });

test("references are checked to the letter", () => {
  const good = [
    env("A_1"),
    { source: "file", provider: "f", id: "/a~1b/c" },
    { source: "file", provider: "f", id: "value" },
    { source: "exec", provider: "v-1_x", id: "a/b#c:d.e" },
    { source: "store", id: "NAME" },
  ];
  for (const ref of good) expect(typeof readRef(ref)).toBe("object");
  const bad = [
    env("lower"),
    env("1A"),
    env("A", "Bad"),
    env("A".repeat(129)),
    { source: "file", provider: "f", id: "a" },
    { source: "file", provider: "f", id: "/a~2" },
    { source: "exec", provider: "v", id: "a/../b" },
    { source: "exec", provider: "v", id: "./a" },
    { source: "exec", provider: "v", id: "-x" },
    { source: "http", provider: "v", id: "x" },
  ];
  for (const ref of bad) expect({ ref, why: typeof readRef(ref) }).toEqual({ ref, why: "string" });
});

test("env: the variable, by object and by shorthand, within the allowlist", async () => {
  using folder = new TempFolder();
  const variables = { MY_KEY: "v1" };
  expect(await resolve(folder, env("MY_KEY"), {}, variables)).toBe("v1");
  expect(await resolve(folder, "$MY_KEY", {}, variables)).toBe("v1");
  expect(await resolve(folder, "${MY_KEY}", {}, variables)).toBe("v1");
  expect(await resolve(folder, env("NOPE"), {}, variables)).toContain("NOPE is not set");
  expect(await resolve(folder, env("MY_KEY", "other"), {}, variables)).toContain("secrets.providers.other");
  const closed = { providers: { default: { source: "env", allowlist: [] } } };
  expect(await resolve(folder, env("MY_KEY"), closed, variables)).toContain("allowlist");
  expect(await resolve(folder, env("MY_KEY"), {}, { MY_KEY: "__OPENCLAW_REDACTED__" })).toContain(
    "placeholder",
  );
});

test("file: JSON by pointer, a single value whole", async () => {
  using folder = new TempFolder();
  const path = folder.file("s.json", '{"a":{"b/c":["x","y"]},"n":5}');
  chmodSync(path, 0o600);
  const json = { providers: { f: { source: "file", path: "~/s.json" } } };
  const at = (id: string) => ({ source: "file", provider: "f", id });
  expect(await resolve(folder, at("/a/b~1c/1"), json)).toBe("y");
  expect(await resolve(folder, at("/n"), json)).toContain("no text at /n");
  expect(await resolve(folder, at("/constructor/name"), json)).toContain("no text at");
  const single = { providers: { f: { source: "file", path, mode: "singleValue" } } };
  writeFileSync(path, "line\n");
  expect(await resolve(folder, at("value"), single)).toBe("line");
  expect(
    await resolve(folder, at("value"), {
      providers: { f: { source: "file", path, mode: "singleValue", maxBytes: 2 } },
    }),
  ).toContain("larger than 2 bytes");
});

test("file: anything but a private regular file of one's own is refused, and its text never quoted", async () => {
  using folder = new TempFolder();
  const path = folder.file("s", "canary-text");
  const ref = { source: "file", provider: "f", id: "/a" };
  const ask = (file: string) => resolve(folder, ref, { providers: { f: { source: "file", path: file } } });
  chmodSync(path, 0o640);
  expect(await ask(path)).toContain("chmod 600");
  chmodSync(path, 0o600);
  const broken = await ask(path);
  expect(broken).toContain("no JSON object");
  expect(broken).not.toContain("canary");
  symlinkSync(path, join(folder.path, "link"));
  expect(await ask(join(folder.path, "link"))).toContain("must not be a symlink");
  linkSync(path, join(folder.path, "hard"));
  expect(await ask(path)).toContain("must not be hardlinked");
  expect(await ask(folder.path)).toContain("regular file");
  expect(await ask(join(folder.path, "none"))).toContain("cannot be opened");
});

test("exec: one call for all ids over protocol 1, in an environment of its own", async () => {
  using folder = new TempFolder();
  const command = script(
    folder,
    "vault",
    `cat > ${folder.path}/request
     printf '{"protocolVersion":1,"values":{"a/b":"v1","c":"%s"},"errors":{"d":{"code":"NOT_FOUND"}}}' "$PASSED$HIDDEN$SET"`,
  );
  const secrets = {
    providers: {
      vault: { source: "exec", command, passEnv: ["PASSED", "LD_PRELOAD", "PATH"], env: { SET: "-set" } },
    },
  };
  const at = (id: string) => ({ source: "exec", provider: "vault", id });
  const config = {
    skills: { one: { apiKey: at("a/b") }, two: { apiKey: at("c") }, three: { apiKey: at("d") } },
    secrets,
  };
  const variables = {
    PASSED: "passed",
    HIDDEN: "hidden",
    LD_PRELOAD: "x",
    PATH: "/usr/bin:/bin",
  };
  const snapshot = await resolverIn(folder).resolveAll({ config, variables });
  expect(Object.fromEntries(snapshot.values)).toEqual({
    "skills.one.apiKey": "v1",
    "skills.two.apiKey": "passed-set",
  });
  expect(snapshot.warnings[0]?.message).toContain("NOT_FOUND");
  expect(await Bun.file(join(folder.path, "request")).json()).toEqual({
    protocolVersion: 1,
    provider: "vault",
    ids: ["a/b", "c", "d"],
  });
});

test("exec: an untrusted program, a slow one, a loud one, a failing one and a babbling one give no value", async () => {
  using folder = new TempFolder();
  const ref = { source: "exec", provider: "v", id: "x" };
  const ask = (command: string, more = {}) =>
    resolve(
      folder,
      ref,
      { providers: { v: { source: "exec", command, passEnv: ["PATH"], ...more } } },
      { PATH: "/usr/bin:/bin" },
    );
  const good = script(folder, "good", `printf '{"protocolVersion":1,"values":{"x":"ok"}}'`);
  expect(await ask(good)).toBe("ok");
  expect(await ask("good")).not.toBe("ok");
  symlinkSync(good, join(folder.path, "link"));
  expect(await ask(join(folder.path, "link"))).toContain("symlink");
  expect(await ask(good, { trustedDirs: ["/opt"] })).toContain("trustedDirs");
  expect(await ask(good, { trustedDirs: [folder.path] })).toBe("ok");
  chmodSync(good, 0o722);
  expect(await ask(good)).toContain("writable");
  expect(await ask(script(folder, "slow", "exec sleep 60"), { timeoutMs: 200 })).toContain("in time");
  expect(await ask(script(folder, "mute", "exec sleep 60"), { noOutputTimeoutMs: 200 })).toContain("in time");
  expect(await ask(script(folder, "loud", "while :; do echo y; done"), { maxOutputBytes: 99 })).toContain(
    "too much",
  );
  expect(await ask(script(folder, "bad", "echo canary; exit 3"))).toContain("exit code 3");
  const plain = script(folder, "plain", "echo canary");
  expect(await ask(plain)).toContain("did not print a JSON object");
  expect(await ask(plain)).not.toContain("canary");
  expect(await ask(plain, { jsonOnly: false })).toBe("canary");
  const odd = script(folder, "odd", `printf '{"protocolVersion":2,"values":{"x":"ok"}}'`);
  expect(await ask(odd)).toContain("protocolVersion 1");
});

test("store: a private file that several writers share", async () => {
  using folder = new TempFolder();
  const store = new FileSecretStore(join(folder.path, "store.json"), owner);
  await Promise.all(["A", "B", "C"].map((name) => store.set(name, `v${name}`)));
  await store.delete("B");
  expect(await store.names()).toEqual(["A", "C"]);
  expect(statSync(join(folder.path, "store.json")).mode & 0o777).toBe(0o600);
  expect(await resolve(folder, { source: "store", provider: "default", id: "A" })).toBe("vA");
  expect(await resolve(folder, { source: "store", provider: "default", id: "NOPE" })).toContain(
    "openclaw secrets store set NOPE",
  );
  expect(store.set("D", "")).rejects.toThrow("empty");
  expect(store.set("D", "__OPENCLAW_REDACTED__")).rejects.toThrow();
  expect(store.set("bad", "x")).rejects.toThrow();
});

const gateway = (token: unknown, more = {}) => ({ gateway: { auth: { token, ...more } } });

test("store: works on Windows too, where nothing but the folder can protect the file", async () => {
  using folder = new TempFolder();
  const store = new FileSecretStore(join(folder.path, "store.json"), { platform: "win32", uid: 0 });
  await store.set("A_KEY", "value-of-a");
  expect(await store.get("A_KEY")).toBe("value-of-a");
});

test("the gateway's own credential is strict, and a failed reload leaves everything in force", async () => {
  using folder = new TempFolder();
  const resolver = resolverIn(folder);
  const config = { ...gateway(env("GW")), channels: { telegram: { botToken: env("TG") } } };
  await resolver.activate({ config, variables: { GW: "g1", TG: "t1" } });
  expect(resolver.current.config).toEqual({ ...gateway("g1"), channels: { telegram: { botToken: "t1" } } });
  expect(config.gateway.auth.token).toEqual(env("GW"));
  const failed = resolver.activate({ config, variables: { TG: "t2" } });
  expect(failed).rejects.toThrow(StrictSecretError);
  await failed.catch(() => undefined);
  expect(resolver.current.values.get("channels.telegram.botToken")).toBe("t1");
  for (const token of ["${GONE}", "$GONE", env("bad name")]) {
    expect(resolver.resolveAll({ config: gateway(token), variables: {} })).rejects.toThrow(
      "gateway.auth.token",
    );
  }
});

test("a failing owner is cold at first, stale once it had a value, and never takes others along", async () => {
  using folder = new TempFolder();
  const resolver = resolverIn(folder);
  const config = {
    channels: { telegram: { accounts: { a: { botToken: env("TA") }, b: { botToken: "$TB" } } } },
  };
  const cold = await resolver.activate({ config, variables: { TA: "a1" } });
  expect(cold.values.get("channels.telegram.accounts.a.botToken")).toBe("a1");
  expect(cold.degraded).toEqual([
    {
      owner: "channels.telegram.accounts.b",
      state: "cold",
      paths: ["channels.telegram.accounts.b.botToken"],
      reason: "secret unavailable (NOT_FOUND)",
    },
  ]);
  // The shorthand's text must not be taken for a token.
  expect(cold.config).toMatchObject({ channels: { telegram: { accounts: { b: { botToken: env("TB") } } } } });
  const stale = await resolver.activate({ config, variables: { TB: "b1" } });
  expect(stale.values.get("channels.telegram.accounts.a.botToken")).toBe("a1");
  expect(stale.degraded).toMatchObject([{ owner: "channels.telegram.accounts.a", state: "stale" }]);
  const moved: Config = structuredClone(config);
  Object.assign(moved, {
    channels: { telegram: { accounts: { a: { botToken: env("TA"), apiRoot: "https://elsewhere" } } } },
  });
  const changed = await resolver.activate({ config: moved, variables: {} });
  expect(changed.degraded).toMatchObject([{ owner: "channels.telegram.accounts.a", state: "cold" }]);
});

test("references nothing uses are noted, not resolved", async () => {
  using folder = new TempFolder();
  const config = {
    gateway: { auth: { mode: "password", token: env("T"), password: "p" }, remote: { token: env("R") } },
    channels: { telegram: { enabled: false, botToken: env("TG") } },
  };
  const snapshot: SecretsSnapshot<Config> = await resolverIn(folder).resolveAll({ config, variables: {} });
  expect(snapshot.inactive).toEqual([
    "gateway.auth.token",
    "gateway.remote.token",
    "channels.telegram.botToken",
  ]);
  expect(snapshot.degraded).toEqual([]);
  expect(snapshot.warnings.map((warning) => warning.code)).toEqual(
    Array.from({ length: 3 }, () => "SECRETS_REF_IGNORED_INACTIVE_SURFACE"),
  );
});

test("secrets.resolve answers with what a command may have", async () => {
  using folder = new TempFolder();
  const resolver = resolverIn(folder);
  const config = {
    channels: { telegram: { botToken: env("TG") }, discord: { token: env("NOPE") } },
    gateway: { remote: { token: env("R") } },
  };
  await resolver.activate({ config, variables: { TG: "t" } });
  expect(
    resolver.assignmentsFor(["channels.*.botToken", "channels.discord.token", "gateway.remote.token"]),
  ).toEqual({
    ok: true,
    assignments: [
      { path: "channels.telegram.botToken", pathSegments: ["channels", "telegram", "botToken"], value: "t" },
    ],
    diagnostics: ["channels.discord.token: configured but unavailable"],
    inactiveRefPaths: ["gateway.remote.token"],
  });
  expect(resolver.assignmentsFor(["channels.*.botToken"], ["gateway.remote.token"]).assignments).toEqual([]);
  expect(() => resolver.assignmentsFor(["a b"])).toThrow("unknown target id");
});

test("an object that happens to have a source and an id is no reference outside secret fields", () => {
  expect(
    collectSecrets({ agents: { x: { source: "y", id: 1 } }, secrets: { a: env("A") } }, () => false),
  ).toEqual([]);
});

test("references of stored credentials keep their last value while it cannot be read, and only then", async () => {
  using folder = new TempFolder();
  const file = (key: string) => folder.file("vault.json", JSON.stringify({ key }));
  const path = file("key-1");
  chmodSync(path, 0o600);
  const providers = { vault: { source: "file", path } };
  const input = { config: { secrets: { providers } }, variables: { NAME: "from-env" } };
  const stored = new StoredSecrets({
    owner,
    home: folder.path,
    store: undefined,
    run: runProgram,
    logger: silentLogger,
  });
  const sites = [
    { profileId: "a:1", ref: { source: "file", provider: "vault", id: "/key" } },
    { profileId: "b:1", ref: { source: "env", id: "NAME" } },
    { profileId: "c:1", ref: { source: "env", id: "lower" } },
  ];
  expect(await stored.read(sites, input)).toEqual(["key-1", "from-env", undefined]);
  expect(stored.degraded).toMatchObject([{ owner: "auth-profiles.c:1", state: "cold" }]);
  file("");
  expect(await stored.read(sites.slice(0, 1), input)).toEqual(["key-1"]);
  expect(stored.degraded).toMatchObject([{ owner: "auth-profiles.a:1", state: "stale" }]);
  expect(JSON.stringify(stored.degraded)).not.toMatch(/key|vault/);
  const moved = {
    ...input,
    config: { secrets: { providers: { vault: { source: "file", path: "/nowhere" } } } },
  };
  expect(await stored.read(sites.slice(0, 1), moved)).toEqual([undefined]);
  file("key-2");
  expect(await stored.read(sites.slice(0, 1), input)).toEqual(["key-2"]);
  expect(stored.degraded).toEqual([]);
});
