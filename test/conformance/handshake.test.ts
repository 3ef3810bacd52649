import { describe, expect, test } from "bun:test";
import { GatewayClientRequestError } from "@openclaw/gateway-client";
import { readConnectErrorDetailCode } from "@openclaw/gateway-protocol/connect-error-details";
import { EVENTS, METHODS } from "../../src/protocol/index.ts";
import { type GatewayOptions, spawnGateway, tempHome, until } from "../support/index.ts";
import { Device, ReferenceClient } from "./support/index.ts";

const PASSWORD: GatewayOptions = {
  token: null,
  env: { OPENCLAW_GATEWAY_PASSWORD: "correct horse battery staple" },
};

/** The first refusal of `connect`. */
function refusalOf({ errors: [error] }: ReferenceClient): GatewayClientRequestError {
  if (error instanceof GatewayClientRequestError) return error;
  throw new Error("not refused", { cause: error });
}

describe("the reference client gets in", () => {
  test("with the shared token, on its own defaults", async () => {
    await using gateway = await spawnGateway();
    await using client = await ReferenceClient.connect({ url: gateway.wsUrl, token: gateway.token ?? "" });
    const hello = await client.hello();
    expect(hello.protocol).toBe(4);
    expect(hello.auth).toMatchObject({ role: "operator", scopes: ["operator.admin"] });
    expect(hello.features.methods).toEqual(METHODS.filter(({ hidden }) => !hidden).map(({ name }) => name));
    expect(hello.features.events).toEqual(EVENTS.map(({ name }) => name));
    expect(await client.call("health")).toMatchObject({ ok: true });
    expect(client.gaps).toEqual([]);
  });

  test("with the password", async () => {
    await using gateway = await spawnGateway(PASSWORD);
    await using client = await ReferenceClient.connect({
      url: gateway.wsUrl,
      password: "correct horse battery staple",
    });
    expect((await client.hello()).snapshot.authMode).toBe("password");
  });

  test("as a device, which is paired silently on loopback and comes back by its device token alone", async () => {
    await using gateway = await spawnGateway();
    const device = new Device();
    const ui = { url: gateway.wsUrl, device, clientName: "openclaw-linux", mode: "ui" } as const;
    const scopes = ["operator.read", "operator.write"];
    {
      await using first = await ReferenceClient.connect({ ...ui, token: gateway.token ?? "", scopes });
      const { auth } = await first.hello();
      expect(auth?.scopes.toSorted()).toEqual(scopes);
      expect(device.tokens.get("operator")?.token).toBe(auth?.deviceToken ?? "");
    }
    await using second = await ReferenceClient.connect(ui);
    const { auth } = await second.hello();
    expect(auth?.scopes.toSorted()).toEqual(scopes);
    expect(await second.call("status")).toMatchObject({ channelSummary: [] });
  });

  test("as a node, in protocol 4 and in protocol 3", async () => {
    await using gateway = await spawnGateway();
    const token = gateway.token ?? "";
    const node = { url: gateway.wsUrl, token, role: "node", clientName: "node-host", mode: "node" } as const;
    for (const version of [4, 3]) {
      await using client = await ReferenceClient.connect({
        ...node,
        device: new Device(),
        minProtocol: version,
        maxProtocol: version,
        commands: ["system.notify"],
      });
      const hello = await client.hello();
      expect([hello.protocol, hello.auth?.role]).toEqual([4, "node"]);
    }
  });

  test("as a node host that lets the versions be negotiated", async () => {
    await using gateway = await spawnGateway();
    await using client = await ReferenceClient.connect({
      url: gateway.wsUrl,
      token: gateway.token ?? "",
      role: "node",
      clientName: "node-host",
      mode: "node",
      device: new Device(),
      minProtocol: 3,
      maxProtocol: 4,
    });
    expect((await client.hello()).protocol).toBe(4);
    expect(client.closes).toEqual([]);
  });
});

describe("the reference client understands a refusal", () => {
  test("of a wrong token: it stops trying and names the code", async () => {
    await using gateway = await spawnGateway();
    await using client = ReferenceClient.start({ url: gateway.wsUrl, token: "wrong" });
    const { code, reason, info } = await client.closed();
    expect(code).toBe(1008);
    expect(reason).toBe("unauthorized: gateway token mismatch (provide gateway auth token)");
    expect(info).toMatchObject({ phase: "pre-hello", connectRequestSent: true });
    const error = refusalOf(client);
    expect(readConnectErrorDetailCode(error.details)).toBe("AUTH_TOKEN_MISMATCH");
    expect(await until("the pause", () => client.paused[0])).toMatchObject({
      detailCode: "AUTH_TOKEN_MISMATCH",
    });
    client.contract.error({ code: error.gatewayCode, message: error.message, details: error.details });
  });

  test("of a missing token, with a device and without one", async () => {
    await using gateway = await spawnGateway();
    for (const [device, detailCode] of [
      [new Device(), "AUTH_TOKEN_MISSING"],
      [undefined, "DEVICE_IDENTITY_REQUIRED"],
    ] as const) {
      await using client = ReferenceClient.start({ url: gateway.wsUrl, ...(device && { device }) });
      await client.closed();
      expect(await until("the pause", () => client.paused[0])).toMatchObject({ detailCode });
    }
  });

  test("of a wrong password", async () => {
    await using gateway = await spawnGateway(PASSWORD);
    await using client = ReferenceClient.start({ url: gateway.wsUrl, password: "wrong" });
    await client.closed();
    expect(await until("the pause", () => client.paused[0])).toMatchObject({
      detailCode: "AUTH_PASSWORD_MISMATCH",
    });
  });

  test("of a stale device token: it forgets it", async () => {
    await using gateway = await spawnGateway();
    const device = new Device();
    device.tokens.set("operator", { token: "stale", scopes: ["operator.read"] });
    await using client = ReferenceClient.start({
      url: gateway.wsUrl,
      device,
      clientName: "openclaw-linux",
      mode: "ui",
    });
    await client.closed();
    const error = refusalOf(client);
    expect(readConnectErrorDetailCode(error.details)).toBe("AUTH_DEVICE_TOKEN_MISMATCH");
    expect(device.tokens.has("operator")).toBe(false);
  });

  test("of a shared token that changed: it tries its device token and is in", async () => {
    await using gateway = await spawnGateway();
    const device = new Device();
    const ui = { url: gateway.wsUrl, device, clientName: "openclaw-linux", mode: "ui" } as const;
    {
      await using first = await ReferenceClient.connect({ ...ui, token: gateway.token ?? "" });
      await first.hello();
    }
    await using second = ReferenceClient.start({ ...ui, token: "an older shared token" });
    const hello = await until("the hello", () => second.hellos[0]);
    expect(hello.auth?.role).toBe("operator");
  });
});

describe("the reference client stays", () => {
  test("through a restart: told to expect it, closed with 1012, connected again by itself", async () => {
    await using gateway = await spawnGateway();
    await using client = await ReferenceClient.connect({ url: gateway.wsUrl, token: gateway.token ?? "" });
    const before = await client.hello();
    expect(await client.call("gateway.restart.request", { reason: "test" })).toMatchObject({ ok: true });
    expect(await client.event("shutdown")).toMatchObject({ reason: "gateway restarting" });
    expect(await client.closed()).toMatchObject({ code: 1012, reason: "service restart" });
    const after = await client.hello(2);
    expect(after.server.bootId).not.toBe(before.server.bootId ?? "");
    expect(await client.call("health")).toMatchObject({ ok: true });
    expect(client.errors).toEqual([]);
  });

  test("through the end of the process, when it comes back on the same port", async () => {
    await using home = await tempHome();
    const first = await spawnGateway({ home });
    await using client = await ReferenceClient.connect({ url: first.wsUrl, token: first.token ?? "" });
    await first.stop();
    expect(await client.closed()).toMatchObject({ code: 1012, reason: "service restart" });
    await using _second = await spawnGateway({ home, port: first.port });
    await client.hello(2, 20_000);
    expect(await client.call("health")).toMatchObject({ ok: true });
  }, 60_000);
});
