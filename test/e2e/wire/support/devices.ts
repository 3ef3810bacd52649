import { fits, ConnectParams } from "../../../../src/protocol/index.ts";
import { DeviceKey, type ProofTwist } from "../../../gateway/auth/support/device-key.ts";
import { operatorConnect, WireClient, type WireOptions, type WireResponse } from "../../../support/index.ts";

export { DeviceKey };

export interface DeviceConnect extends WireOptions {
  /** Proves this key; without it no device is presented. */
  readonly key?: DeviceKey;
  readonly twist?: ProofTwist;
}

export interface Attempt {
  readonly client: WireClient;
  readonly answer: WireResponse;
}

/** Where a gateway listens. */
export interface Target {
  readonly wsUrl: string;
}

/** Opens a socket and connects with `params`, signed for its challenge; the answer may be a refusal. */
export async function attempt(
  { wsUrl }: Target,
  params: Readonly<Record<string, unknown>>,
  { key, twist, ...options }: DeviceConnect = {},
): Promise<Attempt> {
  const client = await WireClient.open(wsUrl, options);
  const challenge = await client.event("connect.challenge");
  const device = key && proofOf(key, params, challenge["payload"], twist);
  client.send({ type: "req", id: "c1", method: "connect", params: device ? { ...params, device } : params });
  return { client, answer: await client.response("c1") };
}

/** As {@link attempt}, but throws when it is refused. */
export async function connected(
  target: Target,
  params: Readonly<Record<string, unknown>>,
  options: DeviceConnect = {},
): Promise<WireClient> {
  const { client, answer } = await attempt(target, params, options);
  if (answer.ok) return client;
  await client.closed;
  throw new Error(`connect refused: ${JSON.stringify(answer.error)}`);
}

function proofOf(
  key: DeviceKey,
  params: Readonly<Record<string, unknown>>,
  challenge: unknown,
  twist?: ProofTwist,
): object {
  const signed: unknown = params;
  if (!fits(ConnectParams, signed)) throw new Error("only params that fit the schema can be signed");
  const { nonce, ts } = challenge as { nonce: string; ts: number };
  return key.prove(signed, { nonce, now: ts }, twist);
}

/** Connect params of a node of this machine that declares `commands`. */
export function nodeConnect(
  token: string | undefined,
  commands: readonly string[] = [],
  changes: object = {},
): Record<string, unknown> {
  return {
    ...operatorConnect(),
    client: { id: "node-host", version: "2026.11.1", platform: "linux", mode: "node" },
    role: "node",
    scopes: [],
    caps: commands.length > 0 ? ["system"] : [],
    commands,
    auth: { token },
    ...changes,
  };
}
