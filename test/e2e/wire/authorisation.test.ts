import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { METHODS, type MethodSpec } from "../../../src/protocol/index.ts";
import { type GatewayProcess, spawnGateway, type WireClient } from "../../support/index.ts";
import { connected, DeviceKey, nodeConnect } from "./support/devices.ts";

const RECORDED = join(import.meta.dir, "..", "..", "protocol", "fixtures", "methods.tsv");

/** What the recorded table leaves open, or answers for roles only. */
const BY_HAND: Readonly<Record<string, string>> = {
  health: "anyone",
  "node.invoke": "write",
  "sessions.create": "write",
  "sessions.patch": "write",
  "sessions.delete": "write",
  agent: "write",
  "channels.pairing.approve": "pairing",
  // Of this gateway alone.
  "agents.prompt": "read",
  "browser.request": "admin",
  "channels.directory": "read",
  "gateway.stop": "admin",
  "message.queue.drop": "admin",
  "message.queue.list": "read",
  "message.queue.retry": "admin",
  "message.queue.show": "read",
  "secrets.profiles.change": "admin",
  "secrets.profiles.list": "admin",
  "web.login.cancel": "admin",
  "device.scopes.requestUpgrade": "operator",
  "device.scopes.waitUpgrade": "operator",
  // Of the older protocol; not in the recorded gateway.
  "node.pair.request": "pairing",
  "node.pair.verify": "pairing",
};

/** The recorded scope of each method, written down apart from the tables that the gateway reads. */
async function recordedScopes(): Promise<Map<string, string>> {
  const rows = (await Bun.file(RECORDED).text()).trim().split("\n").slice(1);
  const scopes = rows
    .map((row) => row.split("\t"))
    .map(([name = "", scope = ""]) => [name, BY_HAND[name] ?? scope]);
  return new Map([...Object.entries(BY_HAND), ...(scopes as [string, string][])]);
}

const SCOPES = await recordedScopes();

const CALLERS = {
  "no scope": [],
  read: ["operator.read"],
  write: ["operator.write"],
  pairing: ["operator.pairing"],
  admin: ["operator.admin"],
  node: [],
} as const;
type Caller = keyof typeof CALLERS;
const NAMES = Object.keys(CALLERS) as Caller[];

let gateway: GatewayProcess;
const clients = new Map<Caller, WireClient>();

beforeAll(async () => {
  gateway = await spawnGateway();
  for (const [name, scopes] of Object.entries(CALLERS) as [Caller, readonly string[]][]) {
    const client =
      name === "node"
        ? await connected(gateway, nodeConnect(gateway.token), { key: new DeviceKey() })
        : await gateway.operator({ scopes });
    clients.set(name, client);
  }
});

afterAll(async () => {
  for (const client of clients.values()) await client.close();
  await gateway.stop();
});

function clientOf(caller: Caller): WireClient {
  const client = clients.get(caller);
  if (!client) throw new Error(`${caller} is not connected`);
  return client;
}

/** The refusal a caller must get for a method of that scope, or `undefined` when it is let in. */
function refusalFor(scope: string, caller: Caller): object | undefined {
  if (scope === "anyone") return undefined;
  if ((caller === "node") !== (scope === "node")) {
    const role = caller === "node" ? "node" : "operator";
    return { code: "INVALID_REQUEST", message: `unauthorized role: ${role}` };
  }
  if (scope === "node" || scope === "operator" || caller === "admin" || caller === scope) return undefined;
  if (scope === "read" && caller === "write") return undefined;
  const missingScope = `operator.${scope}`;
  return {
    code: "FORBIDDEN",
    message: `missing scope: ${missingScope}`,
    details: { code: "MISSING_SCOPE", missingScope, requiredScopes: [missingScope] },
  };
}

/** Params that fit no method's schema, so that nothing is done by the ones who are let in. */
const NO_PARAMS = "these are no params";

/** Takes any params and ends every connection, so it is let in on a gateway of its own. */
const RESTART = "gateway.restart.request";

/** Keeps a connection from being closed for its wrong-role calls, and shows that it is still good. */
async function isWell(client: WireClient): Promise<boolean> {
  return (await client.request("health")).ok;
}

test("the recorded table and the methods of the gateway name the same methods", () => {
  expect(METHODS.map((method) => method.name).sort()).toEqual([...SCOPES.keys()].sort());
});

describe("C4: every method, called by every kind of client", () => {
  for (const spec of METHODS) {
    const scope = SCOPES.get(spec.name) ?? "missing";
    for (const caller of NAMES) {
      const refusal = refusalFor(scope, caller);
      if (refusal) {
        test(`${spec.name} refuses ${caller}, before it looks at the params`, async () => {
          const client = clientOf(caller);
          for (const params of [undefined, NO_PARAMS, { nope: 1 }]) {
            const answer = await client.request(spec.name, params);
            expect({ ok: answer.ok, error: answer.error }).toEqual({
              ok: false,
              error: refusal as typeof answer.error,
            });
          }
          expect(await isWell(client)).toBe(true);
        });
      } else if (spec.name !== RESTART) {
        test(`${spec.name} lets ${caller} in`, async () => {
          const answer = await clientOf(caller).request(spec.name, NO_PARAMS);
          expectLetIn(spec, answer);
        });
      }
    }
  }
});

test(`${RESTART} lets admin in`, async () => {
  await using other = await spawnGateway();
  await using admin = await other.operator({ scopes: ["operator.admin"] });
  expect(await admin.call(RESTART, NO_PARAMS)).toMatchObject({ ok: true });
  expect(await admin.closed).toEqual({ code: 1012, reason: "service restart" });
});

function expectLetIn(
  spec: MethodSpec,
  answer: { ok: boolean; error?: { code: string; message: string } | undefined },
): void {
  if (!spec.openParams) {
    expect(answer.error).toEqual({
      code: "INVALID_REQUEST",
      message: `invalid ${spec.name} params: must be object`,
    });
    return;
  }
  // Anything that is no object counts as no params there, which some of these methods find too few.
  if (!answer.ok) expect(answer.error).toMatchObject({ code: "INVALID_REQUEST" });
  else expect(answer.error).toBeUndefined();
}

describe("bad params", () => {
  for (const spec of METHODS.filter((method) => !method.openParams)) {
    const caller: Caller = spec.scope === "node" ? "node" : "admin";
    test(`${spec.name} names what is wrong`, async () => {
      const client = clientOf(caller);
      for (const params of [7, true, [], "x"]) {
        const { error } = await client.request(spec.name, params);
        expect(error).toEqual({
          code: "INVALID_REQUEST",
          message: `invalid ${spec.name} params: must be object`,
        });
      }
      const required: readonly string[] = spec.params.required ?? [];
      const [missing] = required;
      if (missing !== undefined) {
        const { error } = await client.request(spec.name, {});
        expect(error?.message).toBe(`invalid ${spec.name} params: must have required property '${missing}'`);
      }
      for (const name of required) {
        const { error } = await client.request(
          spec.name,
          Object.fromEntries(required.map((key) => [key, misfit(spec, key)])),
        );
        expect(error?.message).toStartWith(`invalid ${spec.name} params: `);
        expect(error?.message).toContain(`at /${name}`);
      }
    });
  }
});

/** What fits no param of that name: an object, where objects are not what it takes. */
function misfit({ params }: MethodSpec, name: string): unknown {
  return Reflect.get(Object(params.properties?.[name]), "type") === "object" ? [name] : { not: name };
}

describe("unknown methods", () => {
  test("an admin is told; anyone else hears of a scope or of the role", async () => {
    for (const caller of NAMES) {
      const { error } = await clientOf(caller).request("no.such.method");
      const wanted =
        caller === "admin"
          ? { code: "INVALID_REQUEST", message: "unknown method: no.such.method" }
          : caller === "node"
            ? { code: "INVALID_REQUEST", message: "unauthorized role: node" }
            : expect.objectContaining({ code: "FORBIDDEN", message: "missing scope: operator.admin" });
      expect<unknown>(error).toEqual(wanted);
    }
  });

  test("names that are members of every object are no methods", async () => {
    for (const name of [
      "__proto__",
      "constructor",
      "toString",
      "hasOwnProperty",
      "then",
      " health",
      "HEALTH",
      "health\0",
    ]) {
      const { error } = await clientOf("admin").request(name);
      expect(error).toEqual({ code: "INVALID_REQUEST", message: `unknown method: ${name}` });
    }
  });
});
