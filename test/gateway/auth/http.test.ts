import { describe, expect, test } from "bun:test";
import { isInvalidated } from "../../../src/gateway/auth/index.ts";
import { DEFAULT_POLICY } from "../../../src/gateway/auth/index.ts";
import { DeviceKey } from "./support/device-key.ts";
import { accepted, detailCode, localOperator, params, SECRET, type World, world } from "./support/world.ts";

const FULL = [
  "operator.admin",
  "operator.approvals",
  "operator.pairing",
  "operator.read",
  "operator.talk.secrets",
  "operator.write",
];

function ask(gateway: World, headers: Record<string, string>, remoteAddress = "127.0.0.1") {
  const all = new Headers(headers);
  return gateway.auth.authorizeHttp({
    remoteAddress,
    headers: all,
    origin: all.get("origin") ?? undefined,
    host: all.get("host") ?? undefined,
  });
}

describe("http requests", () => {
  test("a bearer secret is the full operator, whatever scopes it declares", async () => {
    for (const mode of ["token", "password"] as const) {
      await using gateway = await world({ policy: { mode, password: SECRET } });
      const operator = await ask(gateway, {
        authorization: `Bearer ${SECRET}`,
        "x-openclaw-scopes": "operator.read",
      });
      expect(operator).toEqual({ ok: true, method: mode, scopes: FULL, owner: true });
    }
  });

  test("no, wrong and misplaced credentials get the same 401", async () => {
    await using gateway = await world();
    const basic = `Basic ${btoa(`user:${SECRET}`)}`;
    for (const authorization of ["", "Bearer", "Bearer  ", "Bearer wrong", basic, SECRET]) {
      expect(await ask(gateway, authorization === "" ? {} : { authorization })).toMatchObject({
        ok: false,
        status: 401,
        body: '{"error":{"message":"Unauthorized","type":"unauthorized"}}',
      });
    }
  });

  test("after ten failures a remote caller gets 429 even with the right token, and when to come back", async () => {
    await using gateway = await world();
    const from = "192.168.1.9";
    for (let at = 0; at < 10; at += 1) await ask(gateway, { authorization: "Bearer wrong" }, from);
    expect(await ask(gateway, { authorization: `Bearer ${SECRET}` }, from)).toMatchObject({
      status: 429,
      headers: { "retry-after": "300" },
      body: '{"error":{"message":"Too many failed authentication attempts. Please try again later.","type":"rate_limited"}}',
    });
    expect(await ask(gateway, { authorization: `Bearer ${SECRET}` })).toMatchObject({ ok: true });
  });

  test("where no secret is asked for, declared scopes count and foreign pages are refused", async () => {
    await using gateway = await world({ policy: { mode: "none" } });
    expect(await ask(gateway, {})).toEqual({
      ok: true,
      method: "none",
      scopes: FULL,
      owner: true,
      user: undefined,
    });
    const narrow = { "x-openclaw-scopes": "operator.read, operator.write" };
    expect(await ask(gateway, narrow)).toMatchObject({
      scopes: ["operator.read", "operator.write"],
      owner: false,
    });
    expect(await ask(gateway, { "x-openclaw-scopes": "" })).toMatchObject({ scopes: [], owner: false });
    for (const page of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
    ]) {
      expect(await ask(gateway, Object.fromEntries(Object.entries(page)))).toMatchObject({
        ok: false,
        status: 403,
      });
    }
  });

  test("a proxy's user is known by the proxy alone", async () => {
    await using gateway = await world({
      policy: {
        mode: "trusted-proxy",
        trustedProxies: ["10.0.0.1"],
        trustedProxy: {
          userHeader: "x-user",
          requiredHeaders: [],
          allowUsers: [],
          allowLoopback: false,
          deviceAutoApprove: { enabled: false, scopes: undefined },
        },
      },
      localAddresses: ["10.0.0.77"],
    });
    const headers = { "x-user": "alice", "x-forwarded-for": "203.0.113.4" };
    expect(await ask(gateway, headers, "10.0.0.1")).toMatchObject({
      ok: true,
      user: "alice",
      method: "trusted-proxy",
    });
    expect(await ask(gateway, headers, "10.0.0.2")).toMatchObject({ ok: false, status: 403 });
    expect(await ask(gateway, { "x-user": "alice" }, "10.0.0.2")).toMatchObject({ ok: false, status: 401 });
    expect(await ask(gateway, { "x-user": "alice" })).toMatchObject({ ok: false, status: 401 });
  });
});

describe("a change of policy", () => {
  test("a rotated secret ends what rests on it, over WebSocket and HTTP, and leaves device tokens alone", async () => {
    await using gateway = await world();
    const device = new DeviceKey();
    const shared = accepted(
      await gateway.connect(params({ id: "test", mode: "test" }, { auth: { token: SECRET } }), { device }),
    );
    const deviceToken = shared.hello.deviceToken ?? "";
    const own = accepted(
      await gateway.connect(params({ id: "test", mode: "test" }, { auth: { deviceToken } }), { device }),
    );
    gateway.auth.update({ ...DEFAULT_POLICY, token: "another" });
    const [change] = gateway.invalidations;
    if (change === undefined) throw new Error("nobody was told");
    expect(change.close).toEqual({ code: 4001, reason: "gateway auth changed" });
    expect(isInvalidated(shared.client, change)).toBe(true);
    expect(isInvalidated(own.client, change)).toBe(false);
    const again = await gateway.connect(params({ id: "cli", mode: "cli" }, { auth: { token: SECRET } }));
    expect(detailCode(again)).toBe("AUTH_TOKEN_MISMATCH");
    expect(await ask(gateway, { authorization: `Bearer ${SECRET}` })).toMatchObject({
      ok: false,
      status: 401,
    });
    accepted(
      await gateway.connect(params({ id: "test", mode: "test" }, { auth: { deviceToken } }), { device }),
    );
  });

  test("a policy that stays the same tells nobody anything", async () => {
    await using gateway = await world();
    gateway.auth.update({ ...DEFAULT_POLICY, token: SECRET, allowedOrigins: ["https://ui.example"] });
    expect(gateway.invalidations).toEqual([]);
  });

  test("whoever is let in while the secret changes has to ask again", async () => {
    await using gateway = await world();
    const deciding = gateway.connect(params({ id: "test", mode: "test" }, { auth: { token: SECRET } }), {
      device: new DeviceKey(),
    });
    gateway.auth.update({ ...DEFAULT_POLICY, token: "another" });
    expect(await deciding).toMatchObject({
      ok: false,
      close: { code: 4001, reason: "gateway auth changed" },
    });
  });

  test("a removed device is announced within the same second, after the answer", async () => {
    await using gateway = await world();
    const device = new DeviceKey();
    const { client } = accepted(
      await gateway.connect(params({ id: "test", mode: "test" }, { auth: { token: SECRET } }), { device }),
    );
    await gateway.call((await localOperator(gateway)).client, "device.pair.remove", { deviceId: device.id });
    const [gone] = gateway.invalidations;
    expect(gone).toMatchObject({ kind: "device", close: { code: 4001, reason: "device removed" } });
    expect(gone && isInvalidated(client, gone)).toBe(true);
  });
});
