import { DeviceKey } from "../../gateway/auth/support/device-key.ts";
import type { ConnectParams } from "../../../src/protocol/index.ts";
import { operatorConnect } from "../../support/index.ts";
import { encode, LeanSocket } from "./lean-socket.ts";

/** Who to talk to. */
export interface Peer {
  readonly url: string;
  readonly token: string;
}

/** Builds the params of `connect` for the challenge that was sent. */
export type Connecting = (peer: Peer, challenge: { nonce: string; now: number }) => object;

/** A command line on this host with the shared token and no device. */
export const asOperator: Connecting = ({ token }) => operatorConnect({ auth: { token } });

/** A paired device that signs the challenge; the first connection of each call pairs it. */
export function asDevice(key = new DeviceKey()): Connecting {
  return ({ token }, challenge) => {
    const params = operatorConnect({ auth: { token } }) as unknown as ConnectParams;
    return { ...params, device: key.prove(params, challenge) };
  };
}

/** A node with a device of its own. */
export function asNode(key = new DeviceKey()): Connecting {
  return ({ token }, challenge) => {
    const params = operatorConnect({
      client: { id: "node-host", version: "0.0.0-test", platform: "linux", mode: "node" },
      role: "node",
      scopes: [],
      caps: [],
      commands: [],
      auth: { token },
    }) as unknown as ConnectParams;
    return { ...params, device: key.prove(params, challenge) };
  };
}

const NONCE = /"nonce":"([^"]*)"/;

/** Connects as fast as the protocol allows; rejects when refused. */
export async function connect(peer: Peer, connecting: Connecting = asOperator): Promise<LeanSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = await LeanSocket.open(peer.url, (read, opened) => {
    const text = String(read);
    // `hello-ok` first: its list of events names the challenge too.
    if (text.includes('"hello-ok"')) {
      opened.onText = () => {};
      resolve();
    } else if (text.includes('"connect.challenge"')) {
      const challenge = { nonce: NONCE.exec(text)?.[1] ?? "", now: Date.now() };
      const params = connecting(peer, challenge);
      opened.send(encode(JSON.stringify({ type: "req", id: "c", method: "connect", params })));
    } else reject(new Error(`connect refused: ${text.slice(0, 500)}`));
  });
  socket.onClosed = (why) => reject(new Error(why));
  await promise;
  socket.onClosed = () => {};
  return socket;
}

/** Many connections, a few at a time: unauthenticated sockets of one address are limited. */
export async function connectMany(peer: Peer, count: number): Promise<LeanSocket[]> {
  const sockets: LeanSocket[] = [];
  const batch = 16;
  while (sockets.length < count) {
    const size = Math.min(batch, count - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: size }, () => connect(peer)))));
  }
  return sockets;
}
