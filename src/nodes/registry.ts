import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import type { ConnId } from "../protocol/index.ts";
import type { NodeRepository } from "../store/index.ts";
import { SILENT_NODE_MS } from "./limits.ts";
import type { LiveNode, LiveNodes } from "./live.ts";
import type { NodePairing } from "./pairing.ts";
import type { NodeSession } from "./session.ts";

export interface NodeRegistryDeps {
  readonly live: LiveNodes;
  readonly nodes: NodeRepository;
  readonly pairing: NodePairing;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends the invocations of a connection that is gone. */
  readonly onLost: (connId: ConnId) => void;
}

/** Node connections coming and going. A node has one connection: the newest. */
export class NodeRegistry {
  readonly #deps: NodeRegistryDeps;

  constructor(deps: NodeRegistryDeps) {
    this.#deps = deps;
  }

  /**
   * Enters an authenticated node connection. When it returns, the node's approved surface is in force and what it
   * declares beyond that was asked for. Call it before the hello is sent. @throws StoreError
   */
  async connected(session: NodeSession): Promise<void> {
    const { live, nodes, pairing, clock } = this.#deps;
    for (const earlier of live.all()) if (this.#replaces(session, earlier)) this.#supersede(earlier);
    const entered = live.add(session, clock.now());
    await pairing.declare(entered);
    if (live.isCurrent(entered)) await nodes.recordConnected(entered.nodeId);
  }

  /** Takes out a connection that closed; one that was replaced before is only noted. */
  async disconnected(connId: ConnId, reason: string): Promise<void> {
    const { live, nodes, log, onLost } = this.#deps;
    const gone = live.drop(connId);
    onLost(connId);
    if (gone === undefined) return;
    log.info("node disconnected", { nodeId: gone.nodeId, reason });
    await nodes.recordDisconnected(gone.nodeId);
  }

  /**
   * The same device always replaces itself. The same installation with another device key (its state was reset) only
   * replaces a connection that has fallen silent: an instance id is a claim, and must not evict a live node.
   */
  #replaces(session: NodeSession, earlier: LiveNode): boolean {
    if (earlier.nodeId === session.deviceId) return true;
    const { instanceId } = session.client;
    if (instanceId === undefined || earlier.session.client.instanceId !== instanceId) return false;
    return this.#deps.clock.now() - earlier.session.lastFrameAt() >= SILENT_NODE_MS;
  }

  #supersede(earlier: LiveNode): void {
    const { live, onLost, log } = this.#deps;
    live.drop(earlier.session.connId);
    onLost(earlier.session.connId);
    log.info("node connection superseded", { nodeId: earlier.nodeId, connId: earlier.session.connId });
    earlier.session.close(4000, "superseded by a newer connection");
  }
}
