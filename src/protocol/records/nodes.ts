import { type Static, Type } from "@sinclair/typebox";
import { oneOf } from "../literals.ts";
import { anyObject, closed, count, epochMs, maybe, nullable, text, texts } from "../primitives.ts";

const permissions = Type.Record(Type.String(), Type.Boolean());

/** What a node says of itself when it asks to be let in. */
export const declaredByNode = {
  displayName: maybe(text),
  platform: maybe(text),
  version: maybe(text),
  coreVersion: maybe(text),
  uiVersion: maybe(text),
  deviceFamily: maybe(text),
  modelIdentifier: maybe(text),
  caps: maybe(texts),
  commands: maybe(texts),
} as const;

/** A node that declared capabilities nobody has approved yet. */
export const PendingNode = closed(
  {
    requestId: text,
    nodeId: text,
    clientId: maybe(text),
    clientMode: maybe(text),
    ...declaredByNode,
    permissions: maybe(permissions),
    requiredApproveScopes: maybe(texts),
    remoteIp: maybe(text),
    silent: maybe(Type.Boolean()),
    isRepair: maybe(Type.Boolean()),
    ts: epochMs,
  },
  { title: "PendingNode", description: "A node's declared commands, waiting for approval." },
);

export type PendingNode = Static<typeof PendingNode>;

/** A node whose capabilities were approved. */
export const PairedNode = closed(
  {
    nodeId: text,
    token: maybe(Type.String({ description: "Only for a node that paired by `node.pair.request`." })),
    clientId: maybe(text),
    clientMode: maybe(text),
    ...declaredByNode,
    permissions: maybe(permissions),
    remoteIp: maybe(text),
    createdAtMs: epochMs,
    approvedAtMs: epochMs,
    lastConnectedAtMs: maybe(epochMs),
    lastSeenAtMs: maybe(epochMs),
    lastSeenReason: maybe(text),
  },
  { title: "PairedNode", description: "What a node was approved to offer." },
);

export type PairedNode = Static<typeof PairedNode>;

/** Load of a node's machine, as it reported it. */
export const HostStats = Type.Object(
  {
    cpuCount: maybe(Type.Integer({ minimum: 1 })),
    memoryTotalBytes: maybe(count),
    memoryFreeBytes: maybe(count),
    updatedAtMs: epochMs,
  },
  { title: "HostStats", description: "Load of a node's machine; nodes may report more than this." },
);

export type HostStats = Static<typeof HostStats>;

export const APPROVAL_STATES = ["unapproved", "pending-approval", "pending-reapproval", "approved"] as const;

/** One row of `node.list`. */
export const NodeSummary = closed(
  {
    nodeId: text,
    displayName: maybe(text),
    platform: maybe(text),
    version: maybe(text),
    coreVersion: maybe(text),
    uiVersion: maybe(text),
    clientId: maybe(text),
    clientMode: maybe(text),
    deviceFamily: maybe(text),
    modelIdentifier: maybe(text),
    remoteIp: maybe(text),
    pathEnv: maybe(Type.String()),
    caps: Type.Array(text, { description: "Effective: empty until approved." }),
    commands: Type.Array(text, { description: "Effective: empty until approved." }),
    permissions: maybe(permissions),
    sessionHost: maybe(Type.Boolean()),
    nodePluginTools: maybe(Type.Array(anyObject)),
    approvalState: maybe(oneOf(APPROVAL_STATES)),
    pendingRequestId: maybe(text),
    pendingDeclaredCaps: maybe(texts),
    pendingDeclaredCommands: maybe(texts),
    pendingDeclaredPermissions: maybe(permissions),
    connectedAtMs: maybe(epochMs),
    lastConnectedAtMs: maybe(epochMs),
    lastSeenAtMs: maybe(epochMs),
    lastSeenReason: maybe(text),
    approvedAtMs: maybe(epochMs),
    lastActiveAtMs: maybe(epochMs),
    presenceUpdatedAtMs: maybe(epochMs),
    paired: Type.Boolean(),
    connected: Type.Boolean(),
    hostStats: maybe(HostStats),
  },
  { title: "NodeSummary", description: "A known node and whether it is connected." },
);

export type NodeSummary = Static<typeof NodeSummary>;

export const PENDING_WORK_TYPES = ["status.request", "location.request"] as const;

/** Work that waits for a node to fetch it. */
export const PendingNodeWork = closed(
  {
    id: text,
    type: oneOf(PENDING_WORK_TYPES),
    priority: oneOf(["default", "normal", "high"]),
    createdAtMs: epochMs,
    expiresAtMs: maybe(nullable(epochMs)),
    payload: maybe(anyObject),
  },
  { title: "PendingNodeWork", description: "Work queued for a node that may be asleep." },
);

export type PendingNodeWork = Static<typeof PendingNodeWork>;
