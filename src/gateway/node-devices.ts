import type { NodeDevice, NodeDevices } from "../nodes/index.ts";
import { type DeviceRepository, effectiveRoles, type PairedDevice } from "../store/index.ts";
import type { GatewayAuth } from "./auth/index.ts";

/** Device pairing as the node part needs it: which devices are nodes, and how one stops being one. */
export class PairedNodeDevices implements NodeDevices {
  constructor(
    private readonly devices: DeviceRepository,
    private readonly auth: Pick<GatewayAuth, "deviceLost">,
  ) {}

  async list(): Promise<readonly NodeDevice[]> {
    const { paired } = await this.devices.list();
    return paired.filter((device) => effectiveRoles(device).includes("node")).map(asNode);
  }

  async revokeNodeRole(deviceId: string): Promise<boolean> {
    const device = await this.devices.find(deviceId);
    if (!device?.roles.includes("node")) return false;
    if (device.roles.length === 1) await this.devices.remove(deviceId);
    else await this.devices.revoke(deviceId, "node");
    this.auth.deviceLost(deviceId, "node");
    return true;
  }
}

function asNode(device: PairedDevice): NodeDevice {
  const { clientId, clientMode, displayName, operatorLabel, platform, deviceFamily, remoteIp } = device;
  const name = operatorLabel ?? displayName;
  return {
    deviceId: device.deviceId,
    approvedAtMs: device.approvedAtMs,
    identity: {
      ...(clientId !== undefined && { clientId }),
      ...(clientMode !== undefined && { clientMode }),
      ...(name !== undefined && { displayName: name }),
      ...(platform !== undefined && { platform }),
      ...(deviceFamily !== undefined && { deviceFamily }),
      ...(remoteIp !== undefined && { remoteIp }),
    },
    ...(device.lastSeenAtMs !== undefined && { lastSeenAtMs: device.lastSeenAtMs }),
    ...(device.lastSeenReason !== undefined && { lastSeenReason: device.lastSeenReason }),
  };
}
