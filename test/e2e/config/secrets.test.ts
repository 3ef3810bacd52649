import { expect, test } from "bun:test";
import { chmod } from "node:fs/promises";
import { freePort, runOpenclaw, type TempHome, tempHome, within, WireClient } from "../../support/index.ts";
import { fakeTool, startProgram } from "../program.ts";

const FILE = ".openclaw/openclaw.json";

async function withToken(home: TempHome, token: unknown, secrets: object, env: Record<string, string> = {}) {
  const port = await freePort();
  await home.write(FILE, { gateway: { mode: "local", port, auth: { token } }, secrets });
  const program = await startProgram(["gateway"], { home, env });
  await program.said(/\bready\b/);
  const admits = async (secret: string) => {
    await using client = await WireClient.open(`ws://127.0.0.1:${port}/`);
    return (await client.connect({ auth: { token: secret } })).ok;
  };
  return { port, program, admits, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

async function secretFile(home: TempHome, content: object | string): Promise<string> {
  const file = await home.write("secrets.json", content);
  await chmod(file, 0o600);
  return file;
}

const fileProvider = (path: string, mode = "json") => ({
  providers: { files: { source: "file", path, mode } },
});
const FILE_REF = { source: "file", provider: "files", id: "/gateway/token" };

test("secrets reload takes the changed secret file, and only its new value counts (seed 93)", async () => {
  await using home = await tempHome();
  const file = await secretFile(home, { gateway: { token: "first-secret-0123456789" } });
  await using gateway = await withToken(home, FILE_REF, fileProvider(file));
  await using old = await WireClient.open(`ws://127.0.0.1:${gateway.port}/`);
  expect((await old.connect({ auth: { token: "first-secret-0123456789" } })).ok).toBe(true);

  await secretFile(home, { gateway: { token: "second-secret-0123456789" } });
  expect(await gateway.admits("second-secret-0123456789")).toBe(false);
  const { code, stdout, stderr } = await runOpenclaw(
    ["secrets", "reload", "--json", "--token", "first-secret-0123456789"],
    { home: home.path },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toEqual({ ok: true, warningCount: 0 });
  await within("the old client's end", old.closed);
  expect(await gateway.admits("second-secret-0123456789")).toBe(true);
  expect(await gateway.admits("first-secret-0123456789")).toBe(false);
  expect(gateway.program.output()).not.toMatch(/(first|second)-secret/);
});

test("a reload that cannot have the gateway's own secret changes nothing and says which (seeds 93, 94)", async () => {
  await using home = await tempHome();
  const file = await secretFile(home, { gateway: { token: "kept-secret-0123456789" } });
  await using gateway = await withToken(home, FILE_REF, fileProvider(file));
  await Bun.file(file).delete();
  const { code, stdout } = await runOpenclaw(
    ["secrets", "reload", "--json", "--token", "kept-secret-0123456789"],
    { home: home.path },
  );
  expect(code).toBe(1);
  expect(stdout).toContain("gateway.auth.token");
  expect(await gateway.admits("kept-secret-0123456789")).toBe(true);
});

test("a secret comes from the environment, a file, a program or the store (seed 94)", async () => {
  await using home = await tempHome();
  const value = "some-secret-value-0123456789";
  const single = await home.write("single", `${value}\n`);
  await chmod(single, 0o600);
  const json = await secretFile(home, { gateway: { token: value } });
  const dir = await fakeTool(
    home,
    "tools",
    "vault",
    `cat > "${home.at("question")}"; echo '{"protocolVersion":1,"values":{"gateway/token":"${value}"}}'`,
  );
  const store = await home.write(".openclaw/credentials/secrets.json", { GATEWAY_TOKEN: value });
  await chmod(store, 0o600);
  const cases: [string, object | string, object, Record<string, string>][] = [
    ["env", { source: "env", provider: "default", id: "THE_TOKEN" }, {}, { THE_TOKEN: value }],
    ["shorthand", "${THE_TOKEN}", {}, { THE_TOKEN: value }],
    ["file", FILE_REF, fileProvider(json), {}],
    ["single value", { ...FILE_REF, id: "value" }, fileProvider(single, "singleValue"), {}],
    [
      "exec",
      { source: "exec", provider: "vault", id: "gateway/token" },
      { providers: { vault: { source: "exec", command: `${dir}/vault` } } },
      {},
    ],
    ["store", { source: "store", provider: "default", id: "GATEWAY_TOKEN" }, {}, {}],
  ];
  for (const [what, token, secrets, env] of cases) {
    await using gateway = await withToken(home, token, secrets, env);
    expect({ what, admitted: await gateway.admits(value) }).toEqual({ what, admitted: true });
    const asked = await runOpenclaw(["gateway", "health"], { home: home.path, env });
    expect({ what, code: asked.code, stderr: asked.stderr }).toEqual({ what, code: 0, stderr: "" });
  }
  expect(await Bun.file(home.at("question")).json()).toEqual({
    protocolVersion: 1,
    provider: "vault",
    ids: ["gateway/token"],
  });
});

test("a secret file others can read, or that is a link, is refused at the start with 78 (seed 94)", async () => {
  await using home = await tempHome();
  const open = await home.write("open.json", { gateway: { token: "x".repeat(20) } });
  await chmod(open, 0o644);
  await home.write(FILE, {
    gateway: { mode: "local", auth: { token: FILE_REF } },
    secrets: fileProvider(open),
  });
  const start = async () => runOpenclaw(["gateway", "--port", String(await freePort())], { home: home.path });
  const readable = await start();
  expect(readable.code).toBe(78);
  expect(readable.stderr).toContain("open.json");
  await chmod(open, 0o600);
  Bun.spawnSync(["ln", "-s", open, home.at("link.json")]);
  await home.write(FILE, {
    gateway: { mode: "local", auth: { token: FILE_REF } },
    secrets: fileProvider(home.at("link.json")),
  });
  expect((await start()).code).toBe(78);
});

test("B13: a secret of an optional part that cannot be had degrades that part, not the gateway (seed 94)", async () => {
  await using home = await tempHome();
  const port = await freePort();
  await home.write(FILE, {
    gateway: { mode: "local", port, auth: { token: "plain-token-0123456789" } },
    channels: { telegram: { enabled: true, botToken: { source: "env", provider: "default", id: "NO_BOT" } } },
  });
  await using gateway = await startProgram(["gateway"], { home });
  await gateway.said(/\bready\b/);
  expect(gateway.output()).toContain("SECRETS_DEGRADED channels.telegram is cold");
  const { stdout } = await runOpenclaw(["gateway", "call", "status", "--json"], { home: home.path });
  expect(JSON.stringify(JSON.parse(stdout).degradedSecretOwners)).toContain("channels.telegram");
});
