import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ConnectDecision } from "../../../src/gateway/auth/index.ts";
import {
  CLIENT_IDS,
  CLIENT_MODES,
  type ConnectParams,
  holdsScope,
  missingScopes,
  OPERATOR_SCOPES,
} from "../../../src/protocol/index.ts";
import { DeviceKey } from "./support/device-key.ts";
import { accepted, params, SECRET, type World, world } from "./support/world.ts";

const scopes = fc.array(
  fc.oneof(fc.constantFrom(...OPERATOR_SCOPES), fc.string({ minLength: 1, maxLength: 12 })),
  {
    maxLength: 6,
  },
);
const client = fc.record({
  id: fc.constantFrom(...CLIENT_IDS),
  mode: fc.constantFrom(...CLIENT_MODES),
  version: fc.constant("1"),
  platform: fc.constantFrom("linux", "darwin", "ios 18.0", "\u0000"),
});
const headers = fc.dictionary(
  fc.constantFrom(
    "origin",
    "host",
    "x-forwarded-for",
    "x-forwarded-user",
    "x-real-ip",
    "forwarded",
    "tailscale-user-login",
    "x-openclaw-scopes",
  ),
  fc.constantFrom(
    "127.0.0.1",
    "https://evil.example",
    "http://127.0.0.1:18789",
    "alice@example.com",
    "operator.admin",
    "",
  ),
);
const remoteAddress = fc.constantFrom(
  "127.0.0.1",
  "::1",
  "::ffff:127.0.0.1",
  "192.168.1.5",
  "8.8.8.8",
  "",
  "junk",
);

interface Known {
  readonly device: DeviceKey;
  readonly token: string;
  readonly scopes: readonly string[];
}

async function knownDevice(gateway: World, held: readonly string[]): Promise<Known> {
  const device = new DeviceKey();
  const first = params({ id: "test", mode: "test" }, { scopes: [...held], auth: { token: SECRET } });
  const { hello } = accepted(await gateway.connect(first, { device }));
  return { device, token: hello.deviceToken ?? "", scopes: held };
}

function connectParams(
  client: ConnectParams["client"],
  role: string,
  scopes: string[],
  auth: NonNullable<ConnectParams["auth"]>,
): ConnectParams {
  return { minProtocol: 3, maxProtocol: 4, client, role, scopes, auth };
}

/** Known scopes a decision gives, beyond those in `allowed`. */
function excess(decision: ConnectDecision, allowed: readonly string[]): string[] {
  if (!decision.ok) return [];
  return OPERATOR_SCOPES.filter(
    (scope) => holdsScope(decision.hello.scopes, scope) && !holdsScope(allowed, scope),
  );
}

describe("whatever a client claims", () => {
  test("without a good credential nobody gets in", async () => {
    await using gateway = await world();
    const device = new DeviceKey();
    const bad = fc.record(
      { token: fc.string(), password: fc.string(), deviceToken: fc.string(), bootstrapToken: fc.string() },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(
        client,
        fc.constantFrom("operator", "node", "admin"),
        scopes,
        bad,
        headers,
        remoteAddress,
        fc.boolean(),
        async (who, role, wanted, auth, sent, from, withDevice) => {
          const options = { headers: sent, remoteAddress: from, ...(withDevice && { device }) };
          const decision = await gateway.connect(connectParams(who, role, wanted, auth), options);
          expect(decision.ok).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("a device token never yields more than it carries, and a node never holds operator scopes", async () => {
    await using gateway = await world();
    const reader = await knownDevice(gateway, ["operator.read"]);
    await fc.assert(
      fc.asyncProperty(
        client,
        fc.constantFrom("operator", "node"),
        scopes,
        headers,
        remoteAddress,
        fc.boolean(),
        async (who, role, wanted, sent, from, inTokenField) => {
          const auth = inTokenField ? { token: reader.token } : { deviceToken: reader.token };
          const decision = await gateway.connect(connectParams(who, role, wanted, auth), {
            headers: sent,
            remoteAddress: from,
            device: reader.device,
          });
          expect(excess(decision, role === "node" ? [] : reader.scopes)).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
    const [kept] = (await gateway.store.devices.list()).paired;
    expect(kept?.scopes).toEqual(["operator.read"]);
  });

  test("a secret holder from elsewhere gets no scopes without an approved device", async () => {
    await using gateway = await world();
    await fc.assert(
      fc.asyncProperty(client, scopes, headers, fc.boolean(), async (who, wanted, sent, withDevice) => {
        const decision = await gateway.connect(connectParams(who, "operator", wanted, { token: SECRET }), {
          headers: sent,
          remoteAddress: "192.168.1.5",
          ...(withDevice && { device: new DeviceKey() }),
        });
        expect(excess(decision, [])).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("a proxy user's device never gets more than the list and the proxy's cap allow", async () => {
    const allowed = ["operator.read", "operator.write"];
    await using gateway = await world({
      policy: {
        mode: "trusted-proxy",
        trustedProxies: ["10.0.0.1"],
        allowedOrigins: ["https://ui.example"],
        trustedProxy: {
          userHeader: "x-forwarded-user",
          requiredHeaders: [],
          allowUsers: [],
          allowLoopback: false,
          deviceAutoApprove: { enabled: true, scopes: allowed },
        },
      },
    });
    const cap = fc.option(fc.subarray([...OPERATOR_SCOPES]), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(scopes, cap, fc.boolean(), async (wanted, limit, withScopes) => {
        const who = { id: "openclaw-control-ui", mode: "webchat", version: "1", platform: "linux" } as const;
        const { scopes: _, ...bare } = connectParams(who, "operator", [], {});
        const sent = {
          origin: "https://ui.example",
          "x-forwarded-for": "203.0.113.9",
          "x-forwarded-user": "alice",
          ...(limit && { "x-openclaw-scopes": limit.join(",") }),
        };
        const decision = await gateway.connect(withScopes ? { ...bare, scopes: wanted } : bare, {
          headers: sent,
          remoteAddress: "10.0.0.1",
          device: new DeviceKey(),
        });
        expect(excess(decision, allowed)).toEqual([]);
        if (limit) expect(missingScopes(limit, decision.ok ? decision.hello.scopes : [])).toEqual([]);
        expect(decision.ok && decision.hello.deviceToken).toBeFalsy();
      }),
      { numRuns: 200 },
    );
  });

  test("a scope nobody knows is echoed and opens nothing", async () => {
    await using gateway = await world();
    const strange = ["operator.nope", " operator.admin", "OPERATOR.ADMIN", "operator.*", "*"];
    const ask = params({ id: "cli", mode: "cli" }, { scopes: strange, auth: { token: SECRET } });
    const { hello } = accepted(await gateway.connect(ask));
    expect(hello.scopes).toEqual(strange);
    expect(OPERATOR_SCOPES.filter((scope) => holdsScope(hello.scopes, scope))).toEqual([]);
  });
});
