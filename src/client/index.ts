export { type ConnectOptions, connectGateway } from "./connect.ts";
import type { DeviceIdentity } from "./device-identity.ts";

export type { DeviceIdentity } from "./device-identity.ts";
export type { ProofSubject } from "./device-proof.ts";
export * from "./errors.ts";
export type { ClientSignals, Disconnect, EventGap, GatewayClient, RequestOptions } from "./gateway-client.ts";
export { isRecord } from "./incoming.ts";
export { isTransient, pause, type ReconnectNotice, reconnectDelayMs, retrying } from "./reconnect.ts";
export * from "./target.ts";

/** Reads the device identity of a state directory without creating one; loads the crypto code at first use. */
export async function readDeviceIdentity(stateDir: string): Promise<DeviceIdentity | undefined> {
  return (await import("./device-identity.ts")).readDeviceIdentity(stateDir);
}

/** Reads the device identity of a state directory, or makes one. */
export async function loadOrCreateDeviceIdentity(stateDir: string, now: number): Promise<DeviceIdentity> {
  return (await import("./device-identity.ts")).loadOrCreateDeviceIdentity(stateDir, now);
}
