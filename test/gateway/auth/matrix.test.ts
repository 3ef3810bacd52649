import { describe, expect, test } from "bun:test";
import { DeviceKey } from "./support/device-key.ts";
import { fieldOf } from "./support/unify.ts";
import { accepted, localOperator, params, refused, SECRET, type World, world } from "./support/world.ts";

/** What a device went through before it connects. */
const STATES = {
  unknown: async () => {},
  pending: async (gateway: World, device: DeviceKey) => {
    await connect(gateway, device, { credential: "secret", scopes: ["operator.read"], from: "lan" });
  },
  paired: pair,
  revoked: async (gateway: World, device: DeviceKey) => {
    await pair(gateway, device);
    await asAdmin(gateway, "device.token.revoke", { deviceId: device.id, role: "operator" });
  },
  removed: async (gateway: World, device: DeviceKey) => {
    await pair(gateway, device);
    await asAdmin(gateway, "device.pair.remove", { deviceId: device.id });
  },
} satisfies Record<string, (gateway: World, device: DeviceKey) => Promise<void>>;

type State = keyof typeof STATES;
type Credential = "none" | "secret" | "wrong" | "device-token";
type From = "here" | "lan";

interface Row {
  readonly state: State;
  readonly credential: Credential;
  readonly scopes: readonly string[];
  readonly from: From;
  /** `in`, or the `details.code` with the pairing reason. */
  readonly expected: string;
}

const READ = ["operator.read"];
const WIDER = ["operator.read", "operator.pairing"];

/** Every device state, credential, scope and place; the device token of a device that has none is made up. */
const ROWS: readonly Row[] = [
  ...everywhere("none", "AUTH_TOKEN_MISSING"),
  ...everywhere("wrong", "AUTH_TOKEN_MISMATCH"),
  ...rows("unknown", "secret", "here", "in", "in"),
  ...rows("pending", "secret", "here", "in", "in"),
  ...rows("paired", "secret", "here", "in", "in"),
  ...rows("revoked", "secret", "here", "PAIRING_REQUIRED role-upgrade", "PAIRING_REQUIRED role-upgrade"),
  ...rows("removed", "secret", "here", "in", "in"),
  ...rows("unknown", "secret", "lan", "PAIRING_REQUIRED not-paired", "PAIRING_REQUIRED not-paired"),
  ...rows("pending", "secret", "lan", "PAIRING_REQUIRED not-paired", "PAIRING_REQUIRED not-paired"),
  ...rows("paired", "secret", "lan", "in", "PAIRING_REQUIRED scope-upgrade"),
  ...rows("revoked", "secret", "lan", "PAIRING_REQUIRED role-upgrade", "PAIRING_REQUIRED role-upgrade"),
  ...rows("removed", "secret", "lan", "PAIRING_REQUIRED not-paired", "PAIRING_REQUIRED not-paired"),
  ...(["here", "lan"] as const).flatMap((from) => [
    ...rows("unknown", "device-token", from, "AUTH_DEVICE_TOKEN_MISMATCH", "AUTH_DEVICE_TOKEN_MISMATCH"),
    ...rows("pending", "device-token", from, "AUTH_DEVICE_TOKEN_MISMATCH", "AUTH_DEVICE_TOKEN_MISMATCH"),
    ...rows("paired", "device-token", from, "in", "AUTH_SCOPE_MISMATCH"),
    ...rows("revoked", "device-token", from, "AUTH_DEVICE_TOKEN_MISMATCH", "AUTH_DEVICE_TOKEN_MISMATCH"),
    ...rows("removed", "device-token", from, "AUTH_DEVICE_TOKEN_MISMATCH", "AUTH_DEVICE_TOKEN_MISMATCH"),
  ]),
];

function rows(state: State, credential: Credential, from: From, read: string, wider: string): Row[] {
  return [
    { state, credential, from, scopes: READ, expected: read },
    { state, credential, from, scopes: WIDER, expected: wider },
  ];
}

function everywhere(credential: Credential, expected: string): Row[] {
  const states = Object.keys(STATES).filter((name): name is State => name in STATES);
  return states.flatMap((state) =>
    (["here", "lan"] as const).flatMap((from) => rows(state, credential, from, expected, expected)),
  );
}

interface Ask {
  readonly credential: Credential;
  readonly scopes: readonly string[];
  readonly from: From;
  readonly token?: string;
}

function connect(gateway: World, device: DeviceKey, { credential, scopes, from, token }: Ask) {
  const auth = {
    none: {},
    secret: { token: SECRET },
    wrong: { token: "wrong" },
    "device-token": { deviceToken: token ?? "made up" },
  }[credential];
  return gateway.connect(params({ id: "test", mode: "test" }, { scopes: [...scopes], auth }), {
    device,
    remoteAddress: from === "here" ? "127.0.0.1" : "192.168.1.30",
  });
}

async function pair(gateway: World, device: DeviceKey): Promise<void> {
  accepted(await connect(gateway, device, { credential: "secret", scopes: READ, from: "here" }));
}

async function asAdmin(gateway: World, method: string, given: unknown): Promise<unknown> {
  return gateway.call((await localOperator(gateway)).client, method, given);
}

async function lastToken(gateway: World, device: DeviceKey): Promise<string | undefined> {
  return (await gateway.store.devices.find(device.id))?.tokens[0]?.token;
}

describe("device state × credential × scope × place", () => {
  for (const { state, credential, scopes, from, expected } of ROWS) {
    test(`${state} device with ${credential} from ${from} asking ${scopes.join("+")}: ${expected}`, async () => {
      await using gateway = await world();
      const device = new DeviceKey();
      await STATES[state](gateway, device);
      const token = await lastToken(gateway, device);
      const decision = await connect(gateway, device, { credential, scopes, from, ...(token && { token }) });
      const details = decision.ok ? undefined : decision.error.details;
      const outcome = decision.ok ? "in" : [details?.["code"], details?.["reason"]].filter(Boolean).join(" ");
      expect(outcome).toBe(expected);
      if (decision.ok) expect(decision.hello.scopes).toEqual([...scopes]);
    });
  }

  test("whatever the state, the local operator can approve what waits, and then the device is in", async () => {
    for (const state of ["unknown", "pending", "paired", "revoked", "removed"] as const) {
      await using gateway = await world();
      const device = new DeviceKey();
      await STATES[state](gateway, device);
      const ask = { credential: "secret", scopes: WIDER, from: "lan" } as const;
      const { error } = refused(await connect(gateway, device, ask));
      const requestId = fieldOf(error.details, "requestId");
      expect(error.details?.["command"]).toBe(`openclaw devices approve ${String(requestId)}`);
      await asAdmin(gateway, "device.pair.approve", { requestId });
      expect(accepted(await connect(gateway, device, ask)).hello.scopes).toEqual(WIDER);
    }
  });

  test("what was revoked or removed stays so after a restart and a new pairing", async () => {
    await using gateway = await world();
    const device = new DeviceKey();
    await pair(gateway, device);
    const old = await lastToken(gateway, device);
    const withOld = () =>
      connect(gateway, device, {
        credential: "device-token",
        scopes: READ,
        from: "here",
        ...(old && { token: old }),
      });
    accepted(await withOld());
    await asAdmin(gateway, "device.token.revoke", { deviceId: device.id, role: "operator" });
    await gateway.reopen();
    expect((await withOld()).ok).toBe(false);
    const { error } = refused(
      await connect(gateway, device, { credential: "secret", scopes: READ, from: "here" }),
    );
    await asAdmin(gateway, "device.pair.approve", { requestId: fieldOf(error.details, "requestId") });
    expect((await withOld()).ok).toBe(false);
    await asAdmin(gateway, "device.pair.remove", { deviceId: device.id });
    await pair(gateway, device);
    await gateway.reopen();
    expect((await withOld()).ok).toBe(false);
    expect(await lastToken(gateway, device)).not.toBe(old);
  });

  test("a paired device that asks to be a node too needs approval, even here", async () => {
    await using gateway = await world();
    const device = new DeviceKey();
    await pair(gateway, device);
    const node = params(
      { id: "node-host", mode: "node" },
      { role: "node", scopes: [], auth: { token: SECRET } },
    );
    expect(refused(await gateway.connect(node, { device })).error.details).toMatchObject({
      reason: "role-upgrade",
    });
    expect(accepted(await gateway.connect(node, { device: new DeviceKey() })).hello.scopes).toEqual([]);
  });

  test("a fresh node from an approved range is let in, an operator from there is not", async () => {
    await using gateway = await world({
      policy: { pairing: { autoApproveLocal: true, autoApproveCidrs: ["192.168.7.0/24"] } },
    });
    const from = { remoteAddress: "192.168.7.9" };
    const node = params(
      { id: "node-host", mode: "node" },
      { role: "node", scopes: [], auth: { token: SECRET } },
    );
    const { approvedVia } = accepted(await gateway.connect(node, { ...from, device: new DeviceKey() }));
    expect(approvedVia).toBe("trusted-cidr");
    expect(
      refused(await gateway.connect(node, { remoteAddress: "192.168.8.9", device: new DeviceKey() })).ok,
    ).toBe(false);
    const operator = params({ id: "test", mode: "test" }, { auth: { token: SECRET } });
    expect(refused(await gateway.connect(operator, { ...from, device: new DeviceKey() })).ok).toBe(false);
    expect((await gateway.store.devices.list()).paired[0]?.approvedVia).toBe("trusted-cidr");
  });

  test("a device that changed its platform is asked about, unless it holds the secret on this host", async () => {
    await using gateway = await world();
    const device = new DeviceKey();
    await pair(gateway, device);
    const moved = params(
      { id: "test", mode: "test", platform: "win32" },
      { scopes: READ, auth: { token: SECRET } },
    );
    const far = await gateway.connect(moved, { device, remoteAddress: "192.168.1.30" });
    expect(refused(far).error.details).toMatchObject({ reason: "metadata-upgrade" });
    accepted(await gateway.connect(moved, { device }));
    accepted(await gateway.connect(moved, { device, remoteAddress: "192.168.1.30" }));
  });

  test("a phone whose system was updated is still the same phone, another platform is not", async () => {
    await using gateway = await world();
    const device = new DeviceKey();
    const phone = (platform: string) =>
      params(
        { id: "openclaw-ios", mode: "ui", platform, deviceFamily: "iPhone" },
        { scopes: READ, auth: { token: SECRET } },
      );
    accepted(await gateway.connect(phone("ios 18.0"), { device }));
    accepted(await gateway.connect(phone("ios 18.4"), { device, remoteAddress: "192.168.1.30" }));
    expect((await gateway.store.devices.find(device.id))?.platform).toBe("ios 18.4");
    const other = await gateway.connect(phone("android 15"), { device, remoteAddress: "192.168.1.30" });
    expect(refused(other).error.details).toMatchObject({ reason: "metadata-upgrade" });
  });
});
