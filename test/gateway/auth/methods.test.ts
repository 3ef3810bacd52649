import { describe, expect, test } from "bun:test";
import { setupUrl } from "../../../src/gateway/auth/index.ts";
import { deviceHandlers } from "../../../src/gateway/methods/devices.ts";
import type { Client } from "../../../src/gateway/method.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import {
  devices as specs,
  explain,
  holdsScope,
  METHOD_BY_NAME,
  OPERATOR_SCOPES,
} from "../../../src/protocol/index.ts";
import { DeviceKey } from "./support/device-key.ts";
import { fieldOf } from "./support/unify.ts";
import { accepted, localOperator, params, refused, SECRET, type World, world } from "./support/world.ts";

interface Member {
  readonly device: DeviceKey;
  readonly client: Omit<Client, "connId">;
  readonly token: string;
}

/** A paired device with these scopes, connected by its own token. */
async function member(gateway: World, scopes: readonly string[]): Promise<Member> {
  const device = new DeviceKey();
  const ask = { scopes: [...scopes] };
  const first = params({ id: "test", mode: "test" }, { ...ask, auth: { token: SECRET } });
  const token = accepted(await gateway.connect(first, { device })).hello.deviceToken ?? "";
  const own = params({ id: "test", mode: "test" }, { ...ask, auth: { deviceToken: token } });
  return { device, token, client: accepted(await gateway.connect(own, { device })).client };
}

/** A remote device that waits for approval. */
async function applicant(gateway: World, scopes: readonly string[], role: "operator" | "node" = "operator") {
  const device = new DeviceKey();
  const client =
    role === "node" ? ({ id: "node-host", mode: "node" } as const) : ({ id: "test", mode: "test" } as const);
  const ask = params(client, { role, scopes: [...scopes], auth: { token: SECRET } });
  const { error } = refused(await gateway.connect(ask, { device, remoteAddress: "192.168.1.40" }));
  return { device, requestId: String(error.details?.["requestId"]) };
}

async function scopesOf(gateway: World, device: DeviceKey): Promise<readonly string[]> {
  return (await gateway.store.devices.find(device.id))?.tokens.flatMap(({ scopes }) => scopes) ?? [];
}

const MANAGER = ["operator.pairing", "operator.read"];

describe("device methods", () => {
  test("every device method has a handler", () => {
    const handlers = deviceHandlers({
      auth: Object.create(null),
      devices: Object.create(null),
      clock: Object.create(null),
      ids: randomIds,
      log: silentLogger,
      isConnected: () => false,
      setupUrlFacts: () => ({
        publicOrigin: undefined,
        remoteUrl: undefined,
        hosts: [],
        port: 1,
        tls: false,
      }),
    });
    const declared = Object.values(specs).map(({ name }) => name);
    expect(handlers.map(({ spec }) => spec.name).toSorted()).toEqual(declared.toSorted());
    expect(declared.every((name) => METHOD_BY_NAME.has(name))).toBe(true);
  });

  test("results fit their declared shapes", async () => {
    await using gateway = await world({ publicOrigin: "https://home.example.com" });
    const admin = await localOperator(gateway);
    const own = await member(gateway, MANAGER);
    const { requestId } = await applicant(gateway, ["operator.read"]);
    const fits = async (method: string, given: unknown, client = admin.client) => {
      const spec = METHOD_BY_NAME.get(method);
      if (spec === undefined) throw new Error(method);
      const result = JSON.parse(JSON.stringify(await gateway.call(client, method, given)));
      expect([method, explain(spec.result, result)]).toEqual([method, undefined]);
    };
    await fits("device.pair.list", {});
    await fits("device.pair.approve", { requestId });
    await fits("device.pair.rename", { deviceId: own.device.id, label: " Phone " });
    await fits("device.token.rotate", { deviceId: own.device.id, role: "operator" });
    await fits("device.token.rotate", { deviceId: own.device.id, role: "operator" }, own.client);
    await fits("device.token.revoke", { deviceId: own.device.id, role: "operator" });
    await fits("device.pair.setupCode", {});
    await fits("device.pair.setupStatus", { setupId: "unknown" });
    await fits("device.pair.remove", { deviceId: own.device.id });
    await fits("device.pair.reject", { requestId: (await applicant(gateway, ["operator.read"])).requestId });
  });

  test("a device that manages itself sees and touches nobody else", async () => {
    await using gateway = await world();
    const other = await member(gateway, ["operator.read"]);
    const own = await member(gateway, MANAGER);
    const { requestId, device } = await applicant(gateway, ["operator.read"]);
    const list = await gateway.call(own.client, "device.pair.list", {});
    expect(list).toMatchObject({ pending: [], paired: [{ deviceId: own.device.id }] });
    const forbidden: readonly (readonly [string, object])[] = [
      ["device.pair.approve", { requestId }],
      ["device.pair.reject", { requestId }],
      ["device.pair.remove", { deviceId: other.device.id }],
      ["device.pair.rename", { deviceId: other.device.id, label: "mine" }],
      ["device.token.rotate", { deviceId: other.device.id, role: "operator" }],
      ["device.token.revoke", { deviceId: other.device.id, role: "operator" }],
      ["device.token.rotate", { deviceId: own.device.id, role: "node" }],
    ];
    for (const [method, given] of forbidden) {
      await expect(gateway.call(own.client, method, given)).rejects.toThrow(/denied$/);
    }
    expect(await gateway.store.devices.findRequest(requestId)).toMatchObject({ deviceId: device.id });
    expect(await scopesOf(gateway, other.device)).toEqual(["operator.read"]);
  });

  test("nobody gives what they do not hold: approving and rotating stay within the caller's scopes", async () => {
    for (const scope of OPERATOR_SCOPES) {
      await using gateway = await world();
      const held = ["operator.pairing", scope];
      const ask = params({ id: "cli", mode: "cli" }, { scopes: held, auth: { token: SECRET } });
      const { client } = accepted(await gateway.connect(ask));
      for (const wanted of OPERATOR_SCOPES) {
        const { requestId } = await applicant(gateway, [wanted]);
        const approval = gateway.call(client, "device.pair.approve", { requestId });
        if (holdsScope(held, wanted)) await approval;
        else await expect(approval).rejects.toThrow("device pairing approval denied");
      }
    }
  });

  test("only an admin makes nodes", async () => {
    await using gateway = await world();
    const { requestId } = await applicant(gateway, [], "node");
    const ask = params({ id: "cli", mode: "cli" }, { scopes: MANAGER, auth: { token: SECRET } });
    const manager = accepted(await gateway.connect(ask));
    await expect(gateway.call(manager.client, "device.pair.approve", { requestId })).rejects.toThrow(
      "denied",
    );
    const approved = await gateway.call((await localOperator(gateway)).client, "device.pair.approve", {
      requestId,
    });
    expect(approved).toMatchObject({ device: { roles: ["node"], approvedVia: "owner" } });
  });

  test("a narrowed session cannot rotate itself back to what its device holds", async () => {
    await using gateway = await world();
    const own = await member(gateway, ["operator.pairing", "operator.read", "operator.write"]);
    const narrow = params(
      { id: "test", mode: "test" },
      { scopes: ["operator.pairing"], auth: { deviceToken: own.token } },
    );
    const { client } = accepted(await gateway.connect(narrow, { device: own.device }));
    const target = { deviceId: own.device.id, role: "operator" };
    await expect(gateway.call(client, "device.token.rotate", target)).rejects.toThrow("denied");
    for (const scopes of [
      ["operator.admin"],
      ["operator.write"],
      ["operator.pairing", "operator.approvals"],
    ]) {
      await expect(gateway.call(client, "device.token.rotate", { ...target, scopes })).rejects.toThrow(
        "denied",
      );
    }
    const rotated = await gateway.call(client, "device.token.rotate", {
      ...target,
      scopes: ["operator.pairing"],
    });
    expect(rotated).toMatchObject({ tokenDelivery: "in-band", scopes: ["operator.pairing"] });
    expect(fieldOf(rotated, "token")).toMatch(/^[\w-]{43}$/);
  });

  test("another device's new token is never shown, not even to an admin", async () => {
    await using gateway = await world();
    const own = await member(gateway, ["operator.read"]);
    const admin = await localOperator(gateway);
    const rotated = await gateway.call(admin.client, "device.token.rotate", {
      deviceId: own.device.id,
      role: "operator",
    });
    expect(rotated).toMatchObject({ tokenDelivery: "withheld-cross-device" });
    const { tokens } = (await gateway.store.devices.find(own.device.id)) ?? { tokens: [] };
    expect(JSON.stringify(await gateway.call(admin.client, "device.pair.list", {}))).not.toContain(
      tokens[0]?.token ?? "?",
    );
    expect(tokens[0]?.token).not.toBe(own.token);
  });

  test("a live device asks for more, waits, and is told the decision with its new token", async () => {
    await using gateway = await world();
    const own = await member(gateway, ["operator.read"]);
    const wanted = ["operator.read", "operator.write"];
    const ask = async () =>
      String(
        fieldOf(
          await gateway.call(own.client, "device.scopes.requestUpgrade", { scopes: wanted }),
          "requestId",
        ),
      );
    const requestId = await ask();
    const waiting = gateway.call(own.client, "device.scopes.waitUpgrade", { requestId });
    const admin = await localOperator(gateway);
    await gateway.call(admin.client, "device.pair.approve", { requestId });
    expect(await waiting).toEqual({
      status: "approved",
      requestId,
      deviceToken: expect.any(String),
      scopes: wanted,
    });
    expect(gateway.invalidations).toEqual([]);
  });

  test("a request that is rejected, superseded or left alone ends the wait too", async () => {
    await using gateway = await world();
    const own = await member(gateway, ["operator.read"]);
    const admin = await localOperator(gateway);
    const ask = async (...more: string[]) => {
      const scopes = ["operator.read", ...more];
      return String(
        fieldOf(await gateway.call(own.client, "device.scopes.requestUpgrade", { scopes }), "requestId"),
      );
    };
    const wait = (requestId: string) => gateway.call(own.client, "device.scopes.waitUpgrade", { requestId });
    const first = await ask("operator.write");
    const second = await ask("operator.admin");
    expect(await wait(first)).toEqual({ status: "rejected", requestId: first });
    const turnedDown = wait(second);
    await gateway.call(admin.client, "device.pair.reject", { requestId: second });
    expect(await turnedDown).toEqual({ status: "rejected", requestId: second });
    const third = await ask("operator.write");
    const forgotten = wait(third);
    // One turn of the loop: the wait has begun.
    await new Promise((turned) => setImmediate(turned));
    gateway.clock.advance(300_000);
    expect(await forgotten).toEqual({ status: "expired", requestId: third });
  });

  test("only the device that asked can wait, and it must ask for known scopes and keep what it has", async () => {
    await using gateway = await world();
    const own = await member(gateway, ["operator.read"]);
    const other = await member(gateway, ["operator.read"]);
    const upgrade = (scopes: readonly string[]) =>
      gateway.call(own.client, "device.scopes.requestUpgrade", { scopes });
    await expect(upgrade(["operator.nope"])).rejects.toThrow("unknown operator scope");
    await expect(upgrade(["operator.pairing"])).rejects.toThrow(
      "must include the connection's current scopes",
    );
    const requestId = fieldOf(await upgrade(["operator.write"]), "requestId");
    await expect(gateway.call(other.client, "device.scopes.waitUpgrade", { requestId })).rejects.toThrow(
      "not found",
    );
    const { client } = await localOperator(gateway);
    await expect(
      gateway.call(client, "device.scopes.requestUpgrade", { scopes: ["operator.admin"] }),
    ).rejects.toThrow("paired");
    const gone = new AbortController();
    const waiting = gateway.call(own.client, "device.scopes.waitUpgrade", { requestId }, gone.signal);
    gone.abort();
    await expect(waiting).rejects.toThrow("connection closed");
  });

  test("a setup code needs a way in that is not this machine alone, and an open network gets no admin", async () => {
    await using closed = await world();
    const { client } = await localOperator(closed);
    await expect(closed.call(client, "device.pair.setupCode", {})).rejects.toThrow("bound to loopback only");
    await using open = await world({ hosts: ["192.168.1.2"] });
    const code = await open.call((await localOperator(open)).client, "device.pair.setupCode", {});
    expect(code).toMatchObject({
      gatewayUrl: "ws://192.168.1.2:18789",
      urlSource: "gateway.bind",
      access: "limited",
      accessDowngraded: true,
    });
    await using none = await world({ policy: { mode: "none" }, hosts: ["192.168.1.2"] });
    const backend = accepted(await none.connect(params({ id: "gateway-client", mode: "backend" })));
    await expect(none.call(backend.client, "device.pair.setupCode", {})).rejects.toThrow("gateway.auth.mode");
  });

  test("the address in a setup code is the most public one that was named", () => {
    const facts = {
      publicOrigin: "https://home.example.com",
      remoteUrl: "wss://remote.example.com/gw",
      hosts: ["2001:db8::2"],
      port: 18_789,
      tls: true,
    };
    expect(setupUrl(facts, {})).toEqual({
      url: "wss://home.example.com",
      source: "gateway.publicOrigin",
      isPrivate: true,
    });
    expect(setupUrl(facts, { preferRemoteUrl: true }).url).toBe("wss://remote.example.com/gw");
    expect(setupUrl(facts, { publicUrl: "http://box.local:1" })).toEqual({
      url: "ws://box.local:1",
      source: "publicUrl",
      isPrivate: false,
    });
    expect(setupUrl({ ...facts, publicOrigin: undefined }, {}).url).toBe("wss://[2001:db8::2]:18789");
    expect(() => setupUrl(facts, { publicUrl: "ftp://x" })).toThrow("publicUrl");
  });
});
