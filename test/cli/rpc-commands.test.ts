import { expect, test } from "bun:test";
import { tempHome, within } from "../support/index.ts";
import { fakeGateway, type FakeGateway, type FakeOptions } from "../client/fake-gateway.ts";
import { cli, NOBODYS_PORT } from "./in-process.ts";

const DEVICE = "5".repeat(64);
const NODE = "6".repeat(64);
const ADMIN = ["operator.read", "operator.write", "operator.admin"];

const ANSWERS: Readonly<Record<string, unknown>> = {
  health: { ok: true, ts: 1, durationMs: 2, agents: [], channelOrder: [] },
  status: {
    runtimeVersion: "1.2.3",
    channelSummary: [],
    queuedSystemEvents: [],
    sessions: { paths: [], count: 2, defaults: {}, recent: [], byAgent: [] },
  },
  "system-presence": [{ host: "box", mode: "gateway", reason: "self", ts: Date.now() }],
  "gateway.identity.get": { deviceId: "g".repeat(64), publicKey: "k" },
  "system-event": { ok: true },
  "last-heartbeat": null,
  "secrets.reload": { ok: true, warningCount: 0 },
  "device.pair.list": {
    pending: [
      {
        requestId: "req-1",
        deviceId: DEVICE,
        publicKey: "k",
        role: "operator",
        scopes: ["operator.read"],
        ts: 1,
      },
    ],
    paired: [
      {
        deviceId: DEVICE,
        publicKey: "k",
        operatorLabel: "Kitchen",
        roles: ["operator"],
        scopes: ["operator.read"],
        createdAtMs: 1,
        approvedAtMs: 1,
        connected: true,
      },
    ],
  },
  "device.pair.approve": { requestId: "req-1", device: { deviceId: DEVICE, displayName: "Phone" } },
  "device.pair.reject": { requestId: "req-1", deviceId: DEVICE },
  "device.pair.remove": { deviceId: DEVICE },
  "device.pair.rename": { deviceId: DEVICE, label: "Hall" },
  "device.token.rotate": {
    deviceId: DEVICE,
    role: "operator",
    scopes: [],
    rotatedAtMs: 1,
    tokenDelivery: "withheld-cross-device",
  },
  "device.token.revoke": { deviceId: DEVICE, role: "node", revokedAtMs: 1 },
  "node.list": {
    ts: 1,
    nodes: [
      {
        nodeId: NODE,
        displayName: "den",
        caps: ["system"],
        commands: ["system.which"],
        paired: true,
        connected: true,
      },
      {
        nodeId: "7".repeat(64),
        displayName: "attic",
        caps: [],
        commands: [],
        paired: true,
        connected: false,
      },
    ],
  },
  "node.describe": {
    ts: 1,
    nodeId: NODE,
    displayName: "den",
    caps: ["system"],
    commands: ["system.which"],
    paired: true,
    connected: true,
  },
  "node.invoke": { ok: true, nodeId: NODE, command: "system.which", payload: { bins: {} } },
  "node.pair.list": {
    pending: [
      {
        requestId: "n-1",
        nodeId: NODE,
        commands: ["system.run"],
        requiredApproveScopes: ["operator.pairing", "operator.admin"],
        ts: 1,
      },
    ],
    paired: [],
  },
  "node.pair.approve": {
    requestId: "n-1",
    node: { nodeId: NODE, displayName: "den", createdAtMs: 1, approvedAtMs: 1 },
  },
  "node.pair.reject": { requestId: "n-1", nodeId: NODE },
  "node.pair.remove": { nodeId: NODE },
  "node.rename": { nodeId: NODE, displayName: "study" },
};

function gatewayWith(extra: FakeOptions = {}): FakeGateway {
  return fakeGateway({
    scopes: ADMIN,
    ...extra,
    answer(request, line) {
      if (extra.answer?.(request, line) === true) return true;
      if (!(request.method in ANSWERS)) return false;
      line.send({ type: "res", id: request.id, ok: true, payload: ANSWERS[request.method] });
      return true;
    },
  });
}

/** Runs a command against the fake and returns the calls it made as `method [scopes it connected with]`. */
async function run(argv: readonly string[], gateway: FakeGateway) {
  await using home = await tempHome();
  const before = gateway.requests.length;
  const env = { OPENCLAW_GATEWAY_PORT: String(gateway.port), OPENCLAW_GATEWAY_TOKEN: "s3cret" };
  const result = await cli(argv, { home: home.path, env });
  let scopes: unknown;
  const calls: string[] = [];
  for (const { method, params } of gateway.requests.slice(before)) {
    if (method === "connect") scopes = (params as { scopes: unknown }).scopes;
    else calls.push(`${method} [${String(scopes)}]`);
  }
  return { ...result, calls };
}

const LEAST: readonly (readonly [argv: string, calls: readonly string[]])[] = [
  ["gateway health", ["health [operator.read]"]],
  ["health", ["health [operator.read]"]],
  ["gateway call status", ["status [operator.read]"]],
  ["gateway call nosuch", ["nosuch [operator.admin]"]],
  ["system presence", ["system-presence [operator.read]"]],
  ["system event --text hi", ["system-event [operator.admin]"]],
  ["system heartbeat last", ["last-heartbeat [operator.read]"]],
  ["secrets reload", ["secrets.reload [operator.admin]"]],
  ["devices list", ["device.pair.list [operator.pairing]"]],
  ["devices reject req-1", ["device.pair.reject [operator.pairing]"]],
  ["nodes pending", ["node.pair.list [operator.pairing]"]],
  ["nodes status", ["node.list [operator.read,operator.pairing]"]],
  ["nodes reject n-1", ["node.pair.reject [operator.pairing]"]],
  [
    "nodes approve n-1",
    ["node.pair.list [operator.pairing]", "node.pair.approve [operator.pairing,operator.admin]"],
  ],
  [
    "devices approve req-1",
    ["device.pair.list [operator.pairing]", "device.pair.approve [operator.pairing,operator.read]"],
  ],
];

test("each command asks for the least scope that does its work", async () => {
  await using gateway = gatewayWith();
  for (const [line, calls] of LEAST) {
    const { code, calls: made, stderr } = await run(line.split(" "), gateway);
    expect({ line, made, stderr, code }).toEqual({ line, made: [...calls], stderr: "", code: 0 });
  }
});

test("every command's --json prints exactly the answer", async () => {
  await using gateway = gatewayWith();
  for (const [argv, method] of [
    ["gateway health", "health"],
    ["health", "health"],
    ["gateway call status", "status"],
    ["system presence", "system-presence"],
    ["system heartbeat last", "last-heartbeat"],
    ["secrets reload", "secrets.reload"],
    ["devices list", "device.pair.list"],
    ["devices approve req-1", "device.pair.approve"],
    [`devices remove ${DEVICE.slice(0, 8)}`, "device.pair.remove"],
    [`devices rename --device ${DEVICE} --name Hall`, "device.pair.rename"],
    [`devices rotate --device ${DEVICE} --role operator --no-scopes`, "device.token.rotate"],
    [`devices revoke --device ${DEVICE} --role node`, "device.token.revoke"],
    ["nodes describe --node den", "node.describe"],
    ["nodes invoke --node den --command system.which", "node.invoke"],
    ["nodes rename --node den --name study", "node.rename"],
    ["nodes remove --node den", "node.pair.remove"],
  ] as const) {
    const { stdout, stderr, code } = await run([...argv.split(" "), "--json"], gateway);
    expect([argv, code, stderr]).toEqual([argv, 0, ""]);
    expect(JSON.parse(stdout)).toEqual(ANSWERS[method] as object);
  }
});

test("human output fits 80 columns", async () => {
  await using gateway = gatewayWith();
  for (const line of [
    "devices list",
    "nodes status",
    "nodes list",
    "nodes pending",
    "nodes describe --node den",
    "system presence",
  ]) {
    const { stdout } = await run(line.split(" "), gateway);
    for (const row of stdout.split("\n")) expect(`${row.length <= 80} ${row}`).toBe(`true ${row}`);
  }
});

test("a name that a stranger gave itself neither paints the terminal nor breaks the layout", async () => {
  const displayName = `\u001b[2J\u001b]0;title\u0007\u202e${"very long ".repeat(20)}`;
  const asked = {
    requestId: "req-9",
    deviceId: DEVICE,
    publicKey: "k",
    role: "operator",
    ts: 1,
    displayName,
  };
  await using gateway = gatewayWith({
    answer({ id, method }, line) {
      if (method !== "device.pair.list") return false;
      line.send({ type: "res", id, ok: true, payload: { pending: [asked], paired: [] } });
      return true;
    },
  });
  const { stdout } = await run(["devices", "list"], gateway);
  expect(stdout).toContain("req-9");
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  for (const row of stdout.split("\n")) expect(Bun.stringWidth(row)).toBeLessThanOrEqual(80);
});

test("gateway call names the method, then prints the answer; bad params never leave this machine", async () => {
  await using gateway = gatewayWith();
  const good = await run(["gateway", "call", "echo", "--params", '{"a":1}'], gateway);
  expect(good.stdout).toBe('Gateway call: echo\n{\n  "echo": {\n    "a": 1\n  }\n}\n');
  const bad = await run(["gateway", "call", "echo", "--params", "{a"], gateway);
  expect([bad.code, bad.calls]).toEqual([1, []]);
  expect(bad.stderr).toStartWith("--params must be valid JSON.");
});

test("a refused call is told in words, and as gateway_request_error in JSON", async () => {
  const error = { code: "INVALID_REQUEST", message: "unknown method: nosuch", retryable: false };
  await using gateway = gatewayWith({
    answer(request, line) {
      if (request.method !== "nosuch") return false;
      line.send({ type: "res", id: request.id, ok: false, error });
      return true;
    },
  });
  const text = await run(["gateway", "call", "nosuch"], gateway);
  expect([text.code, text.stdout]).toEqual([1, ""]);
  expect(text.stderr).toBe("Gateway call failed: unknown method: nosuch\n");
  const json = await run(["gateway", "call", "nosuch", "--json"], gateway);
  expect(JSON.parse(json.stdout)).toMatchObject({
    ok: false,
    error: {
      type: "gateway_request_error",
      code: "INVALID_REQUEST",
      message: error.message,
      retryable: false,
    },
  });
});

test("a wrong token is reported with the gateway's own words and what to do", async () => {
  const message = "unauthorized: gateway token mismatch (provide gateway auth token)";
  await using gateway = gatewayWith({
    answer(request, line) {
      if (request.method !== "connect") return false;
      const details = { code: "AUTH_TOKEN_MISMATCH", authReason: "token_mismatch" };
      line.send({
        type: "res",
        id: request.id,
        ok: false,
        error: { code: "INVALID_REQUEST", message, details },
      });
      line.close(1008, message);
      return true;
    },
  });
  const { code, stderr } = await run(["health"], gateway);
  expect(code).toBe(1);
  expect(stderr).toContain(message);
  expect(stderr).toContain("OPENCLAW_GATEWAY_TOKEN");
});

test("approving without an id shows the newest request and fails", async () => {
  await using gateway = gatewayWith();
  const { code, stdout, stderr, calls } = await run(["devices", "approve"], gateway);
  expect([code, calls]).toEqual([1, ["device.pair.list [operator.pairing]"]]);
  expect(stdout).toContain("req-1");
  expect(stderr).toContain("openclaw devices approve req-1");
});

test("clearing needs --yes, and then removes every device", async () => {
  await using gateway = gatewayWith();
  expect(await run(["devices", "clear"], gateway)).toMatchObject({ code: 1, calls: [] });
  const { stdout } = await run(["devices", "clear", "--yes", "--pending", "--json"], gateway);
  expect(JSON.parse(stdout)).toEqual({ ok: true, removedDevices: [DEVICE], rejectedRequests: ["req-1"] });
});

test("shell commands are not invoked from here, and an unknown node is named", async () => {
  await using gateway = gatewayWith();
  const shell = await run(["nodes", "invoke", "--node", "den", "--command", "system.run"], gateway);
  expect([shell.code, shell.calls]).toEqual([1, []]);
  const nobody = await run(["nodes", "invoke", "--node", "cellar", "--command", "x"], gateway);
  expect(nobody.stderr).toStartWith("No node answers to cellar.");
});

test("nodes can be narrowed to connected ones; a bad duration is refused before anything is asked", async () => {
  await using gateway = gatewayWith();
  const { stdout } = await run(["nodes", "status", "--connected", "--json"], gateway);
  expect(JSON.parse(stdout).nodes).toHaveLength(1);
  const bad = await run(["nodes", "status", "--last-connected", "soon"], gateway);
  expect([bad.code, bad.calls]).toEqual([1, []]);
});

test("a gateway that is down is reported at once, with the command that starts it", async () => {
  await using home = await tempHome();
  const port = NOBODYS_PORT;
  const argv = ["health", "--json", "--port", String(port), "--timeout", "60000"];
  // Whoever waits its time-out out is not there within these ten seconds.
  const { code, stdout } = await within("the answer", cli(argv, { home: home.path }));
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    ok: false,
    gateway: { url: `ws://127.0.0.1:${port}`, urlSource: "cli --port", bindDetail: "loopback" },
    error: {
      type: "gateway_transport_error",
      message: `Gateway not reachable at ws://127.0.0.1:${port} (ECONNREFUSED).`,
      kind: "closed",
      reason: `connect ECONNREFUSED 127.0.0.1:${port}`,
      code: "ECONNREFUSED",
      hint: "Set it up with: openclaw onboard\nOr start it as it is: openclaw gateway run --allow-unconfigured",
    },
  });
});

test("no command leaves a device identity behind on this machine", async () => {
  await using gateway = gatewayWith();
  await using home = await tempHome();
  const env = { OPENCLAW_GATEWAY_PORT: String(gateway.port) };
  for (const argv of [["health"], ["gateway", "status"], ["gateway", "probe"], ["status"]]) {
    await cli(argv, { home: home.path, env });
  }
  expect(await Bun.file(home.at(".openclaw", "identity", "device.json")).exists()).toBe(false);
});

test("the token a local gateway made for itself is used when none is configured", async () => {
  await using gateway = gatewayWith();
  await using home = await tempHome();
  await home.write(".openclaw/credentials/gateway-token", "made-by-the-gateway\n");
  await cli(["health"], { home: home.path, env: { OPENCLAW_GATEWAY_PORT: String(gateway.port) } });
  expect(gateway.requests[0]?.params).toMatchObject({ auth: { token: "made-by-the-gateway" } });
});
