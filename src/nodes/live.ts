import type { Clock } from "../lib/clock.ts";
import type { ConnId } from "../protocol/index.ts";
import type { NodeHostStats, NodeIdentity, NodeSurface } from "../store/index.ts";
import { FAILED_PROBES_BEFORE_CLOSE, LIVENESS_PROBE_MS } from "./limits.ts";
import { completeIdentity } from "./platform.ts";
import { type Claim, tidySurface } from "./policy.ts";
import type { NodeSession } from "./session.ts";

/** A node with an open connection. */
export interface LiveNode extends Claim {
  readonly nodeId: string;
  readonly session: NodeSession;
  /** Epoch ms. */
  readonly connectedAtMs: number;
  /** What an operator approved for it; absent until then, and so is everything it could do. */
  approved?: NodeSurface | undefined;
  hostStats?: NodeHostStats;
  /** Liveness probes in a row without an answer. */
  failedProbes: number;
  /** The probe that is under way; concurrent invocations share it. */
  probing?: Promise<boolean> | undefined;
  /** When presence was last written for it; epoch ms. */
  presenceWrittenAtMs?: number;
}

/** The connected nodes: one connection for each, the newest. */
export class LiveNodes {
  readonly #byNode = new Map<string, LiveNode>();
  readonly #byConn = new Map<ConnId, LiveNode>();

  /** Enters a connection; an earlier one of the same node is no longer found by either key. */
  add(session: NodeSession, connectedAtMs: number): LiveNode {
    const earlier = this.#byNode.get(session.deviceId);
    if (earlier !== undefined) this.drop(earlier.session.connId);
    const live: LiveNode = {
      nodeId: session.deviceId,
      session,
      connectedAtMs,
      identity: identityOf(session),
      declared: tidySurface(session),
      failedProbes: 0,
    };
    this.#byNode.set(live.nodeId, live);
    this.#byConn.set(session.connId, live);
    return live;
  }

  /** Takes a connection out; undefined when it is not, or no longer, a node's current one. */
  drop(connId: ConnId): LiveNode | undefined {
    const live = this.#byConn.get(connId);
    if (live === undefined) return undefined;
    this.#byConn.delete(connId);
    this.#byNode.delete(live.nodeId);
    return live;
  }

  get(nodeId: string): LiveNode | undefined {
    return this.#byNode.get(nodeId);
  }

  byConn(connId: ConnId): LiveNode | undefined {
    return this.#byConn.get(connId);
  }

  /** False once the connection closed or a newer one took its place. */
  isCurrent(live: LiveNode): boolean {
    return this.#byConn.get(live.session.connId) === live;
  }

  all(): LiveNode[] {
    return [...this.#byNode.values()];
  }
}

function identityOf({ client, remoteIp }: NodeSession): NodeIdentity {
  const { displayName, deviceFamily, modelIdentifier } = client;
  return completeIdentity({
    clientId: client.id,
    clientMode: client.mode,
    platform: client.platform,
    version: client.version,
    ...(displayName !== undefined && { displayName }),
    ...(deviceFamily !== undefined && { deviceFamily }),
    ...(modelIdentifier !== undefined && { modelIdentifier }),
    ...(remoteIp !== undefined && { remoteIp }),
  });
}

/**
 * True when the node gives a sign of life within {@link LIVENESS_PROBE_MS}. An open TCP connection is none: a phone
 * that lost its network keeps one for minutes. A node that stays silent repeatedly is disconnected.
 */
export function isAlive(live: LiveNode, clock: Clock): Promise<boolean> {
  live.probing ??= probe(live, clock).finally(() => {
    live.probing = undefined;
  });
  return live.probing;
}

async function probe(live: LiveNode, clock: Clock): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  let timer = clock.after(LIVENESS_PROBE_MS, () => {
    // When this process itself stood still, time is up before that is read which came meanwhile: it goes first.
    timer = clock.after(0, () => late.resolve(false));
  });
  const alive = await Promise.race([live.session.ping().then(() => true), late.promise]);
  timer.cancel();
  live.failedProbes = alive ? 0 : live.failedProbes + 1;
  if (live.failedProbes >= FAILED_PROBES_BEFORE_CLOSE) live.session.close(4000, "node unresponsive");
  return alive;
}
