import { type Clock, systemClock } from "../lib/clock.ts";
import type { DeviceIdentity } from "./device-identity.ts";
import type { GatewayClient } from "./gateway-client.ts";
import { type Greeting, greetGateway } from "./greet.ts";

export interface ConnectOptions extends Greeting {
  /** `ws://` or `wss://`. */
  readonly url: string;
  /** The same address with the credential in it; it is dialled in place of `url`, and stands in no message. */
  readonly dialUrl?: string;
  /** Proves this device on the connection. */
  readonly device?: DeviceIdentity;
  /** SHA-256 of the certificate the gateway must present; for `wss://` only. */
  readonly tlsFingerprint?: string;
  /** Longest wait for hello, from the first packet on, ms. */
  readonly timeoutMs: number;
  readonly clock?: Clock;
}

/**
 * Opens a connection and completes the handshake.
 * Rejects with `GatewayTransportError` (nobody there, closed, too slow) or `GatewayRequestError` (refused).
 */
export async function connectGateway(options: ConnectOptions): Promise<GatewayClient> {
  const { url, device, clock = systemClock } = options;
  const begun = clock.monotonic();
  const tls = await tlsOf(options);
  const socket = new WebSocket(options.dialUrl ?? url, tls === undefined ? undefined : { tls });
  return greetGateway(url, socket, {
    ...options,
    clock,
    spentMs: clock.monotonic() - begun,
    ...(device && {
      prove: async (subject) => (await import("./device-identity.ts")).proveDevice(device, subject),
    }),
  });
}

async function tlsOf(options: ConnectOptions) {
  if (options.tlsFingerprint === undefined || !options.url.startsWith("wss:")) return undefined;
  const { pinnedTls } = await import("./tls-pin.ts");
  return pinnedTls(options.url, options.tlsFingerprint, options.timeoutMs);
}
