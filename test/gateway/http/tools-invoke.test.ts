import { afterAll, beforeAll, expect, test } from "bun:test";
import { DEFAULT_POLICY, GatewayAuth } from "../../../src/gateway/auth/index.ts";
import { GatewayAuthority } from "../../../src/gateway/authority.ts";
import { HttpApi } from "../../../src/gateway/http/api.ts";
import { toolsInvokeRoute } from "../../../src/gateway/http/tools-invoke.ts";
import { Metrics } from "../../../src/gateway/state/metrics.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { ToolRig } from "../../agent/tools/rig.ts";

const TOKEN = "correct horse battery staple";
const COMMON_HEADERS = {
  "permissions-policy": "camera=(), microphone=(self), geolocation=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

let rig: ToolRig;
let server: Bun.Server<undefined>;

beforeAll(async () => {
  rig = await ToolRig.open();
  const auth = new GatewayAuth({
    policy: { ...DEFAULT_POLICY, token: TOKEN },
    devices: rig.store.devices,
    clock: systemClock,
    ids: randomIds,
    log: silentLogger,
    publisher: { publish: () => undefined },
    whois: { lookup: () => Promise.reject(new Error("no tailnet here")) },
  });
  const api = new HttpApi({
    routes: [toolsInvokeRoute(rig.invoker)],
    authority: new GatewayAuthority(auth, systemClock),
    metrics: new Metrics(),
    log: silentLogger,
    strictTransportSecurity: () => undefined,
  });
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: (request) => {
      const peer = {
        remoteAddress: "127.0.0.1",
        headers: request.headers,
        origin: undefined,
        host: undefined,
      };
      return api.handle(request, peer, { keepOpen: () => undefined, hangUp: () => undefined });
    },
  });
});

afterAll(async () => {
  await server.stop(true);
  await rig[Symbol.asyncDispose]();
});

interface Case {
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly rawBody?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask({ method = "POST", token = TOKEN, body, rawBody, headers }: Case) {
  const text = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(new URL("/tools/invoke", server.url), {
    method,
    headers: { ...(token !== "" && { authorization: `Bearer ${token}` }), ...headers },
    ...(text !== undefined && { body: text }),
  });
  for (const [name, value] of Object.entries(COMMON_HEADERS)) expect(response.headers.get(name)).toBe(value);
  const type = response.headers.get("content-type");
  const answer: unknown = type?.startsWith("application/json")
    ? await response.json()
    : await response.text();
  return { status: response.status, type, body: answer, allow: response.headers.get("allow") };
}

const JSON_TYPE = "application/json; charset=utf-8";
const failure = (type: string, message: string) => ({ ok: false, error: { type, message } });

const RECORDED: readonly (readonly [string, Case, number, unknown])[] = [
  [
    "no credential",
    { token: "", body: { tool: "sessions_list" } },
    401,
    { error: { message: "Unauthorized", type: "unauthorized" } },
  ],
  [
    "bad JSON",
    { rawBody: "{" },
    400,
    {
      error: {
        message: "Expected property name or '}' in JSON at position 1 (line 1 column 2)",
        type: "invalid_request_error",
      },
    },
  ],
  ["no tool", { body: {} }, 400, failure("invalid_request", "tools.invoke requires name")],
  ["an unknown tool", { body: { tool: "nope" } }, 404, failure("not_found", "Tool not available: nope")],
  [
    "exec",
    { body: { tool: "exec", args: { command: "id" } } },
    404,
    failure("not_found", "Tool not available: exec"),
  ],
  [
    "cron under its older name",
    { body: { tool: "cron", args: { action: "list" } } },
    404,
    failure("not_found", "Tool not available: automations"),
  ],
  [
    "a file",
    { body: { tool: "read", args: { path: "nope.txt" } } },
    404,
    failure("not_found", "Tool not available: read"),
  ],
  [
    "arguments that do not fit",
    { body: { tool: "sessions_history", args: {} } },
    400,
    failure("tool_error", "sessionKey required"),
  ],
  [
    "an agent there is not",
    { body: { tool: "agents_list", agentId: "nope" } },
    400,
    failure("invalid_request", 'Unknown agent id "nope"'),
  ],
  [
    "more than 2 MB",
    { rawBody: JSON.stringify({ tool: "agents_list", pad: "x".repeat(2_200_000) }) },
    413,
    { error: { message: "Payload too large", type: "invalid_request_error" } },
  ],
];

for (const [name, request, status, body] of RECORDED) {
  test(`${name} is answered as recorded`, async () => {
    expect(await ask(request)).toMatchObject({ status, type: JSON_TYPE, body });
  });
}

test("another method than POST is refused as recorded", async () => {
  expect(await ask({ method: "GET" })).toEqual({
    status: 405,
    type: "text/plain; charset=utf-8",
    body: "Method Not Allowed",
    allow: "POST",
  });
});

test("a tool answers with content and details; name wins over tool, and arguments that are no object count as none", async () => {
  const details = {
    requester: "main",
    allowAny: false,
    agents: [
      {
        id: "main",
        configured: true,
        model: "mock/mock-1",
        agentRuntime: { id: "auto", source: "implicit" },
      },
    ],
  };
  const result = { content: [{ type: "text", text: JSON.stringify(details, null, 2) }], details };
  for (const body of [
    { tool: "agents_list", args: {} },
    { tool: "nope", name: "agents_list" },
    { tool: "agents_list", args: "x" },
  ]) {
    expect(await ask({ body })).toMatchObject({ status: 200, type: JSON_TYPE, body: { ok: true, result } });
  }
});

test("the status of the main session is the one shown without a key", async () => {
  const text = "status of main agent:main:main";
  expect(await ask({ body: { tool: "session_status", args: {} } })).toMatchObject({
    status: 200,
    body: {
      ok: true,
      result: {
        content: [{ type: "text", text }],
        details: {
          ok: true,
          sessionKey: "main",
          agentId: "main",
          changedModel: false,
          stateVersion: 0,
          statusText: text,
        },
      },
    },
  });
});

test("nothing in a body makes its sender somebody else", async () => {
  const forged = { sender: { isOwner: true }, surface: "rpc", signal: {}, senderIsOwner: true };
  expect(await ask({ body: { tool: "exec", args: { command: "id" }, ...forged } })).toMatchObject({
    status: 404,
  });
});

test("a body that is no object names no tool", async () => {
  for (const rawBody of ["[]", '"agents_list"', "null", "5", ""]) {
    expect(await ask({ rawBody })).toMatchObject({
      status: 400,
      body: failure("invalid_request", "tools.invoke requires name"),
    });
  }
});
