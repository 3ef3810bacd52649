import { expect } from "bun:test";
import { Device, type ReferenceClient, type ReferenceOptions, type World } from "../support/index.ts";
import type { Exercise } from "./exercise.ts";

/** The `device.*` methods. */
export const DEVICE_EXERCISES: Readonly<Record<string, Exercise>> = {
  "device.pair.list": async (world) => {
    const { deviceId, requestId } = await world.pendingDevice();
    const { pending, paired } = await world.operator.call("device.pair.list", {});
    expect(pending).toContainEqual(expect.objectContaining({ requestId, deviceId, role: "node" }));
    expect(paired).toContainEqual(
      expect.objectContaining({ deviceId: world.operatorDevice.id, connected: true }),
    );
  },
  "device.pair.approve": async (world) => {
    const { deviceId, requestId } = await world.pendingDevice();
    const answer = await world.operator.call("device.pair.approve", { requestId });
    expect(answer).toMatchObject({ requestId, device: { deviceId, roles: ["operator", "node"] } });
    await world.operator.event("device.pair.requested", (payload) => payload.requestId === requestId);
    await world.operator.event("device.pair.resolved", (payload) => payload.requestId === requestId);
  },
  "device.pair.reject": async (world) => {
    const pending = await world.pendingDevice();
    const { requestId } = pending;
    expect(await world.operator.call("device.pair.reject", { requestId })).toEqual(pending);
    await world.operator.refusal("device.pair.reject", { requestId });
  },
  "device.pair.remove": async (world) => {
    const { device, client } = await pairedDevice(world);
    expect(await world.operator.call("device.pair.remove", { deviceId: device.id })).toEqual({
      deviceId: device.id,
    });
    expect(await client.closed()).toMatchObject({ code: 4001, reason: "device removed" });
  },
  "device.pair.rename": async (world) => {
    const { device } = await pairedDevice(world);
    const named = { deviceId: device.id, label: "kitchen" };
    expect(await world.operator.call("device.pair.rename", named)).toEqual(named);
    await world.operator.event("device.pair.changed");
  },
  "device.pair.setupCode": ({ operator, gateway }) => setupCode(operator, gateway.wsUrl),
  "device.pair.setupStatus": async (world) => {
    const { setupId, setupCode: code } = await setupCode(world.operator, world.gateway.wsUrl);
    expect(await world.operator.call("device.pair.setupStatus", { setupId })).toEqual({});
    const { bootstrapToken } = JSON.parse(Buffer.from(String(code), "base64url").toString());
    const device = new Device();
    const phone = await world.join({
      ...likePhone(),
      device,
      role: "node",
      token: undefined,
      bootstrapToken,
    });
    expect((await phone.hello()).auth?.deviceToken).toBeString();
    const completed = await world.operator.event("device.pair.setup.completed");
    expect(completed).toMatchObject({ setupId });
    expect(await world.operator.call("device.pair.setupStatus", { setupId })).toMatchObject({
      completion: { setupId },
    });
  },
  "device.token.rotate": async (world) => {
    const { device } = await pairedDevice(world);
    const asked = { deviceId: device.id, role: "operator" };
    const answer = await world.operator.call("device.token.rotate", asked);
    expect(answer).toMatchObject({ ...asked, tokenDelivery: "withheld-cross-device" });
    expect(answer).not.toHaveProperty("token");
  },
  "device.token.revoke": async (world) => {
    const { device, client } = await pairedDevice(world);
    const asked = { deviceId: device.id, role: "operator" };
    expect(await world.operator.call("device.token.revoke", asked)).toMatchObject(asked);
    expect(await client.closed()).toMatchObject({ code: 4001 });
  },
  "device.scopes.requestUpgrade": async (world) => {
    const { client } = await pairedDevice(world, ["operator.read"]);
    const { requestId } = await client.call("device.scopes.requestUpgrade", {
      scopes: ["operator.read", "operator.write"],
    });
    await world.operator.event("device.pair.requested", (payload) => payload.requestId === requestId);
  },
  "device.scopes.waitUpgrade": async (world) => {
    const scopes = ["operator.read", "operator.write"];
    for (const [decide, status] of [
      ["device.pair.approve", "approved"],
      ["device.pair.reject", "rejected"],
    ] as const) {
      const { client } = await pairedDevice(world, ["operator.read"]);
      const { requestId } = await client.call("device.scopes.requestUpgrade", { scopes });
      const outcome = client.call("device.scopes.waitUpgrade", { requestId });
      await world.operator.call(decide, { requestId });
      expect(await outcome).toMatchObject({ status, requestId });
    }
  },
};

function likePhone(): Partial<ReferenceOptions> {
  return {
    clientName: "openclaw-ios",
    platform: "iOS 18.1",
    deviceFamily: "iPhone",
    commands: ["device.info"],
    caps: [],
  };
}

async function pairedDevice(
  world: World,
  scopes?: string[],
): Promise<{ device: Device; client: ReferenceClient }> {
  const device = new Device();
  const client = await world.join({ device, ...(scopes && { scopes }) });
  return { device, client };
}

async function setupCode(operator: ReferenceClient, url: string): Promise<Record<string, unknown>> {
  const code = await operator.call("device.pair.setupCode", {
    publicUrl: url.replace("ws:", "wss:").replace("127.0.0.1", "gateway.example"),
  });
  expect(code).toMatchObject({ auth: "token", urlSource: expect.any(String), access: "full" });
  return code;
}
