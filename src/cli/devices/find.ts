import type { GatewayClient } from "../../client/index.ts";
import type { devices, PairedDevice, PendingDevice, ResultOf } from "../../protocol/index.ts";
import { CliError } from "../errors.ts";

export type Pairings = ResultOf<typeof devices.pairList>;

/** Shortest start of a device id that is taken for it. */
const MIN_PREFIX_CHARS = 6;

/** Waiting requests and paired devices. */
export function readPairings(client: GatewayClient, timeoutMs: number): Promise<Pairings> {
  return client.request<typeof devices.pairList>("device.pair.list", {}, { timeoutMs });
}

/** The paired device that is meant: full id, or a start of it that fits one device only. Throws `CliError`. */
export function findDevice(paired: readonly PairedDevice[], wanted: string): PairedDevice {
  const id = wanted.trim().toLowerCase();
  const exact = paired.find((device) => device.deviceId === id);
  if (exact) return exact;
  const fitting =
    id.length < MIN_PREFIX_CHARS ? [] : paired.filter((device) => device.deviceId.startsWith(id));
  const [only, second] = fitting;
  if (only && !second) return only;
  const hint = "See the ids with: openclaw devices list";
  if (second) throw new CliError(`More than one device id starts with ${wanted}.`, { hint });
  throw new CliError(`No paired device has the id ${wanted}.`, { hint });
}

/** What people call the device: the operator's name for it, its own, its program, its id. */
export function deviceName(device: PairedDevice | PendingDevice): string {
  const label = "operatorLabel" in device ? device.operatorLabel : undefined;
  return label ?? device.displayName ?? device.clientId ?? device.deviceId;
}

/** The request that came last. */
export function newest(pending: readonly PendingDevice[]): PendingDevice | undefined {
  return [...pending].sort((a, b) => b.ts - a.ts)[0];
}
