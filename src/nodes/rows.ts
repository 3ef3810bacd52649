import type { NodeSummary, PairedNode, PendingNode } from "../protocol/index.ts";
import type { NodeRecord, PendingSurface } from "../store/index.ts";
import { scopesToApprove } from "./commands.ts";
import type { NodeDevice } from "./neighbours.ts";
import type { LiveNode } from "./live.ts";
import { type CommandRules, effective } from "./policy.ts";

/** A waiting surface as it stands on the wire. */
export function pendingNode({
  requestId,
  nodeId,
  identity,
  surface,
  silent,
  ts,
}: PendingSurface): PendingNode {
  return {
    requestId,
    nodeId,
    ...identity,
    ...surface,
    requiredApproveScopes: scopesToApprove(surface.commands),
    silent,
    ts,
  };
}

/** An approved node as it stands on the wire; undefined for one that is not approved. */
export function pairedNode(node: NodeRecord): PairedNode | undefined {
  if (node.approved === undefined) return undefined;
  const { lastConnectedAtMs, lastSeenAtMs, lastSeenReason, label } = node;
  return {
    nodeId: node.nodeId,
    ...node.identity,
    ...(label !== undefined && { displayName: label }),
    ...node.approved,
    createdAtMs: node.createdAtMs,
    ...(lastConnectedAtMs !== undefined && { lastConnectedAtMs }),
    ...(lastSeenAtMs !== undefined && { lastSeenAtMs }),
    ...(lastSeenReason !== undefined && { lastSeenReason }),
  };
}

/** All that is known about one node. */
export interface KnownNode {
  readonly nodeId: string;
  readonly device?: NodeDevice | undefined;
  readonly record?: NodeRecord | undefined;
  readonly pending?: PendingSurface | undefined;
  readonly live?: LiveNode | undefined;
}

/** One row of `node.list`. */
export function nodeSummary(known: KnownNode, rules: CommandRules): NodeSummary {
  const { nodeId, device, record, pending, live } = known;
  const identity = live?.identity ?? record?.identity ?? pending?.identity ?? device?.identity ?? {};
  const offered = live === undefined ? record?.approved : effective(live, live.approved, rules);
  const displayName = record?.label ?? identity.displayName ?? device?.identity.displayName;
  const approvedAtMs = record?.approved?.approvedAtMs ?? device?.approvedAtMs;
  const hostStats = live?.hostStats ?? record?.hostStats;
  const lastConnectedAtMs = live?.connectedAtMs ?? record?.lastConnectedAtMs;
  return {
    nodeId,
    ...identity,
    ...(displayName !== undefined && { displayName }),
    caps: [...(offered?.caps ?? [])].sort(),
    commands: [...(offered?.commands ?? [])].sort(),
    sessionHost: false,
    nodePluginTools: [],
    ...(offered?.permissions !== undefined && { permissions: offered.permissions }),
    ...(live?.session.pathEnv !== undefined && { pathEnv: live.session.pathEnv }),
    approvalState: approvalState(known),
    ...(pending !== undefined && {
      pendingRequestId: pending.requestId,
      pendingDeclaredCaps: pending.surface.caps,
      pendingDeclaredCommands: pending.surface.commands,
      ...(pending.surface.permissions !== undefined && {
        pendingDeclaredPermissions: pending.surface.permissions,
      }),
    }),
    ...(live !== undefined && { connectedAtMs: live.connectedAtMs }),
    ...(lastConnectedAtMs !== undefined && { lastConnectedAtMs }),
    ...lastSeen(known),
    ...(approvedAtMs !== undefined && { approvedAtMs }),
    ...(hostStats !== undefined && { hostStats }),
    paired: device !== undefined || record?.approved !== undefined,
    connected: live !== undefined,
  };
}

/** The row without what only those may see who may decide; the node's own device keeps its request's id. */
export function withoutPending(row: NodeSummary, ownDeviceId: string | undefined): NodeSummary {
  const {
    pendingRequestId,
    pendingDeclaredCaps: _caps,
    pendingDeclaredCommands: _commands,
    pendingDeclaredPermissions: _permissions,
    ...rest
  } = row;
  return row.nodeId === ownDeviceId && pendingRequestId !== undefined ? { ...rest, pendingRequestId } : rest;
}

function approvalState({ record, pending }: KnownNode): NonNullable<NodeSummary["approvalState"]> {
  const approved = record?.approved !== undefined;
  if (pending !== undefined) return approved ? "pending-reapproval" : "pending-approval";
  return approved ? "approved" : "unapproved";
}

function lastSeen({ device, record, live }: KnownNode): Pick<NodeSummary, "lastSeenAtMs" | "lastSeenReason"> {
  const sightings: { atMs: number; reason?: string | undefined }[] = [];
  if (live !== undefined) sightings.push({ atMs: live.connectedAtMs, reason: "connect" });
  for (const source of [record, device]) {
    if (source?.lastSeenAtMs !== undefined) {
      sightings.push({ atMs: source.lastSeenAtMs, reason: source.lastSeenReason });
    }
  }
  const [newest] = sightings.sort((a, b) => b.atMs - a.atMs);
  if (newest === undefined) return {};
  const { atMs, reason } = newest;
  return { lastSeenAtMs: atMs, ...(reason !== undefined && { lastSeenReason: reason }) };
}
