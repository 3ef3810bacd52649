import type { ClientIdentity, ConnId } from "../protocol/index.ts";

/**
 * How a node's device was admitted. `asked`: a person approved it. `silent`: policy did, without asking. `entrusted`:
 * by a setup code or another proof of ownership, which covers the first surface too.
 */
export type Admission = "asked" | "silent" | "entrusted";

/** A node's authenticated connection, as this part sees it. */
export interface NodeSession {
  readonly connId: ConnId;
  /** The device that proved itself on this connection; a node is known by it. */
  readonly deviceId: string;
  readonly client: ClientIdentity;
  readonly caps: readonly string[];
  readonly commands: readonly string[];
  readonly permissions?: Readonly<Record<string, boolean>>;
  readonly pathEnv?: string;
  /** Absent for loopback. */
  readonly remoteIp?: string;
  readonly admission: Admission;
  /** Sends an event without `seq`; false when the socket cannot take it. */
  send(event: string, payload: unknown): boolean;
  /** Sends a WebSocket ping and settles at the next sign of life; never settles when there is none. */
  ping(): Promise<void>;
  close(code: number, reason: string): void;
  /** When anything at all, pongs included, last came from the node; epoch ms. */
  lastFrameAt(): number;
}
