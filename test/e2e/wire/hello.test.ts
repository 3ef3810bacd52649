import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { EVENTS, METHODS } from "../../../src/protocol/index.ts";
import { publishedValidator, withoutNewerFields } from "../../protocol/published.ts";
import { type GatewayProcess, operatorConnect, spawnGateway } from "../../support/index.ts";
import { attempt, DeviceKey, nodeConnect } from "./support/devices.ts";

interface Hello {
  readonly server: { readonly connId: string; readonly bootId: string };
  readonly features: { readonly methods: readonly string[]; readonly events: readonly string[] };
  readonly snapshot: Readonly<Record<string, unknown>> & { readonly presence: readonly unknown[] };
  readonly auth: { readonly role: string; readonly scopes: readonly string[] };
  readonly policy: Readonly<Record<string, unknown>>;
}

const ADMINS_ONLY = ["configPath", "stateDir", "authMode"];

let gateway: GatewayProcess;

beforeAll(async () => {
  gateway = await spawnGateway();
});

afterAll(async () => {
  await gateway.stop();
});

/** Connects, takes the hello and leaves. */
async function helloOf(params: Readonly<Record<string, unknown>>, key?: DeviceKey): Promise<Hello> {
  const { client, answer } = await attempt(gateway, params, key ? { key } : {});
  await client.close();
  if (!answer.ok) throw new Error(`connect refused: ${JSON.stringify(answer.error)}`);
  return answer.payload as Hello;
}

const operator = (changes: object = {}) => ({
  ...operatorConnect(),
  auth: { token: gateway.token },
  ...changes,
});

const CLIENTS: Readonly<Record<string, () => Promise<Hello>>> = {
  admin: () => helloOf(operator()),
  "read-only operator": () => helloOf(operator({ scopes: ["operator.read"] })),
  "operator without scopes": () => helloOf(operator({ scopes: [] })),
  "operator of protocol 3": () => helloOf(operator({ minProtocol: 3, maxProtocol: 3 })),
  "device of an app": () =>
    helloOf(
      operator({
        client: { id: "openclaw-macos", version: "1", platform: "macos 15", mode: "ui", deviceFamily: "Mac" },
      }),
      new DeviceKey(),
    ),
  node: () => helloOf(nodeConnect(gateway.token, ["system.notify"]), new DeviceKey()),
  "node of protocol 3": () =>
    helloOf(nodeConnect(gateway.token, [], { minProtocol: 3, maxProtocol: 3 }), new DeviceKey()),
};

describe("hello-ok", () => {
  for (const [name, connect] of Object.entries(CLIENTS)) {
    test(`for ${name} fits the published schema`, async () => {
      const hello = await connect();
      const validate = publishedValidator("HelloOk");
      validate(withoutNewerFields(hello));
      expect(validate.errors ?? []).toEqual([]);
      expect(hello.features.methods).toEqual(
        METHODS.filter((method) => !method.hidden).map((method) => method.name),
      );
      expect(hello.features.events).toEqual(EVENTS.map((event) => event.name));
      expect(hello.policy).toMatchObject({
        maxPayload: 26_214_400,
        maxBufferedBytes: 52_428_800,
        tickIntervalMs: 30_000,
      });
    });
  }

  test("tells paths and the auth mode to admins only", async () => {
    const admin = await CLIENTS["admin"]?.();
    for (const key of ADMINS_ONLY) expect(admin?.snapshot).toHaveProperty(key);
    for (const [name, connect] of Object.entries(CLIENTS)) {
      const { auth, snapshot } = await connect();
      if (auth.role === "operator" && auth.scopes.includes("operator.admin")) continue;
      expect([name, ...ADMINS_ONLY.filter((key) => key in snapshot)]).toEqual([name]);
    }
  });

  test("shows who is here to those who may read, and to nobody else", async () => {
    for (const [name, connect] of Object.entries(CLIENTS)) {
      const { auth, snapshot } = await connect();
      const reads = auth.role === "operator" && auth.scopes.some((scope) => /admin|read|write/.test(scope));
      expect([name, snapshot.presence.length > 0]).toEqual([name, reads]);
    }
  });

  test("names each connection anew and the same gateway", async () => {
    const [one, two] = [await CLIENTS["admin"]?.(), await CLIENTS["admin"]?.()];
    expect(one?.server.connId).not.toBe(two?.server.connId ?? "");
    expect(one?.server.bootId).toBe(two?.server.bootId ?? "");
  });
});
