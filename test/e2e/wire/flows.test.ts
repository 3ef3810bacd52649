import { describe, expect, test } from "bun:test";
import { operatorConnect, until, type WireClient, type WireFrame } from "../../support/index.ts";
import { gatewayWith } from "./support/configured.ts";
import { connected, DeviceKey } from "./support/devices.ts";

const SECRET = "correct horse battery staple";
const AUTH = { mode: "token", token: SECRET };

function app(id: string, mode: string, instanceId: string): Record<string, unknown> {
  const client = {
    id,
    version: "1.0.0",
    platform: "linux",
    mode,
    displayName: `Probe ${instanceId}`,
    instanceId,
  };
  return { ...operatorConnect(), client, auth: { token: SECRET } };
}

type Row = Readonly<Record<string, unknown>>;

/** The next presence event in which some row is as wanted. */
async function presence(
  client: WireClient,
  wanted: (row: Row) => boolean,
): Promise<{ frame: WireFrame; row: Row }> {
  for (;;) {
    const frame = await client.event("presence");
    const row = (frame["payload"] as { presence: Row[] }).presence.find(wanted);
    if (row) return { frame, row };
  }
}

const versionOf = ({ frame }: { frame: WireFrame }) =>
  (frame["stateVersion"] as { presence: number }).presence;

describe("presence, as recorded", () => {
  test("who comes, reports itself and goes is told to all who may read, with a rising version", async () => {
    await using gateway = await gatewayWith(AUTH);
    await using a = await connected(gateway, app("openclaw-macos", "ui", "inst-a"), { key: new DeviceKey() });
    const first = await presence(a, (row) => row["instanceId"] === "inst-a");
    expect(first.row).toMatchObject({
      clientId: "openclaw-macos",
      mode: "ui",
      reason: "connect",
      roles: ["operator"],
      version: "1.0.0",
    });
    expect(first.row).not.toHaveProperty("ip");

    const b = await connected(gateway, app("openclaw-tui", "ui", "inst-b"), { key: new DeviceKey() });
    const second = await presence(a, (row) => row["instanceId"] === "inst-b");
    expect((await a.event("device.pair.resolved"))["payload"]).toMatchObject({ decision: "approved" });

    const text = "Node: Probe Mac (10.0.0.9) · app 1.2.3 · mode ui · reason periodic";
    await a.call("system-event", {
      text,
      instanceId: "beacon",
      host: "Probe Mac",
      lastInputSeconds: 3,
      reason: "periodic",
      tags: ["probe"],
    });
    const third = await presence(a, (row) => row["text"] === text);
    expect(third.row).toMatchObject({
      host: "Probe Mac",
      lastInputSeconds: 3,
      reason: "periodic",
      tags: ["probe"],
    });

    await b.close();
    const fourth = await presence(
      a,
      (row) => row["instanceId"] === "inst-b" && row["reason"] === "disconnect",
    );
    const versions = [first, second, third, fourth].map(versionOf);
    expect(versions).toEqual(versions.toSorted((x, y) => x - y));
    expect(new Set(versions).size).toBe(4);

    const rows = (await a.call("system-presence")) as Row[];
    expect(rows[0]).toMatchObject({ mode: "gateway", reason: "self" });
    expect(rows.filter((row) => row["instanceId"] === "inst-b")).toHaveLength(1);
  });

  test("command lines, backends and probes leave no row", async () => {
    await using gateway = await gatewayWith(AUTH);
    const quiet = [
      app("cli", "cli", "i1"),
      app("gateway-client", "backend", "i2"),
      app("openclaw-probe", "probe", "i3"),
    ];
    for (const params of quiet) await (await connected(gateway, params, { key: new DeviceKey() })).close();
    await using reader = await connected(gateway, app("cli", "cli", "i4"));
    expect(await reader.call("system-presence")).toHaveLength(1);
  });
});

describe("configuration, as recorded", () => {
  test("writes need the base hash, are checked whole, and are announced to those who may read", async () => {
    await using gateway = await gatewayWith(AUTH);
    const auth = { token: SECRET };
    await using admin = await connected(gateway, { ...operatorConnect(), auth });
    await using reader = await connected(gateway, { ...operatorConnect(), auth, scopes: ["operator.read"] });
    await using blind = await connected(gateway, { ...operatorConnect(), auth, scopes: [] });
    const { hash, raw, parsed } = (await admin.call("config.get")) as {
      hash: string;
      raw: string;
      parsed: object;
    };
    expect(JSON.stringify([raw, parsed])).not.toContain(SECRET);

    const refusal = async (method: string, params: object) => (await admin.request(method, params)).error;
    expect(await refusal("config.set", { raw })).toMatchObject({
      code: "INVALID_REQUEST",
      message: "config base hash required; re-run config.get and retry",
    });
    expect(await refusal("config.set", { raw, baseHash: "nope" })).toMatchObject({
      message: "config changed since last load; re-run config.get and retry",
    });
    const bad = await refusal("config.patch", { raw: `{"gateway":{"port":"x"}}`, baseHash: hash });
    expect(bad?.message).toStartWith("invalid config: gateway.port: ");
    expect(bad?.details).toMatchObject({ issues: [{ path: "gateway.port" }] });
    expect(
      (await refusal("config.patch", { raw: `{"nopeSection":{"a":1}}`, baseHash: hash }))?.message,
    ).toStartWith("invalid config: ");
    expect((await refusal("config.patch", { raw: "{ not json", baseHash: hash }))?.code).toBe(
      "INVALID_REQUEST",
    );

    const written = (await admin.call("config.patch", {
      raw: `{"logging":{"level":"debug"}}`,
      baseHash: hash,
    })) as { hash: string };
    expect(written.hash).not.toBe(hash);
    for (const client of [admin, reader]) {
      const changed = await client.event("config.changed");
      expect(changed["payload"]).toMatchObject({
        path: expect.stringContaining("openclaw.json"),
        ts: expect.any(Number),
      });
      expect(changed["seq"]).toBeNumber();
    }
    expect(await admin.call("config.get")).toMatchObject({
      hash: written.hash,
      config: { logging: { level: "debug" } },
    });
    expect(await refusal("config.patch", { raw: "{}", baseHash: hash })).toMatchObject({
      message: "config changed since last load; re-run config.get and retry",
    });
    await admin.call("config.patch", { raw: `{"logging":{"level":null}}`, baseHash: written.hash });
    const file = await until("the file to be written", () =>
      Bun.file(gateway.home.at(".openclaw/openclaw.json")).text(),
    );
    expect(file).toContain(SECRET);
    expect(file).not.toContain("debug");

    const denied = await reader.request("config.patch", { raw: "{}" });
    expect(denied.error).toMatchObject({ code: "FORBIDDEN", message: "missing scope: operator.admin" });
    await blind.call("health");
    expect(blind.frames.some((frame) => frame["event"] === "config.changed")).toBe(false);
  });
});
