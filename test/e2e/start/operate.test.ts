import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import {
  cleanEnv,
  freePort,
  openclawCommand,
  runOpenclaw,
  type TempHome,
  tempHome,
  until,
  WireClient,
} from "../../support/index.ts";
import { startProgram } from "../program.ts";

const FILE = ".openclaw/openclaw.json";
const TOKEN = "operate-token-0123456789";

async function running(home: TempHome) {
  const port = await freePort();
  await home.write(FILE, { gateway: { mode: "local", port, auth: { token: TOKEN } } });
  const program = await startProgram(["gateway"], { home });
  await program.said(/\bready\b/);
  return { port, program, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

test("gateway status of a healthy gateway has every line a person greps for (seeds 21, 24, 25, 26, 85)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  const { code, stdout, stderr } = await runOpenclaw(["gateway", "status"], { home: home.path });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const line of [
    `Runtime: running (pid ${gateway.program.pid})`,
    "Connectivity probe: ok",
    "Config (cli): ~/.openclaw/openclaw.json",
    `Probe target: ws://127.0.0.1:${gateway.port}`,
    `Gateway: bind=loopback (127.0.0.1), port=${gateway.port}`,
    `Listening: 127.0.0.1:${gateway.port}`,
  ]) {
    expect(stdout).toContain(line);
  }
  expect(stdout).toMatch(/^Capability: (read-only|write-capable|admin-capable)$/m);
  expect(stdout.split("\n").every((line) => line.length <= 100)).toBe(true);
});

test("--require-rpc proves a read call; without a gateway it exits 1, plain status 0 (seed 27)", async () => {
  await using home = await tempHome();
  const gateway = await running(home);
  const ask = (...flags: string[]) => runOpenclaw(["gateway", "status", ...flags], { home: home.path });
  const up = await ask("--require-rpc");
  expect(up.code).toBe(0);
  expect(up.stdout).toContain("Read probe: ok");
  await gateway[Symbol.asyncDispose]();
  const down = await ask("--require-rpc");
  expect(down.code).toBe(1);
  expect(down.stderr).toContain("Read probe: failed");
  const plain = await ask();
  expect(plain.code).toBe(0);
  expect(plain.stdout).toContain("Runtime: stopped");
  expect(plain.stderr).toContain("Connectivity probe: failed");
  expect((await ask("--require-rpc", "--no-probe")).code).toBe(1);
});

test("gateway status --json keeps its shape; --no-probe opens no socket (seeds 81, 82)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  const ask = async (...flags: string[]) => {
    const { stdout } = await runOpenclaw(["gateway", "status", "--json", ...flags], { home: home.path });
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const full = await ask();
  expect(full).toMatchObject({
    cli: { version: expect.any(String), entrypoint: expect.any(String) },
    logFile: expect.any(String),
    config: { cli: { path: home.at(FILE), exists: true, valid: true } },
    gateway: { bindMode: "loopback", bindHost: "127.0.0.1", port: gateway.port, portSource: "env/config" },
    port: { port: gateway.port, status: "busy" },
    rpc: { ok: true, kind: "connect", url: `ws://127.0.0.1:${gateway.port}` },
    extraServices: [],
  });
  const quiet = await ask("--no-probe");
  expect(quiet.rpc).toBeUndefined();
});

test("probes leave no device and no pairing behind (seed 98)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  for (const command of [
    ["gateway", "status"],
    ["gateway", "probe"],
    ["status"],
    ["health"],
    ["gateway", "health"],
  ]) {
    expect((await runOpenclaw(command, { home: home.path })).code).toBe(0);
  }
  const files = readdirSync(home.at(".openclaw"), { recursive: true }).map(String);
  expect(files.filter((name) => /device|identity/.test(name))).toEqual([]);
  const { stdout } = await runOpenclaw(["devices", "list", "--json"], { home: home.path });
  expect(JSON.parse(stdout)).toMatchObject({ pending: [], paired: [] });
  expect(gateway.program.output()).not.toContain("pairing");
});

test("status works with the gateway up or down, health says which, and with it down nobody waits out a time-out (seeds 22, 30, 232)", async () => {
  await using home = await tempHome();
  const gateway = await running(home);
  for (const command of [["status"], ["health"], ["gateway", "health"]]) {
    const { code } = await runOpenclaw(command, { home: home.path });
    expect({ command, code }).toEqual({ command, code: 0 });
  }
  const health = await runOpenclaw(["health", "--json"], { home: home.path });
  expect(JSON.parse(health.stdout)).toMatchObject({ ok: true, channels: {}, eventLoop: {} });
  await gateway[Symbol.asyncDispose]();
  // A minute, of which none waits out a part: they would be killed long before.
  const patient = ["--timeout", "60000"];
  expect((await runOpenclaw(["status", ...patient], { home: home.path })).code).toBe(0);
  for (const command of [["health"], ["gateway", "health"], ["gateway", "call", "health"]]) {
    const { code, stderr } = await runOpenclaw([...command, ...patient], { home: home.path });
    expect({ command, code }).toEqual({ command, code: 1 });
    expect(stderr).toMatch(/not reachable|ECONNREFUSED|refused/i);
  }
});

test("no command starts a gateway by itself (seed 102)", async () => {
  await using home = await tempHome();
  await home.write(FILE, { gateway: { mode: "local", port: await freePort(), auth: { token: TOKEN } } });
  for (const command of [
    ["health"],
    ["status"],
    ["gateway", "call", "status"],
    ["nodes", "list"],
    ["logs"],
  ]) {
    await runOpenclaw(command, { home: home.path });
  }
  expect(existsSync(home.at(".openclaw/state"))).toBe(false);
  expect(existsSync(home.at(".openclaw/tmp"))).toBe(false);
});

test("gateway call takes any method and params; --json prints the answer alone (seeds 101, 201, 202, 203, 204)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  const call = async (...args: string[]) => {
    const { code, stdout, stderr } = await runOpenclaw(["gateway", "call", ...args, "--json"], {
      home: home.path,
    });
    return { code, stderr, value: JSON.parse(stdout) as Record<string, unknown> };
  };
  expect((await call("health", "--params", "{}")).value).toMatchObject({ ok: true });
  const health = await runOpenclaw(["health", "--json"], { home: home.path });
  expect(Object.keys((await call("health")).value).sort()).toEqual(
    Object.keys(JSON.parse(health.stdout)).sort(),
  );
  expect((await call("status")).value).toMatchObject({ runtimeVersion: expect.any(String) });
  expect((await call("system-event", "--params", `{"text":"a note"}`)).value).toMatchObject({ ok: true });
  expect((await call("status")).value.queuedSystemEvents).toContain("a note");
  const unknown = await call("nosuch");
  expect(unknown.code).toBe(1);
  expect(unknown.value).toMatchObject({ ok: false, error: { type: "gateway_request_error" } });
  const bad = await runOpenclaw(["gateway", "call", "health", "--params", "{no"], { home: home.path });
  expect(bad.stderr).toContain("--params must be valid JSON.");
  const human = await runOpenclaw(["gateway", "call", "health"], { home: home.path });
  expect(human.stdout).toMatch(/^Gateway call: health\n\{/);
  expect(gateway.program.output()).not.toContain(TOKEN);
});

test("presence names this gateway and its clients; deltas arrive (seeds 181, 186, 221, 231, 234)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  await using first = await WireClient.open(`ws://127.0.0.1:${gateway.port}/`);
  const hello = await first.connect({ auth: { token: TOKEN } });
  expect(hello.payload).toMatchObject({
    type: "hello-ok",
    snapshot: {
      presence: expect.any(Array),
      health: { ok: true },
      stateVersion: { presence: expect.any(Number), health: expect.any(Number) },
      uptimeMs: expect.any(Number),
    },
    policy: {
      maxPayload: expect.any(Number),
      maxBufferedBytes: expect.any(Number),
      tickIntervalMs: expect.any(Number),
    },
  });
  await using second = await WireClient.open(`ws://127.0.0.1:${gateway.port}/`);
  const app = { id: "test", version: "1", platform: "linux", mode: "test", instanceId: "app-1" };
  expect(await second.connect({ client: app, auth: { token: TOKEN } })).toMatchObject({ ok: true });
  expect(await first.event("presence")).toMatchObject({ stateVersion: { presence: expect.any(Number) } });
  const { code, stdout } = await runOpenclaw(["system", "presence", "--json"], { home: home.path });
  expect(code).toBe(0);
  expect(stdout).toContain('"reason": "self"');
  expect(stdout).toContain('"instanceId": "app-1"');
});

test("--dev status and --dev health ask the dev gateway (seeds 168, 169)", async () => {
  await using home = await tempHome();
  const { stdout } = await runOpenclaw(["--dev", "gateway", "status", "--json", "--no-probe"], {
    home: home.path,
  });
  expect(JSON.parse(stdout)).toMatchObject({ gateway: { port: 19_001, probeUrl: "ws://127.0.0.1:19001" } });
  const port = await freePort();
  await home.write(".openclaw-dev/openclaw.json", {
    gateway: { mode: "local", port, auth: { token: TOKEN } },
  });
  await using gateway = await startProgram(["--dev", "gateway"], { home });
  await gateway.said(/\bready\b/);
  for (const command of ["status", "health"]) {
    expect((await runOpenclaw(["--dev", command], { home: home.path })).code).toBe(0);
  }
  const status = await runOpenclaw(["--dev", "status", "--json"], { home: home.path });
  expect(JSON.parse(status.stdout)).toMatchObject({
    gateway: { reachable: true, url: `ws://127.0.0.1:${port}` },
  });
});

test("B13: status calls an invalid configuration by its line, and still answers (seed 96)", async () => {
  await using home = await tempHome();
  await home.write(FILE, `{ gateway: { mode: "local", prot: 1 } }`);
  const { code, stdout, stderr } = await runOpenclaw(["gateway", "status"], { home: home.path });
  expect(code).toBe(0);
  expect(stdout + stderr).toMatch(/gateway.*prot/);
});

test("the token can be seen on a terminal, and does not go into a pipe (seed 67)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  const piped = await runOpenclaw(["gateway", "auth-token", "--show"], { home: home.path });
  expect(piped.code).toBe(1);
  expect(piped.stdout + piped.stderr).not.toContain(TOKEN);
  const chunks: string[] = [];
  const child = Bun.spawn([...(await openclawCommand()), "gateway", "auth-token", "--show"], {
    cwd: home.path,
    env: cleanEnv(home.path, { TERM: "xterm" }),
    terminal: { cols: 100, rows: 30, data: (_terminal, data) => void chunks.push(data.toString()) },
  });
  expect(await child.exited).toBe(0);
  await until("the token", () => chunks.join("").includes(TOKEN));
  expect(gateway.program.output()).not.toContain(TOKEN);
});

test("doctor --fix acknowledges a repaired database, and the gateway is ready again (seed 96)", async () => {
  await using home = await tempHome();
  const once = await running(home);
  await once[Symbol.asyncDispose]();
  await home.write(".openclaw/state/openclaw.sqlite", "no database at all");
  const repaired = await running(home);
  expect((await fetch(`http://127.0.0.1:${repaired.port}/readyz`)).status).toBe(503);
  await repaired[Symbol.asyncDispose]();
  await runOpenclaw(["doctor", "--fix", "--non-interactive", "--yes"], { home: home.path });
  await using again = await running(home);
  expect((await fetch(`http://127.0.0.1:${again.port}/readyz`)).status).toBe(200);
});
