import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  type GatewayProcess,
  PATIENCE_MS,
  type RunResult,
  runOpenclaw,
  spawnGateway,
  type TempHome,
  tempHome,
  until,
} from "../support/index.ts";
import { cli } from "./in-process.ts";

let home: TempHome;
let gateway: GatewayProcess;

beforeAll(async () => {
  home = await tempHome();
  gateway = await spawnGateway({ token: null, home });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

/** A command in the home of the running gateway, which is all it gets to find the gateway and its credential. */
function run(...argv: string[]): Promise<RunResult> {
  return runOpenclaw(argv, { home: gateway.home.path, env: { OPENCLAW_GATEWAY_PORT: String(gateway.port) } });
}

async function json(...argv: string[]) {
  const { stdout, stderr, code } = await run(...argv, "--json");
  expect([argv.join(" "), code, stderr]).toEqual([argv.join(" "), 0, ""]);
  return JSON.parse(stdout);
}

test("a gateway started without a credential is found and asked with no setting at all", async () => {
  const { code, stdout } = await run("gateway", "status");
  expect(code).toBe(0);
  for (const line of [
    `Runtime: running (pid ${gateway.pid})`,
    "Connectivity probe: ok",
    "Capability: admin-capable",
  ]) {
    expect(stdout.split("\n")).toContain(line);
  }
  expect((await run("gateway", "status", "--require-rpc")).code).toBe(0);
});

test("every reading command is answered", async () => {
  expect(await json("health")).toMatchObject({ ok: true });
  expect(await json("gateway", "health")).toMatchObject({ ok: true });
  expect(await json("status")).toMatchObject({ gateway: { reachable: true, error: null } });
  expect(await json("gateway", "probe")).toMatchObject({ ok: true, degraded: false, warnings: [] });
  expect(await json("system", "presence")).toContainEqual(expect.objectContaining({ reason: "self" }));
  expect(await json("devices", "list")).toEqual({ pending: [], paired: [] });
  expect(await json("nodes", "list")).toEqual({ pending: [], paired: [] });
  expect(await json("secrets", "reload")).toMatchObject({ ok: true });
  expect(await json("system", "event", "--text", "hello")).toEqual({ ok: true });
});

test("gateway call reports an unknown method and a wrong token as the gateway says it", async () => {
  const unknown = await run("gateway", "call", "nosuch");
  expect([unknown.code, unknown.stderr]).toEqual([1, "Gateway call failed: unknown method: nosuch\n"]);
  const wrong = await run("gateway", "call", "health", "--token", "wrong", "--json");
  expect(JSON.parse(wrong.stdout)).toMatchObject({
    ok: false,
    error: {
      type: "gateway_request_error",
      code: "INVALID_REQUEST",
      message: expect.stringContaining("unauthorized: gateway token mismatch"),
      details: { code: "AUTH_TOKEN_MISMATCH", authReason: "token_mismatch" },
      retryable: false,
    },
  });
});

test("commands leave no device, no identity and no presence row behind", async () => {
  await json("status");
  expect(await json("devices", "list")).toEqual({ pending: [], paired: [] });
  expect(await Bun.file(gateway.home.at(".openclaw", "identity", "device.json")).exists()).toBe(false);
  const modes = (await json("system", "presence")).map((row: { mode?: string }) => row.mode);
  expect(modes).not.toContain("cli");
});

test("a device that pairs is listed, renamed, rotated and removed by the start of its id", async () => {
  const { loadOrCreateDeviceIdentity, connectGateway } = await import("../../src/client/index.ts");
  const device = await loadOrCreateDeviceIdentity(gateway.home.at("phone"), Date.now());
  const token = (await Bun.file(gateway.home.at(".openclaw", "credentials", "gateway-token")).text()).trim();
  const client = await connectGateway({
    url: gateway.wsUrl,
    client: { id: "test", mode: "test", version: "1.0.0", platform: "linux" },
    scopes: ["operator.read"],
    auth: { token },
    device,
    timeoutMs: PATIENCE_MS,
  });
  const id = device.deviceId.slice(0, 10);
  expect((await json("devices", "list")).paired).toMatchObject([
    { deviceId: device.deviceId, connected: true },
  ]);
  expect(await json("devices", "rename", "--device", id, "--name", "Phone")).toEqual({
    deviceId: device.deviceId,
    label: "Phone",
  });
  expect((await run("devices", "list")).stdout).toContain("Phone\n");
  expect(await json("devices", "rotate", "--device", id, "--role", "operator")).toMatchObject({
    tokenDelivery: "withheld-cross-device",
  });
  expect(await json("devices", "remove", id)).toEqual({ deviceId: device.deviceId });
  expect((await json("devices", "list")).paired).toEqual([]);
  await client.close();
});

test("a changed configuration reaches the running gateway", async () => {
  expect((await run("config", "set", "gateway.reload.mode", "hot")).code).toBe(0);
  await until("the gateway to see it", async () => {
    const view = await json("gateway", "call", "config.get");
    return view.config.gateway.reload.mode === "hot";
  });
});

test("logs are followed across a restart of the gateway", async () => {
  const stop = new AbortController();
  let printed = "";
  let told = "";
  const argv = ["logs", "--follow", "--interval", "50", "--port", String(gateway.port)];
  const following = cli(argv, {
    home: gateway.home.path,
    signal: stop.signal,
    onStdout: (text) => void (printed += text),
    onStderr: (text) => void (told += text),
  });
  await until("the log", () => printed.includes("Log file: "));
  const { port } = gateway;
  await gateway.stop();
  gateway = await spawnGateway({ token: null, home, port });
  await until("the reconnect", () => told.includes("[logs] gateway reconnected"));
  stop.abort();
  expect((await following).code).toBe(0);
});
