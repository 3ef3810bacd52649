import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { toolsInvokeRoute } from "../../../src/gateway/http/tools-invoke.ts";
import { holdsScope } from "../../../src/protocol/index.ts";
import { ToolRig } from "../../agent/tools/rig.ts";
import { serve } from "../../gateway/http/openai/support/serve.ts";
import { type GatewayProcess, spawnGateway, type TempHome, tempHome } from "../../support/index.ts";

/** The rows of the route table; what they would do is done by the gateways under test. */
const served = await serve();
const rig = await ToolRig.open();
const ROUTES = [...served.routes, toolsInvokeRoute(rig.invoker)];
await rig[Symbol.asyncDispose]();
await served[Symbol.asyncDispose]();

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
const REQUIRED_HEADERS = ["x-content-type-options", "referrer-policy", "permissions-policy", "cache-control"];
const FORWARDED = { "x-forwarded-for": "203.0.113.7" };
const SCOPES = ["operator.read", "operator.write", "operator.admin", "operator.approvals"];

type Row = (typeof ROUTES)[number];

/** A path that the row answers. */
const pathOf = ({ path }: Row): string => path.replaceAll("*", "openclaw");

/** What the row answers to an operator who says nothing: nobody's session, or a request that lacks everything. */
const plainStatus = ({ path, methods }: Row): number => {
  if (path.startsWith("/sessions/")) return 404;
  return methods.includes("POST") ? 400 : 200;
};

let home: TempHome;
let openHome: TempHome;
let proxied: GatewayProcess;
let open: GatewayProcess;

beforeAll(async () => {
  home = await tempHome();
  await home.write(".openclaw/openclaw.json", {
    gateway: {
      mode: "local",
      trustedProxies: ["127.0.0.1"],
      auth: { rateLimit: { maxAttempts: 10_000, exemptLoopback: false } },
    },
  });
  openHome = await tempHome();
  await openHome.write(".openclaw/openclaw.json", { gateway: { mode: "local", auth: { mode: "none" } } });
  proxied = await spawnGateway({ home });
  open = await spawnGateway({ home: openHome, token: null });
});

afterAll(async () => {
  await proxied.stop();
  await open.stop();
  await home[Symbol.asyncDispose]();
  await openHome[Symbol.asyncDispose]();
});

const credentials = (): Readonly<Record<string, Record<string, string>>> => ({
  no: {},
  wrong: { authorization: "Bearer not-the-token" },
  Basic: { authorization: `Basic ${btoa(`admin:${proxied.token}`)}` },
  right: { authorization: `Bearer ${proxied.token}` },
});

async function send(
  gateway: GatewayProcess,
  row: Row,
  method: string,
  headers: Record<string, string>,
  body?: string | ReadableStream<Uint8Array>,
) {
  return fetch(`${gateway.httpUrl}${pathOf(row)}`, { method, headers, ...(body !== undefined && { body }) });
}

describe.each(ROUTES.map((row) => [row.path, row] as const))("%s", (_, row) => {
  const [method = "GET"] = row.methods;

  test("answers those who show the token, from here and through a proxy, and nobody else", async () => {
    for (const [name, credential] of Object.entries(credentials())) {
      for (const forwarded of [false, true]) {
        const headers = { ...credential, ...(forwarded && FORWARDED) };
        const response = await send(proxied, row, method, headers);
        const status = name === "right" ? plainStatus(row) : 401;
        expect([name, forwarded, response.status]).toEqual([name, forwarded, status]);
        for (const header of REQUIRED_HEADERS)
          expect([header, response.headers.has(header)]).toEqual([header, true]);
        const body: unknown = await response.json();
        if (status === 401)
          expect(body).toEqual({ error: { message: "Unauthorized", type: "unauthorized" } });
      }
    }
    const inQuery = await fetch(`${proxied.httpUrl}${pathOf(row)}?token=${proxied.token}`, { method });
    expect(inQuery.status).toBe(401);
  });

  test("refuses every other method, whoever asks", async () => {
    for (const other of METHODS.filter((one) => !row.methods.some((allowed) => allowed === one))) {
      for (const credential of Object.values(credentials())) {
        const response = await send(proxied, row, other, credential);
        expect([other, response.status, response.headers.get("allow")]).toEqual([
          other,
          405,
          row.methods.join(", "),
        ]);
        expect(await response.text()).toBe(other === "HEAD" ? "" : "Method Not Allowed");
      }
    }
  });

  test("needs its scope where callers declare theirs, and owners by token cannot lose theirs", async () => {
    for (const scopes of ["", ...SCOPES]) {
      const response = await send(open, row, method, { "x-openclaw-scopes": scopes });
      const allowed = row.scope !== undefined && holdsScope([scopes], row.scope);
      expect([scopes, response.status]).toEqual([scopes, allowed ? plainStatus(row) : 403]);
      const body: unknown = await response.json();
      if (!allowed) {
        expect(body).toEqual({ error: { message: `missing scope: ${row.scope}`, type: "forbidden" } });
      }
    }
    const undeclared = await send(open, row, method, {});
    expect(undeclared.status).toBe(plainStatus(row));
    const token = { ...credentials().right, "x-openclaw-scopes": "operator.approvals" };
    expect((await send(proxied, row, method, token)).status).toBe(plainStatus(row));
  });
});

describe.each(
  ROUTES.filter(({ methods }) => methods.includes("POST")).map((row) => [row.path, row] as const),
)("%s", (_, row) => {
  test("takes JSON of its size only", async () => {
    const right = { ...credentials().right, "content-type": "application/json" };
    const broken = await send(proxied, row, "POST", right, "{");
    expect([broken.status, await broken.json()]).toEqual([
      400,
      {
        error: {
          message: "Expected property name or '}' in JSON at position 1 (line 1 column 2)",
          type: "invalid_request_error",
        },
      },
    ]);
    for (const odd of ["[]", "null", "5", '"text"']) {
      expect([odd, (await send(proxied, row, "POST", right, odd)).status]).toEqual([odd, 400]);
    }
    const size = (row.maxBodyBytes ?? 0) + 1;
    const tooLarge = { error: { message: "Payload too large", type: "invalid_request_error" } };
    const announced = await send(proxied, row, "POST", right, " ".repeat(size));
    expect([announced.status, await announced.json()]).toEqual([413, tooLarge]);
    const piece = new Uint8Array(256 * 1024).fill(32);
    let sent = 0;
    const unannounced = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent >= size) return controller.close();
        sent += piece.length;
        controller.enqueue(piece);
      },
    });
    const chunked = await send(proxied, row, "POST", right, unannounced);
    expect([chunked.status, await chunked.json()]).toEqual([413, tooLarge]);
    const bomb = await send(proxied, row, "POST", right, "[".repeat(100_000));
    expect(bomb.status).toBe(400);
  });
});

test("no row is without a credential, a scope and a limit of its body", () => {
  for (const { path, auth, scope, methods, maxBodyBytes } of ROUTES) {
    expect([path, auth, scope?.startsWith("operator.")]).toEqual([path, "operator", true]);
    if (methods.includes("POST")) expect([path, (maxBodyBytes ?? 0) > 0]).toEqual([path, true]);
  }
});
