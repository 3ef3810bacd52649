import type { Logger } from "../../lib/logger.ts";
import type { Nodes } from "../../nodes/index.ts";
import { type Invalidation, isInvalidated } from "../auth/index.ts";
import type { CanvasWorld } from "../canvas/canvas-world.ts";
import type { Client } from "../method.ts";
import type { Health } from "../state/health.ts";
import type { Presence } from "../state/presence.ts";
import type { Broadcaster } from "./broadcast.ts";
import type { Connection } from "./connection.ts";
import { nodeSession } from "./node-session.ts";

export interface SessionsDeps {
  readonly broadcaster: Broadcaster;
  readonly presence: Presence;
  readonly health: Health;
  readonly nodes: Nodes;
  /** Hears of connections that are gone. */
  readonly canvas: Pick<CanvasWorld, "left">;
  readonly log: Logger;
}

/** The authenticated connections: who is told when one comes, goes, or loses what it rested on. */
export class Sessions {
  private readonly open = new Map<Connection, Client>();

  constructor(private readonly deps: SessionsDeps) {}

  /** Before `hello-ok`: a node is entered with what it may do. @throws StoreError */
  async arriving(connection: Connection, client: Client): Promise<void> {
    const session = nodeSession(connection, client, this.deps.broadcaster);
    if (session) await this.deps.nodes.registry.connected(session);
  }

  /** After `hello-ok`. */
  arrived(connection: Connection, client: Client): void {
    this.open.set(connection, client);
    this.deps.broadcaster.add(connection);
    this.deps.presence.connected(client);
    this.deps.health.refreshIfOld();
  }

  left(connection: Connection, client: Client): void {
    this.open.delete(connection);
    this.deps.broadcaster.remove(connection);
    this.deps.presence.disconnected(client);
    this.deps.canvas.left(client);
    if (client.role !== "node") return;
    this.deps.nodes.registry
      .disconnected(connection.connId, "closed")
      .catch((error: unknown) => this.deps.log.error("node could not be taken out", { error }));
  }

  /** Whether any connection of this device is open. */
  isConnected(deviceId: string): boolean {
    for (const client of this.open.values()) if (client.deviceId === deviceId) return true;
    return false;
  }

  /** Closes every connection that rests on what was taken away. */
  closeInvalidated(invalidation: Invalidation): void {
    for (const [connection, client] of this.open) {
      if (isInvalidated(client, invalidation)) {
        connection.close(invalidation.close.code, invalidation.close.reason);
      }
    }
  }
}
