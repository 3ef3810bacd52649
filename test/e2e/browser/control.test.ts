import { describe, expect, test } from "bun:test";
import { isRecord } from "../../../src/lib/records.ts";
import {
  freePort,
  type GatewayProcess,
  runOpenclaw,
  spawnGateway,
  tempHome,
  until,
} from "../../support/index.ts";

const CONFIG = ".openclaw/openclaw.json";

interface Asked {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function ask(port: number, path: string, init: RequestInit = {}, token?: string): Promise<Asked> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    ...init,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...init.headers },
  });
  const body: unknown = await response.json().catch(() => ({}));
  return { status: response.status, body: isRecord(body) ? body : {} };
}

function profiles(gateway: GatewayProcess, port = gateway.port + 2): Promise<Asked> {
  return ask(port, "/profiles", {}, gateway.token);
}

async function answers(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
  return response !== undefined;
}

describe("the control service", () => {
  test("seed 173, 176: it listens two ports above the gateway, and profiles keep their ports over a restart", async () => {
    await using home = await tempHome();
    const port = await freePort();
    const rows = async (gateway: GatewayProcess) => {
      const { status, body } = await profiles(gateway);
      expect(status).toBe(200);
      const listed = Array.isArray(body["profiles"]) ? body["profiles"].filter(isRecord) : [];
      return Object.fromEntries(listed.map((row) => [row["name"], row["cdpPort"]]));
    };
    let before: Record<string, unknown>;
    {
      await using gateway = await spawnGateway({ home, port });
      const told = await runOpenclaw(["gateway", "status", "--json", "--port", String(port)], {
        home: home.path,
      });
      expect(JSON.parse(told.stdout)).toMatchObject({ gateway: { browserControl: { port: port + 2 } } });
      const create = { method: "POST", body: JSON.stringify({ name: "work" }) };
      const json = { headers: { "content-type": "application/json" } };
      const made = await ask(port + 2, "/profiles/create", { ...create, ...json }, gateway.token);
      expect(made).toMatchObject({ status: 200, body: { ok: true, profile: "work" } });
      before = await rows(gateway);
      expect(Object.keys(before)).toEqual(["openclaw", "work"]);
      for (const cdpPort of Object.values(before)) {
        expect(cdpPort).toBeGreaterThanOrEqual(port + 2 + 9);
        expect(cdpPort).toBeLessThanOrEqual(port + 2 + 108);
      }
      expect(new Set(Object.values(before)).size).toBe(2);
    }
    await using again = await spawnGateway({ home, port });
    expect(await rows(again)).toEqual(before);
  });

  test("C3, C6: nobody without the secret, no web page and no other host name is answered", async () => {
    await using gateway = await spawnGateway();
    const port = gateway.port + 2;
    const { token } = gateway;
    expect((await ask(port, "/profiles")).status).toBe(401);
    expect((await ask(port, "/no-such-route")).status).toBe(401);
    expect((await ask(port, "/profiles", {}, "wrong")).status).toBe(401);
    const origin = { headers: { origin: "https://evil.example" } };
    expect((await ask(port, "/profiles", origin, token)).status).toBe(403);
    const sameMachine = { headers: { origin: `http://127.0.0.1:${gateway.port}` } };
    expect((await ask(port, "/profiles", sameMachine, token)).status).toBe(403);
    const rebound = { headers: { host: `evil.example:${port}` } };
    expect((await ask(port, "/profiles", rebound, token)).status).toBe(421);
    const form = { method: "POST", body: "name=x", headers: { "content-type": "text/plain" } };
    expect((await ask(port, "/profiles/create", form, token)).status).toBe(415);
    expect((await ask(port, "/no-such-route", {}, token)).status).toBe(404);
    expect((await ask(port, "/profiles", { headers: { "x-openclaw-password": token ?? "" } })).status).toBe(
      200,
    );
    const basic = `Basic ${Buffer.from(`any:${token}`).toString("base64")}`;
    expect((await ask(port, "/profiles", { headers: { authorization: basic } })).status).toBe(200);
  });

  test("C6: it is not open either when the gateway itself asks for no secret", async () => {
    await using gateway = await spawnGateway({ token: null, args: ["--auth", "none"] });
    const { status, body } = await ask(gateway.port + 2, "/profiles");
    expect(status).toBe(403);
    expect(JSON.stringify(body)).toContain("gateway.auth.mode");
  });

  test("seed 173: a port that another program has is a warning, and browser control works without it", async () => {
    const port = await freePort();
    await using taken = Bun.serve({
      hostname: "127.0.0.1",
      port: port + 2,
      fetch: () => new Response("other"),
    });
    await using gateway = await spawnGateway({ port });
    await until("the warning", () =>
      gateway.output().includes(`127.0.0.1:${taken.port} is in use by another program`),
    );
    await using operator = await gateway.operator();
    const answer = await operator.call("browser.request", { method: "GET", path: "/profiles" });
    expect(answer).toMatchObject({ profiles: [{ name: "openclaw" }] });
  });

  test("seed 177: environment and configuration name another port, or switch it off", async () => {
    const elsewhere = await freePort();
    {
      const env = { CLAWDBOT_BROWSER_CONTROL_URL: `http://127.0.0.1:${elsewhere}` };
      await using gateway = await spawnGateway({ env });
      expect((await profiles(gateway, elsewhere)).status).toBe(200);
      expect(await answers(gateway.port + 2)).toBe(false);
    }
    await using gateway = await spawnGateway({ env: { OPENCLAW_SKIP_BROWSER_CONTROL_SERVER: "1" } });
    expect(await answers(gateway.port + 2)).toBe(false);
    await using operator = await gateway.operator();
    const refused = await operator.request("browser.request", { method: "GET", path: "/profiles" });
    expect(refused).toMatchObject({ ok: false, error: { code: "UNAVAILABLE" } });
  });

  test("seed 177: browser.enabled opens and closes it while the gateway runs", async () => {
    await using home = await tempHome();
    await home.write(CONFIG, { gateway: { mode: "local" }, browser: { enabled: false } });
    await using gateway = await spawnGateway({ home });
    expect(await answers(gateway.port + 2)).toBe(false);
    await home.write(CONFIG, { gateway: { mode: "local" }, browser: { enabled: true } });
    await until("the control service", () => answers(gateway.port + 2));
    expect((await profiles(gateway)).status).toBe(200);
    await home.write(CONFIG, { gateway: { mode: "local" }, browser: { enabled: false } });
    await until("its end", async () => !(await answers(gateway.port + 2)));
  });

  test("seed 173: a restart in the process keeps it up", async () => {
    await using gateway = await spawnGateway();
    const pending: Promise<Asked>[] = [];
    const starts = () => gateway.output().split("ready version=").length;
    const before = starts();
    gateway.signal("SIGUSR1");
    await until("the next gateway", async () => {
      pending.push(profiles(gateway));
      return starts() > before;
    });
    expect(new Set((await Promise.all(pending)).map(({ status }) => status))).toEqual(new Set([200]));
  });
});
