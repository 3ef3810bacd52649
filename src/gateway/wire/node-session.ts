import type { NodeSession } from "../../nodes/index.ts";
import { EVENT_BY_NAME } from "../../protocol/index.ts";
import type { Broadcaster } from "./broadcast.ts";
import type { Connection } from "./connection.ts";
import type { Client } from "../method.ts";

/** A node's connection as the node registry sees it; `undefined` for a client that is no node. */
export function nodeSession(
  connection: Connection,
  client: Client,
  broadcaster: Broadcaster,
): NodeSession | undefined {
  const { node, deviceId, connId, caps, remoteIp } = client;
  if (client.role !== "node" || !node || deviceId === undefined) return undefined;
  return {
    connId,
    deviceId,
    client: client.client,
    caps,
    commands: node.commands,
    admission: node.admission,
    ...(node.permissions !== undefined && { permissions: node.permissions }),
    ...(node.pathEnv !== undefined && { pathEnv: node.pathEnv }),
    ...(remoteIp !== undefined && { remoteIp }),
    send(name, payload) {
      const event = EVENT_BY_NAME.get(name);
      if (event?.audience !== "node") throw new Error(`no event named ${name} is declared for nodes`);
      return broadcaster.push(connection, event, payload);
    },
    ping: () => connection.probe(),
    close: (code, reason) => connection.close(code, reason),
    lastFrameAt: () => connection.lastFrameAt,
  };
}
