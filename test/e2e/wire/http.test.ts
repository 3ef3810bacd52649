import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { probeRoutes } from "../../../src/gateway/http/probes.ts";
import { Metrics } from "../../../src/gateway/state/metrics.ts";
import { type GatewayProcess, spawnGateway, type TempHome, tempHome } from "../../support/index.ts";

/** The rows of the route table; what they would do is done by the gateway under test. */
const ROUTES = probeRoutes({
  failing: () => [],
  self: { pid: 1, version: "1", name: "x" },
  phase: () => "ready",
  uptimeMs: () => 0,
  eventLoop: () => {
    throw new Error("not asked here");
  },
  metrics: new Metrics(),
});

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
const REQUIRED_HEADERS = ["x-content-type-options", "referrer-policy", "permissions-policy", "cache-control"];
const FORWARDED = { "x-forwarded-for": "203.0.113.7" };

/** Behind a proxy it knows, so that a forwarded request has a sender; nobody is locked out meanwhile. */
const BEHIND_PROXY = {
  gateway: {
    mode: "local",
    trustedProxies: ["127.0.0.1"],
    auth: { rateLimit: { maxAttempts: 1_000, exemptLoopback: false } },
  },
};

let home: TempHome;
let proxied: GatewayProcess;
let plain: GatewayProcess;

beforeAll(async () => {
  home = await tempHome();
  await home.write(".openclaw/openclaw.json", BEHIND_PROXY);
  proxied = await spawnGateway({ home });
  plain = await spawnGateway();
});

afterAll(async () => {
  await proxied.stop();
  await plain.stop();
  await home[Symbol.asyncDispose]();
});

const CREDENTIALS = ["no", "wrong", "right"] as const;
type Credential = (typeof CREDENTIALS)[number];

function headersFor(credential: Credential, gateway: GatewayProcess): Record<string, string> {
  if (credential === "no") return {};
  return { authorization: `Bearer ${credential === "right" ? gateway.token : "not-the-token"}` };
}

/** What a route must answer; from the table, so that a new route cannot escape. */
function wanted(
  route: (typeof ROUTES)[number],
  method: string,
  credential: Credential,
  forwarded: boolean,
): number {
  if (!route.methods.some((allowed) => allowed === method)) return 405;
  if (route.auth === "none") return 200;
  if (route.auth === "local-or-operator" && !forwarded) return 200;
  return credential === "right" ? 200 : 401;
}

async function expectErrorBody(response: Response): Promise<void> {
  expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
  const body: unknown = await response.json();
  expect(body).toEqual({ error: { message: expect.any(String), type: expect.any(String) } });
}

async function expectNotAllowed(response: Response, allowed: readonly string[]): Promise<void> {
  expect(response.headers.get("allow")).toBe(allowed.join(", "));
  expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(await response.text()).toBe("Method Not Allowed");
}

describe("C6: routes answer only those they are open to", () => {
  for (const route of ROUTES) {
    for (const credential of CREDENTIALS) {
      for (const forwarded of [false, true]) {
        test(`${route.path} with ${credential} credential, ${forwarded ? "forwarded" : "from this machine"}`, async () => {
          for (const method of METHODS) {
            const response = await fetch(`${proxied.httpUrl}${route.path}`, {
              method,
              headers: { ...headersFor(credential, proxied), ...(forwarded && FORWARDED) },
            });
            const status = wanted(route, method, credential, forwarded);
            expect(`${method} ${response.status}`).toBe(`${method} ${status}`);
            for (const name of REQUIRED_HEADERS)
              expect([method, name, response.headers.has(name)]).toEqual([method, name, true]);
            if (method === "HEAD") expect(await response.text()).toBe("");
            else if (status === 200) await response.body?.cancel();
            else if (status === 405) await expectNotAllowed(response, route.methods);
            else await expectErrorBody(response);
          }
        });
      }
    }
  }

  test("what is forwarded by a proxy nobody vouched for is nobody's: 403 where a credential is needed", async () => {
    for (const name of [
      "x-forwarded-for",
      "x-forwarded-proto",
      "x-forwarded-host",
      "x-real-ip",
      "forwarded",
      "tailscale-user-login",
    ]) {
      const headers = { [name]: "203.0.113.7", authorization: `Bearer ${plain.token}` };
      const response = await fetch(`${plain.httpUrl}/metrics`, { headers });
      expect([name, response.status]).toEqual([name, 403]);
      await expectErrorBody(response);
    }
  });

  test("claiming to be forwarded for this machine does not make a caller local", async () => {
    for (const address of ["127.0.0.1", "::1", "localhost"]) {
      const response = await fetch(`${proxied.httpUrl}/metrics`, { headers: { "x-forwarded-for": address } });
      expect([address, response.status === 200]).toEqual([address, false]);
      await response.body?.cancel();
    }
  });

  test("a credential in the query or as Basic is none", async () => {
    const query = await fetch(`${proxied.httpUrl}/metrics?token=${proxied.token}`, { headers: FORWARDED });
    expect(query.status).toBe(401);
    const authorization = `Basic ${btoa(`admin:${proxied.token}`)}`;
    const basic = await fetch(`${proxied.httpUrl}/metrics`, { headers: { ...FORWARDED, authorization } });
    expect(basic.status).toBe(401);
  });
});

describe("paths that are nobody's", () => {
  for (const path of ["/", "/nothing", "/healthz/", "/HEALTHZ", "/%68ealthz", `/${"x".repeat(8_000)}`]) {
    test(`${path.slice(0, 30)} is the Control UI for those who look, and 404 for any other method`, async () => {
      for (const method of METHODS) {
        const response = await fetch(`${plain.httpUrl}${path}`, { method });
        const isLook = method === "GET" || method === "HEAD";
        expect([method, response.status]).toEqual([method, isLook ? 200 : 404]);
        for (const name of REQUIRED_HEADERS) expect(response.headers.has(name)).toBe(true);
        expect(response.headers.get("content-type")).toBe(`text/${isLook ? "html" : "plain"}; charset=utf-8`);
        await response.body?.cancel();
      }
    });
  }

  for (const path of ["/api/x", "/v1/nope", "/..%2fhealthz", "/assets/nope.js", "/favicon.png"]) {
    test(`${path.slice(0, 30)} is 404 with the text Not Found, whatever the method`, async () => {
      for (const method of METHODS) {
        const response = await fetch(`${plain.httpUrl}${path}`, { method });
        expect([method, response.status]).toEqual([method, 404]);
        for (const name of REQUIRED_HEADERS) expect(response.headers.has(name)).toBe(true);
        expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
        expect(await response.text()).toBe(method === "HEAD" ? "" : "Not Found");
      }
    });
  }
});

describe("bodies of the probes", () => {
  test("liveness says nothing but that it lives", async () => {
    const response = await fetch(`${plain.httpUrl}/healthz`);
    expect(await response.json()).toEqual({ ok: true, status: "live" });
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("HEAD gives the headers of GET, the length too", async () => {
    const head = await fetch(`${plain.httpUrl}/healthz`, { method: "HEAD" });
    const get = await fetch(`${plain.httpUrl}/healthz`);
    expect(head.headers.get("content-length")).toBe(String((await get.text()).length));
    expect(head.headers.get("content-type")).toBe(get.headers.get("content-type"));
  });

  test("readiness tells a stranger only yes or no", async () => {
    const local: unknown = await (await fetch(`${proxied.httpUrl}/readyz`)).json();
    expect(Object.keys(local as object).sort()).toEqual([
      "eventLoop",
      "failing",
      "gateway",
      "ready",
      "uptimeMs",
    ]);
    const strange = await fetch(`${proxied.httpUrl}/readyz`, { headers: FORWARDED });
    expect(await strange.json()).toEqual({ ready: true });
  });

  test("metrics are Prometheus text, and every line of it is well formed", async () => {
    await using client = await plain.operator();
    await client.call("health");
    const response = await fetch(`${plain.httpUrl}/metrics`);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const text = await response.text();
    for (const line of text.trimEnd().split("\n")) {
      expect(line).toMatch(
        /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.e+-]+)$/,
      );
    }
    for (const name of [
      "openclaw_connections ",
      `openclaw_request_duration_seconds_count{method="health"}`,
      "openclaw_frames_received_total",
      "openclaw_resident_memory_bytes",
      "openclaw_event_loop_lag_seconds",
    ]) {
      expect(text).toContain(name);
    }
  });
});
