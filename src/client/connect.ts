import type { ClientIdentity, ConnectAuth, ConnectParams, HelloOk } from "../protocol/index.ts";
import { type Clock, systemClock } from "../lib/clock.ts";
import { GatewayConnection } from "./connection.ts";
import type { DeviceIdentity } from "./device-identity.ts";
import { GatewayTransportError } from "./errors.ts";
import type { GatewayClient } from "./gateway-client.ts";
import { isHelloOk } from "./incoming.ts";

export interface ConnectOptions {
  /** `ws://` or `wss://`. */
  readonly url: string;
  /** The same address with the credential in it; it is dialled in place of `url`, and stands in no message. */
  readonly dialUrl?: string;
  readonly client: ClientIdentity;
  readonly scopes: readonly string[];
  readonly auth?: ConnectAuth;
  /** Default `operator`. */
  readonly role?: string;
  readonly caps?: readonly string[];
  /** Oldest and newest wire version offered; default 4 and 4. */
  readonly protocol?: readonly [min: number, max: number];
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
  const clock = options.clock ?? systemClock;
  const deadline = clock.monotonic() + options.timeoutMs;
  const tls = await tlsOf(options);
  const socket = new WebSocket(options.dialUrl ?? options.url, tls === undefined ? undefined : { tls });
  const connection = new GatewayConnection(options.url, socket, clock);
  const timer = clock.after(Math.max(0, deadline - clock.monotonic()), () =>
    connection.fail(
      new GatewayTransportError("timeout", `No answer from ${options.url} within ${options.timeoutMs} ms.`),
    ),
  );
  try {
    const challenge = await connection.challenge;
    const hello = await greet(connection, await connectParams(options, challenge), options.timeoutMs);
    connection.welcome(hello);
    return connection;
  } catch (error) {
    connection.drop();
    throw error;
  } finally {
    timer.cancel();
  }
}

async function greet(
  connection: GatewayConnection,
  params: ConnectParams,
  timeoutMs: number,
): Promise<HelloOk> {
  const hello = await connection.call("connect", params, { timeoutMs });
  if (isHelloOk(hello)) return hello;
  throw new GatewayTransportError(
    "closed",
    "What answered is not an OpenClaw gateway: its hello is incomplete.",
  );
}

async function connectParams(
  options: ConnectOptions,
  challenge: { nonce: string; ts: number },
): Promise<ConnectParams> {
  const [minProtocol, maxProtocol] = options.protocol ?? [4, 4];
  const role = options.role ?? "operator";
  const auth = options.auth ?? {};
  const params: ConnectParams = {
    minProtocol,
    maxProtocol,
    client: options.client,
    role,
    scopes: [...options.scopes],
    caps: [...(options.caps ?? [])],
    ...(Object.keys(auth).length > 0 && { auth }),
  };
  if (options.device === undefined) return params;
  const { proveDevice } = await import("./device-identity.ts");
  const device = proveDevice(options.device, {
    clientId: options.client.id,
    clientMode: options.client.mode,
    role,
    scopes: options.scopes,
    platform: options.client.platform,
    deviceFamily: options.client.deviceFamily,
    token: auth.token ?? auth.deviceToken ?? auth.bootstrapToken ?? "",
    nonce: challenge.nonce,
    signedAt: challenge.ts,
  });
  return { ...params, device };
}

async function tlsOf(options: ConnectOptions) {
  if (options.tlsFingerprint === undefined || !options.url.startsWith("wss:")) return undefined;
  const { pinnedTls } = await import("./tls-pin.ts");
  return pinnedTls(options.url, options.tlsFingerprint, options.timeoutMs);
}
