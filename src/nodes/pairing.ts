import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { Logger } from "../lib/logger.ts";
import {
  holdsScope,
  invalidRequest,
  missingScope,
  missingScopes,
  nodeEvents,
  type PairedNode,
  type PendingNode,
  unavailable,
} from "../protocol/index.ts";
import type { NodeIdentity, NodeRepository, PendingSurface } from "../store/index.ts";
import { scopesToApprove } from "./commands.ts";
import type { NodeDevices, NodeEventPublisher } from "./neighbours.ts";
import { MAX_REQUESTED_PAIRINGS } from "./limits.ts";
import type { LiveNode, LiveNodes } from "./live.ts";
import { completeIdentity } from "./platform.ts";
import { type CommandRules, offerable, tidySurface } from "./policy.ts";
import { pairedNode, pendingNode } from "./rows.ts";

/** Who decides about a node. */
export interface PairingCaller {
  readonly scopes: readonly string[];
  readonly deviceId?: string | undefined;
  /** How the caller authenticated; a `device-token` without admin manages its own device only. */
  readonly authMethod: string;
}

/** A node named by `node.pair.request`. */
export interface PairingRequest extends NodeIdentity {
  readonly nodeId: string;
  readonly caps?: readonly string[];
  readonly commands?: readonly string[];
  readonly silent?: boolean;
}

type Decision = "approved" | "rejected" | "removed";

export interface NodePairingDeps {
  readonly live: LiveNodes;
  readonly nodes: NodeRepository;
  readonly devices: NodeDevices;
  readonly events: NodeEventPublisher;
  readonly rules: () => CommandRules;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends the invocations of a node whose pairing was withdrawn. */
  readonly onRemoved: (nodeId: string) => void;
}

/** Which surface of which node an operator has approved, and what waits for a decision. */
export class NodePairing {
  readonly #deps: NodePairingDeps;

  constructor(deps: NodePairingDeps) {
    this.#deps = deps;
  }

  /** Compares what a connected node declares with what is approved, and asks for the rest. */
  async declare(live: LiveNode): Promise<void> {
    const { nodes, ids, rules } = this.#deps;
    const { nodeId, identity, session } = live;
    const outcome = await nodes.declare({
      nodeId,
      identity,
      surface: offerable(live, rules()),
      silent: session.admission === "silent",
      origin: "connect",
      requestId: ids.uuid(),
    });
    live.approved = outcome.node.approved;
    if (outcome.replaced !== undefined) this.#resolved(outcome.replaced, "rejected");
    const { pending } = outcome;
    if (pending === undefined) return;
    if (session.admission === "entrusted" && outcome.node.approved === undefined) {
      live.approved = (await nodes.approve(pending.requestId))?.node.approved;
      this.#deps.log.info("node surface approved with its device", {
        nodeId,
        commands: pending.surface.commands,
      });
      return this.#resolved(pending, "approved");
    }
    if (outcome.created) this.#publish(nodeEvents.nodePairRequested, pendingNode(pending));
  }

  /** Files a request on behalf of a node (protocol 3). @throws ProtocolError when too many wait */
  async request(asked: PairingRequest): Promise<{ request: PendingNode; created: boolean }> {
    const { nodes, ids, rules } = this.#deps;
    const { nodeId, caps, commands, silent, ...named } = asked;
    const waiting = (await nodes.listPending()).filter(({ origin }) => origin === "request");
    if (waiting.length >= MAX_REQUESTED_PAIRINGS && !waiting.some((pending) => pending.nodeId === nodeId)) {
      throw unavailable(
        `${MAX_REQUESTED_PAIRINGS} node pairing requests wait already; decide some of them first`,
      );
    }
    const identity = completeIdentity(named);
    const surface = offerable({ identity, declared: tidySurface({ caps, commands }) }, rules());
    const outcome = await nodes.declare({
      nodeId,
      identity,
      surface,
      silent: silent ?? false,
      origin: "request",
      requestId: ids.uuid(),
    });
    if (outcome.replaced !== undefined) this.#resolved(outcome.replaced, "rejected");
    if (outcome.pending === undefined) throw invalidRequest("node is paired already");
    const request = pendingNode(outcome.pending);
    if (outcome.created) this.#publish(nodeEvents.nodePairRequested, request);
    return { request, created: outcome.created };
  }

  /** What waits and what is approved. */
  async list(): Promise<{ pending: PendingNode[]; paired: PairedNode[] }> {
    const [pending, records] = await Promise.all([this.#deps.nodes.listPending(), this.#deps.nodes.list()]);
    return {
      pending: pending.map(pendingNode),
      paired: records.flatMap((record) => pairedNode(record) ?? []),
    };
  }

  /** Approves a waiting surface; the connected node may use it at once. @throws ProtocolError */
  async approve(requestId: string, caller: PairingCaller): Promise<PairedNode> {
    const { nodes, live, ids } = this.#deps;
    const pending = await this.#waiting(requestId, caller, "node pairing approval denied");
    const required = scopesToApprove(pending.surface.commands);
    const missing = missingScopes(caller.scopes, required)[0];
    if (missing !== undefined) throw missingScope(missing, required);
    const token = pending.origin === "request" ? ids.token() : undefined;
    const approved = await nodes.approve(requestId, token === undefined ? undefined : hashOf(token));
    const node = approved === undefined ? undefined : pairedNode(approved.node);
    if (approved === undefined || node === undefined) throw invalidRequest("unknown requestId");
    const connected = live.get(pending.nodeId);
    if (connected !== undefined) connected.approved = approved.node.approved;
    this.#tell(pending, "approved");
    return token === undefined ? node : { ...node, token };
  }

  /** Drops a waiting surface; returns its node. @throws ProtocolError */
  async reject(requestId: string, caller: PairingCaller): Promise<string> {
    await this.#waiting(requestId, caller, "node pairing rejection denied");
    const pending = await this.#deps.nodes.reject(requestId);
    if (pending === undefined) throw invalidRequest("unknown requestId");
    this.#tell(pending, "rejected");
    return pending.nodeId;
  }

  /** Takes a node's approval and its device's node role, and closes its connection. @throws ProtocolError */
  async remove(nodeId: string, caller: PairingCaller): Promise<void> {
    const { devices, live } = this.#deps;
    const isDevice = (await devices.list()).some(({ deviceId }) => deviceId === nodeId);
    const ownNodeRole = isDevice && managesOnlyOwn(caller);
    if (deniesManaging(caller, nodeId) || ownNodeRole) throw invalidRequest("node pairing removal denied");
    const connected = live.get(nodeId)?.session;
    const removed = await this.forget(nodeId);
    const revoked = await devices.revokeNodeRole(nodeId);
    if (!removed && !revoked && connected === undefined) throw invalidRequest("unknown nodeId");
    connected?.close(4001, "device removed");
  }

  /** Forgets all about a node whose device is no longer paired; false when nothing was known. */
  async forget(nodeId: string): Promise<boolean> {
    const { nodes, live, onRemoved } = this.#deps;
    const connected = live.get(nodeId);
    if (connected !== undefined) connected.approved = undefined;
    const removed = await nodes.remove(nodeId);
    onRemoved(nodeId);
    if (removed) this.#resolved({ requestId: "", nodeId }, "removed");
    return removed;
  }

  /** Gives a node the operator's name. @throws ProtocolError */
  async rename(nodeId: string, displayName: string, caller: PairingCaller): Promise<string> {
    if (deniesManaging(caller, nodeId)) throw invalidRequest("node rename denied");
    const label = displayName.trim();
    if (label === "") throw invalidRequest("displayName required");
    if (!(await this.#deps.nodes.rename(nodeId, label))) throw invalidRequest("unknown nodeId");
    return label;
  }

  /** The node when the token is the one its approval gave; undefined otherwise. */
  async verify(nodeId: string, token: string): Promise<PairedNode | undefined> {
    const record = await this.#deps.nodes.get(nodeId);
    if (record?.tokenHash === undefined) return undefined;
    const same = crypto.timingSafeEqual(Buffer.from(hashOf(token)), Buffer.from(record.tokenHash));
    return same ? pairedNode(record) : undefined;
  }

  async #waiting(requestId: string, caller: PairingCaller, denied: string): Promise<PendingSurface> {
    const pending = await this.#deps.nodes.getPending(requestId);
    if (pending !== undefined && !deniesManaging(caller, pending.nodeId)) return pending;
    throw invalidRequest(managesOnlyOwn(caller) ? denied : "unknown requestId");
  }

  /** Tells the node first, then the operators. */
  #tell(pending: PendingSurface, decision: Decision): void {
    const { requestId, nodeId } = pending;
    const ts = this.#deps.clock.now();
    const session = this.#deps.live.get(nodeId)?.session;
    session?.send(nodeEvents.nodePairResolved.name, { requestId, nodeId, decision, ts });
    this.#resolved(pending, decision);
  }

  #resolved({ requestId, nodeId }: Pick<PendingSurface, "requestId" | "nodeId">, decision: Decision): void {
    const ts = this.#deps.clock.now();
    this.#publish(nodeEvents.nodePairResolved, { requestId, nodeId, decision, ts });
  }

  #publish: NodeEventPublisher["publish"] = (event, payload) => {
    this.#deps.events.publish(event, payload);
  };
}

function managesOnlyOwn({ scopes, authMethod }: PairingCaller): boolean {
  return authMethod === "device-token" && !holdsScope(scopes, "operator.admin");
}

function deniesManaging(caller: PairingCaller, nodeId: string): boolean {
  return managesOnlyOwn(caller) && caller.deviceId !== nodeId;
}

function hashOf(token: string): string {
  return Bun.SHA256.hash(token, "hex");
}
