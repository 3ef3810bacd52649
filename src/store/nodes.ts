import { type Static, Type } from "@sinclair/typebox";

/** What a node offers: capability families, commands, and what its operating system has granted it. */
export const NodeSurface = Type.Object({
  caps: Type.Array(Type.String()),
  commands: Type.Array(Type.String()),
  permissions: Type.Optional(Type.Record(Type.String(), Type.Boolean())),
});

export type NodeSurface = Static<typeof NodeSurface>;

const text = Type.Optional(Type.String());

/** What a node says it is; shown to people, and the platform fields choose its command defaults. */
export const NodeIdentity = Type.Object({
  clientId: text,
  clientMode: text,
  displayName: text,
  platform: text,
  version: text,
  coreVersion: text,
  uiVersion: text,
  deviceFamily: text,
  modelIdentifier: text,
  remoteIp: text,
});

export type NodeIdentity = Static<typeof NodeIdentity>;

/** Resources of a node's machine, as last reported; sizes in bytes. */
export const NodeHostStats = Type.Object(
  {
    cpuCount: Type.Integer({ minimum: 1, maximum: 4096 }),
    loadAverage: Type.Optional(
      Type.Array(Type.Number({ minimum: 0, maximum: 100_000 }), { minItems: 3, maxItems: 3 }),
    ),
    memoryTotalBytes: Type.Integer({ minimum: 0 }),
    memoryFreeBytes: Type.Integer({ minimum: 0 }),
    diskTotalBytes: Type.Optional(Type.Integer({ minimum: 0 })),
    diskAvailableBytes: Type.Optional(Type.Integer({ minimum: 0 })),
    updatedAtMs: Type.Integer({ minimum: 0, description: "When the gateway received them." }),
  },
  { additionalProperties: false },
);

export type NodeHostStats = Static<typeof NodeHostStats>;

/** A node that has declared itself at least once. Times are epoch ms. */
export interface NodeRecord {
  readonly nodeId: string;
  readonly identity: NodeIdentity;
  /** The operator's name for it; wins over the node's own. */
  readonly label?: string;
  readonly createdAtMs: number;
  /** The most it may offer; absent until an operator approved something. */
  readonly approved?: NodeSurface & { readonly approvedAtMs: number };
  /** SHA-256 (hex) of the token of a node paired by request (protocol 3). */
  readonly tokenHash?: string;
  readonly lastConnectedAtMs?: number;
  readonly lastDisconnectedAtMs?: number;
  readonly lastSeenAtMs?: number;
  readonly lastSeenReason?: string;
  readonly hostStats?: NodeHostStats;
}

/** A surface that waits for an operator; it waits until it is decided, replaced or no longer needed. */
export interface PendingSurface {
  readonly requestId: string;
  readonly nodeId: string;
  readonly identity: NodeIdentity;
  readonly surface: NodeSurface;
  /** The device itself was admitted without asking a person. */
  readonly silent: boolean;
  /** `connect`: declared on a socket. `request`: asked for by `node.pair.request`, and gets a token. */
  readonly origin: "connect" | "request";
  readonly ts: number;
}

/** What became of a declaration. */
export interface DeclareOutcome {
  readonly node: NodeRecord;
  /** Present while something declared goes beyond what is approved. */
  readonly pending?: PendingSurface;
  /** `pending` is new, not an earlier request of the same surface. */
  readonly created: boolean;
  /** The request that this declaration made pointless. */
  readonly replaced?: PendingSurface;
}

/** A command that waits until its node comes to the foreground. Times are epoch ms. */
export interface NodeAction {
  readonly id: string;
  readonly nodeId: string;
  readonly command: string;
  readonly paramsJSON?: string;
  readonly idempotencyKey: string;
  readonly enqueuedAtMs: number;
}

export type NodeWorkType = "status.request" | "location.request";

/** Something a node should do when it next wakes; one of each type at a time. Times are epoch ms. */
export interface NodeWork {
  readonly id: string;
  readonly type: NodeWorkType;
  readonly priority: "normal" | "high";
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** What `NodeRepository.declare` is given. */
export interface NodeDeclaration {
  readonly nodeId: string;
  readonly identity: NodeIdentity;
  readonly surface: NodeSurface;
  readonly silent: boolean;
  readonly origin: PendingSurface["origin"];
  /** Used only when a new request is made. */
  readonly requestId: string;
}

/** Nodes, what they may offer and what waits for approval. Every method is one atomic act. */
export interface NodeRepository {
  /** All nodes, newest approval first. @throws StoreError */
  list(): Promise<NodeRecord[]>;
  get(nodeId: string): Promise<NodeRecord | undefined>;
  /** All waiting surfaces, newest first. */
  listPending(): Promise<PendingSurface[]>;
  getPending(requestId: string): Promise<PendingSurface | undefined>;
  /**
   * Notes what a node offers now. More than is approved makes (or keeps, when it is the same) one request; anything
   * less withdraws a waiting one.
   */
  declare(declaration: NodeDeclaration): Promise<DeclareOutcome>;
  /** Makes a waiting surface the approved one; undefined when nothing with that id waits. */
  approve(
    requestId: string,
    tokenHash?: string,
  ): Promise<{ readonly node: NodeRecord; readonly pending: PendingSurface } | undefined>;
  /** Drops a waiting surface; undefined when nothing with that id waits. */
  reject(requestId: string): Promise<PendingSurface | undefined>;
  /** Forgets a node with everything that waits for or about it; false when it was unknown. */
  remove(nodeId: string): Promise<boolean>;
  /** Sets the operator's name; false unless the node has an approved surface. */
  rename(nodeId: string, label: string): Promise<boolean>;
  recordConnected(nodeId: string): Promise<void>;
  recordDisconnected(nodeId: string): Promise<void>;
  /** False when the node is unknown. */
  recordSeen(nodeId: string, reason: string): Promise<boolean>;
  recordHostStats(nodeId: string, stats: NodeHostStats): Promise<void>;
}

/** What waits until a node wakes; forgotten with the node. Every method is one atomic act. */
export interface NodeQueueRepository {
  /** Queues a command, once per idempotency key; the oldest goes when the node's queue is full. */
  enqueueAction(action: Omit<NodeAction, "enqueuedAtMs">): Promise<NodeAction>;
  /** The node's waiting commands, oldest first. */
  actions(nodeId: string): Promise<NodeAction[]>;
  /** Removes commands of this node and counts what is left. */
  acknowledgeActions(nodeId: string, ids: readonly string[]): Promise<number>;

  /** Queues work, or finds the waiting one of the same type; undefined when the node is unknown. */
  enqueueWork(
    nodeId: string,
    work: Pick<NodeWork, "id" | "type" | "priority"> & { readonly expiresInMs: number },
  ): Promise<{ readonly revision: number; readonly work: NodeWork; readonly created: boolean } | undefined>;
  /** Takes up to `max` items, most urgent first. */
  drainWork(
    nodeId: string,
    max: number,
  ): Promise<{ readonly revision: number; readonly work: NodeWork[]; readonly left: NodeWork[] }>;
}

/** True when everything in `declared` is in `approved`: then nobody needs to be asked. */
export function covers(approved: NodeSurface, declared: NodeSurface): boolean {
  return (
    declared.caps.every((cap) => approved.caps.includes(cap)) &&
    declared.commands.every((command) => approved.commands.includes(command)) &&
    Object.entries(declared.permissions ?? {}).every(
      ([name, granted]) => !granted || approved.permissions?.[name] === true,
    )
  );
}

/** True when both offer the same, whatever the order. */
export function sameSurface(a: NodeSurface, b: NodeSurface): boolean {
  const names = (surface: NodeSurface) => Object.keys(surface.permissions ?? {});
  return (
    sameSet(a.caps, b.caps) &&
    sameSet(a.commands, b.commands) &&
    sameSet(names(a), names(b)) &&
    names(a).every((name) => a.permissions?.[name] === b.permissions?.[name])
  );
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const left = new Set(a);
  return left.size === new Set(b).size && b.every((item) => left.has(item));
}
