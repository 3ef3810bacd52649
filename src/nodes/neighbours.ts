import type { EventSpec } from "../protocol/index.ts";
import type { NodeIdentity } from "../store/index.ts";

/** A paired device that holds the node role. Times are epoch ms. */
export interface NodeDevice {
  readonly deviceId: string;
  readonly identity: NodeIdentity;
  readonly approvedAtMs: number;
  readonly lastSeenAtMs?: number;
  readonly lastSeenReason?: string;
}

/** What this part needs of device pairing. */
export interface NodeDevices {
  /** Paired devices with the node role. */
  list(): Promise<readonly NodeDevice[]>;
  /** Takes the node role from a device, and with it the device when that was all it had; false when it had none. */
  revokeNodeRole(deviceId: string): Promise<boolean>;
}

/** Where this part announces what happened; the gateway decides who hears it. */
export interface NodeEventPublisher {
  publish(event: EventSpec, payload: unknown): void;
}
