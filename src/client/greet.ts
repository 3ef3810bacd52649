import type { ClientIdentity, ConnectAuth, ConnectParams, HelloOk } from "../protocol/index.ts";
import type { Clock } from "../lib/clock.ts";
import { GatewayConnection, type Socket } from "./connection.ts";
import type { DeviceProver } from "./device-proof.ts";
import { GatewayTransportError } from "./errors.ts";
import type { GatewayClient } from "./gateway-client.ts";
import { isHelloOk } from "./incoming.ts";

/** Who connects, and what is asked for. */
export interface Greeting {
  readonly client: ClientIdentity;
  readonly scopes: readonly string[];
  readonly auth?: ConnectAuth;
  /** Default `operator`. */
  readonly role?: string;
  readonly caps?: readonly string[];
  /** Oldest and newest wire version offered; default 4 and 4. */
  readonly protocol?: readonly [min: number, max: number];
  /** Longest wait for hello, ms. */
  readonly timeoutMs: number;
}

export interface GreetingDeps {
  readonly clock: Clock;
  /** Proves this device on the connection. */
  readonly prove?: DeviceProver;
  /** How much of `timeoutMs` is over already. */
  readonly spentMs?: number;
}

/**
 * Completes the handshake on a socket that was just opened to `url`.
 * Rejects with `GatewayTransportError` (nobody there, closed, too slow) or `GatewayRequestError` (refused).
 */
export async function greetGateway(
  url: string,
  socket: Socket,
  greeting: Greeting & GreetingDeps,
): Promise<GatewayClient> {
  const { clock, timeoutMs, spentMs = 0 } = greeting;
  const connection = new GatewayConnection(url, socket, clock);
  const timer = clock.after(Math.max(0, timeoutMs - spentMs), () =>
    connection.fail(new GatewayTransportError("timeout", `No answer from ${url} within ${timeoutMs} ms.`)),
  );
  try {
    const challenge = await connection.challenge;
    const params = connectParams(greeting);
    const device = await greeting.prove?.({
      clientId: params.client.id,
      clientMode: params.client.mode,
      role: params.role ?? "operator",
      scopes: greeting.scopes,
      platform: params.client.platform,
      deviceFamily: params.client.deviceFamily,
      token: params.auth?.token ?? params.auth?.deviceToken ?? params.auth?.bootstrapToken ?? "",
      nonce: challenge.nonce,
      signedAt: challenge.ts,
    });
    const hello = await connect(connection, { ...params, ...(device && { device }) }, timeoutMs);
    connection.welcome(hello);
    return connection;
  } catch (error) {
    connection.drop();
    throw error;
  } finally {
    timer.cancel();
  }
}

async function connect(
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

function connectParams({ client, scopes, auth = {}, role, caps, protocol }: Greeting): ConnectParams {
  const [minProtocol, maxProtocol] = protocol ?? [4, 4];
  return {
    minProtocol,
    maxProtocol,
    client,
    role: role ?? "operator",
    scopes: [...scopes],
    caps: [...(caps ?? [])],
    ...(Object.keys(auth).length > 0 && { auth }),
  };
}
