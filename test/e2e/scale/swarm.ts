import { buildDeviceAuthPayloadV3 } from "@openclaw/gateway-client";
import { Device } from "../../conformance/support/index.ts";

/** Handshakes under way at once; the gateway takes 32 strangers from one address. */
const HANDSHAKES_AT_ONCE = 24;

interface Challenge {
  readonly nonce: string;
  readonly ts: number;
}

/** What became of the clients of one swarm. */
export interface Swarm {
  /** Clients that have heard of presence since the swarm was complete. */
  readonly informed: () => number;
  /** Rows of the longest presence list that was heard. */
  readonly longestPresence: () => number;
  /** Disconnects all and waits until the sockets are closed; how many the gateway had closed before. */
  leave(): Promise<number>;
}

/**
 * Connects `count` programs of one device, each with a presence row of its own and all of them entitled to hear of the
 * others.
 */
export async function swarm(url: string, token: string, count: number): Promise<Swarm> {
  const device = new Device();
  const sockets: WebSocket[] = [];
  const informed = new Set<WebSocket>();
  let longest = 0;
  let complete = false;
  let lost = 0;

  const join = async (n: number): Promise<void> => {
    const socket = new WebSocket(url);
    sockets.push(socket);
    const joined = Promise.withResolvers<void>();
    socket.addEventListener("close", ({ code, reason }) => {
      joined.reject(new Error(`client ${n} was closed: ${code} ${reason}`));
      lost += 1;
    });
    socket.addEventListener("message", ({ data }) => {
      const text = String(data);
      if (complete && text.startsWith('{"type":"event","event":"presence"')) {
        if (informed.has(socket)) return;
        informed.add(socket);
        const { payload } = JSON.parse(text) as { payload: { presence: unknown[] } };
        longest = Math.max(longest, payload.presence.length);
        return;
      }
      if (text.startsWith('{"type":"event","event":"connect.challenge"')) {
        const { payload } = JSON.parse(text) as { payload: Challenge };
        socket.send(JSON.stringify(connectFrame(device, token, n, payload)));
      } else if (text.startsWith('{"type":"res"')) {
        if (text.includes('"ok":true')) joined.resolve();
        else joined.reject(new Error(text));
      }
    });
    await joined.promise;
  };

  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await join(next++);
  };
  // The first one is paired before the others come with the same key.
  await join(next++);
  await Promise.all(Array.from({ length: HANDSHAKES_AT_ONCE }, worker));
  complete = true;

  return {
    informed: () => informed.size,
    longestPresence: () => longest,
    async leave() {
      const lostBefore = lost;
      const closed = Promise.all(
        sockets.map((socket) => {
          if (socket.readyState === WebSocket.CLOSED) return undefined;
          const { promise, resolve } = Promise.withResolvers<void>();
          socket.addEventListener("close", () => resolve());
          socket.close();
          return promise;
        }),
      );
      await closed;
      return lostBefore;
    },
  };
}

function connectFrame(
  { identity, hostDeps }: Device,
  token: string,
  n: number,
  challenge: Challenge,
): object {
  const client = { id: "openclaw-tui", version: "1.0.0", platform: "linux", mode: "ui" } as const;
  const scopes = ["operator.read"];
  const payload = buildDeviceAuthPayloadV3({
    deviceId: identity.deviceId,
    clientId: client.id,
    clientMode: client.mode,
    role: "operator",
    scopes,
    signedAtMs: challenge.ts,
    token,
    nonce: challenge.nonce,
    platform: client.platform,
  });
  return {
    type: "req",
    id: "connect",
    method: "connect",
    params: {
      minProtocol: 4,
      maxProtocol: 4,
      client: { ...client, instanceId: `program-${n}` },
      role: "operator",
      scopes,
      auth: { token },
      device: {
        id: identity.deviceId,
        publicKey: hostDeps.publicKeyRawBase64UrlFromPem?.(identity.publicKeyPem),
        signature: hostDeps.signDevicePayload?.(identity.privateKeyPem, payload),
        signedAt: challenge.ts,
        nonce: challenge.nonce,
      },
    },
  };
}
