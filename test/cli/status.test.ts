import { expect, test } from "bun:test";
import { freePort, tempHome, until } from "../support/index.ts";
import { fakeGateway } from "../client/fake-gateway.ts";
import { cli } from "./in-process.ts";

/** A probe waits three seconds, which a busy machine may need. */
const PATIENTLY = ["--timeout", "10000"];

const STATUS = {
  runtimeVersion: "1.2.3",
  channelSummary: ["Telegram: ready", "  - default: ready", "  - work (Office): recovering, no way to it"],
  queuedSystemEvents: [],
  sessions: { paths: [], count: 2, defaults: {}, recent: [], byAgent: [] },
};

function gatewayThat(
  answers: Readonly<Record<string, unknown>>,
  scopes = ["operator.admin"],
  identity = "a",
) {
  const all: Readonly<Record<string, unknown>> = {
    health: { ok: true, ts: 1 },
    status: STATUS,
    "system-presence": [],
    "gateway.identity.get": { deviceId: identity, publicKey: "k" },
    ...answers,
  };
  return fakeGateway({
    scopes,
    answer({ id, method }, line) {
      if (!(method in all)) return false;
      const payload = all[method];
      if (payload === undefined) {
        const error = { code: "FORBIDDEN", message: "missing scope: operator.read" };
        line.send({ type: "res", id, ok: false, error });
      } else line.send({ type: "res", id, ok: true, payload });
      return true;
    },
  });
}

test("gateway status shows the place, the probe and what the credential allows", async () => {
  await using home = await tempHome();
  await using gateway = gatewayThat({});
  const { code, stdout, stderr } = await cli(["gateway", "status", "--port", String(gateway.port)], {
    home: home.path,
  });
  expect(code).toBe(0);
  expect(stderr).not.toContain("failed");
  for (const line of [
    "Config (cli): ~/.openclaw/openclaw.json (missing)",
    `Gateway: bind=loopback (127.0.0.1), port=${gateway.port} (--port)`,
    `Probe target: ws://127.0.0.1:${gateway.port}`,
    "Gateway version: 1.2.3",
    "Runtime: running",
    "Connectivity probe: ok",
    "Capability: admin-capable",
    `Listening: 127.0.0.1:${gateway.port}`,
  ]) {
    expect(stdout.split("\n")).toContain(line);
  }
});

test("gateway status exits 0 when the gateway is down and says why on stderr", async () => {
  await using home = await tempHome();
  const port = await freePort();
  const { code, stdout, stderr } = await cli(["gateway", "status", "--port", String(port)], {
    home: home.path,
  });
  expect(code).toBe(0);
  expect(stdout).toContain("Runtime: stopped");
  expect(stderr).toContain(
    `Connectivity probe: failed\nProbe target: ws://127.0.0.1:${port}\n  connect ECONNREFUSED 127.0.0.1:${port}\n`,
  );
});

test("--require-rpc proves a read call and exits 1 when it fails", async () => {
  await using home = await tempHome();
  await using good = gatewayThat({});
  await using limited = gatewayThat({ status: undefined }, ["operator.pairing"]);
  const ask = (port: number) =>
    cli(["gateway", "status", "--require-rpc", "--port", String(port)], { home: home.path });
  expect(await ask(good.port)).toMatchObject({ code: 0, stdout: expect.stringContaining("Read probe: ok") });
  expect(await ask(limited.port)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Read probe: failed"),
  });
  expect((await ask(await freePort())).code).toBe(1);
  const both = await cli(["gateway", "status", "--require-rpc", "--no-probe"], { home: home.path });
  expect(both).toMatchObject({ code: 1, stderr: "Use either --require-rpc or --no-probe, not both.\n" });
});

test("--no-probe opens no connection and leaves rpc out", async () => {
  await using home = await tempHome();
  await using gateway = gatewayThat({});
  const argv = ["gateway", "status", "--no-probe", "--json", "--port", String(gateway.port)];
  const { code, stdout } = await cli(argv, { home: home.path });
  expect([code, gateway.connections()]).toEqual([0, 0]);
  expect(JSON.parse(stdout)).not.toHaveProperty("rpc");
});

test("gateway status --json keeps its keys", async () => {
  await using home = await tempHome();
  await using gateway = gatewayThat({});
  const { stdout } = await cli(["gateway", "status", "--json", "--port", String(gateway.port)], {
    home: home.path,
  });
  const report = JSON.parse(stdout);
  expect(Object.keys(report).sort()).toEqual(
    ["cli", "config", "extraServices", "gateway", "logFile", "port", "rpc", "runtime", "service"].sort(),
  );
  expect(report.rpc).toEqual({
    ok: true,
    kind: "connect",
    capability: "admin_capable",
    auth: { role: "operator", scopes: ["operator.admin"], capability: "admin_capable" },
    server: { version: "1.2.3", connId: "c1" },
    version: "1.2.3",
    url: `ws://127.0.0.1:${gateway.port}`,
  });
  const { port } = gateway;
  expect(report.port).toEqual({ port, status: "busy", listeners: expect.any(Array), hints: [] });
  const down = await cli(["gateway", "status", "--json", "--port", String(await freePort())], {
    home: home.path,
  });
  expect(JSON.parse(down.stdout).rpc).toMatchObject({ ok: false, connectFailure: { kind: "unreachable" } });
});

test("gateway status names who listens on the port, where lsof knows", async () => {
  await using home = await tempHome();
  await using gateway = gatewayThat({});
  const argv = ["gateway", "status", "--json", "--port", String(gateway.port)];
  // A status waits less than a second for the programs it asks: on a busy machine it may have to do without.
  const address = expect.stringContaining(`:${gateway.port}`);
  const known = Bun.which("lsof") === null ? [] : [expect.objectContaining({ pid: process.pid, address })];
  const listeners = await until("lsof to answer in time", async () => {
    const { port } = JSON.parse((await cli(argv, { home: home.path })).stdout);
    return port.listeners.length >= known.length && port.listeners;
  });
  expect(listeners).toEqual(known);
});

test("gateway probe looks at every known gateway and warns when two answer", async () => {
  await using home = await tempHome();
  await using local = gatewayThat({}, ["operator.admin"], "a");
  await using other = gatewayThat({}, ["operator.admin"], "b");
  await home.write(".openclaw/openclaw.json", {
    gateway: { port: local.port, remote: { url: other.url, token: "t" } },
  });
  const { code, stdout } = await cli(["gateway", "probe", "--json", ...PATIENTLY], { home: home.path });
  const report = JSON.parse(stdout);
  expect(code).toBe(0);
  expect(report.targets.map(({ id, active }: { id: string; active: boolean }) => [id, active])).toEqual([
    ["configRemote", false],
    ["localLoopback", true],
  ]);
  expect(report.warnings).toEqual([
    {
      code: "multiple_gateways",
      message: expect.stringContaining("multiple reachable gateways"),
      targetIds: ["configRemote", "localLoopback"],
    },
  ]);
});

test("two addresses of one gateway are no two gateways", async () => {
  await using home = await tempHome();
  await using local = gatewayThat({});
  await home.write(".openclaw/openclaw.json", {
    gateway: { port: local.port, remote: { url: local.url, token: "t" } },
  });
  const { stdout } = await cli(["gateway", "probe", "--json", ...PATIENTLY], { home: home.path });
  expect(JSON.parse(stdout).warnings).toEqual([]);
});

test("gateway probe fails only when nothing answers", async () => {
  await using home = await tempHome();
  const { code, stdout } = await cli(["gateway", "probe", "--port", String(await freePort())], {
    home: home.path,
  });
  expect(code).toBe(1);
  expect(stdout).toContain("Reachable: no");
  expect(stdout).toContain("No gateway answered.");
});

test("status never fails because the gateway is down", async () => {
  await using home = await tempHome();
  const { code, stdout, stderr } = await cli(["status", "--port", String(await freePort())], {
    home: home.path,
  });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("unreachable");
  expect(stdout).toContain("Next: openclaw onboard");
});

test("status shows a running gateway, and --json keeps its keys", async () => {
  await using home = await tempHome();
  await using gateway = gatewayThat({});
  const text = await cli(["status", "--all", "--port", String(gateway.port)], { home: home.path });
  expect(text.code).toBe(0);
  expect(text.stdout).toMatch(/reachable \d+m?s/);
  for (const line of text.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  const report = JSON.parse(
    (await cli(["status", "--json", "--port", String(gateway.port)], { home: home.path })).stdout,
  );
  expect(report).toMatchObject({
    runtimeVersion: "1.2.3",
    sessions: { count: 2 },
    gateway: { mode: "local", reachable: true, misconfigured: false, error: null },
  });
});

test("status names the model that answers, and says when it is only the guide", async () => {
  await using home = await tempHome();
  const shown = async (defaults: object) => {
    const answer = { ...STATUS, sessions: { ...STATUS.sessions, defaults } };
    await using gateway = gatewayThat({ status: answer });
    const { stdout } = await cli(["status", "--port", String(gateway.port)], { home: home.path });
    return stdout.split("\n").find((line) => line.trimStart().startsWith("Model")) ?? "";
  };
  expect(await shown({ modelProvider: "openai", model: "gpt-5" })).toMatch(/Model +openai\/gpt-5$/);
  expect(await shown({ modelProvider: "builtin", model: "guide" })).toContain("connect a real one:");
  expect(await shown({})).toContain("none that can answer");
});

test("status with a remote mode that names no gateway says so and still exits 0", async () => {
  await using home = await tempHome();
  await home.write(".openclaw/openclaw.json", { gateway: { mode: "remote" } });
  const { code, stdout } = await cli(["status"], { home: home.path });
  expect(code).toBe(0);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("gateway.remote.url is not set");
});

test("status names the channels and how each account is", async () => {
  await using home = await tempHome();
  await using gateway = gatewayThat({});
  const env = { OPENCLAW_GATEWAY_URL: `ws://127.0.0.1:${gateway.port}`, OPENCLAW_GATEWAY_TOKEN: "secret" };
  const { stdout } = await cli(["status"], { home: home.path, env });
  const words = stdout.replaceAll(/\s+/g, " ");
  expect(words).toContain("Channels Telegram default: ready, work (Office): recovering, no way to it");
});
