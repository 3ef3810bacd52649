import type { Clock } from "../../lib/clock.ts";
import {
  type LiveNode,
  MAX_PROGRESS_CHUNK_BYTES,
  type Nodes,
  type PairingCaller,
} from "../../nodes/index.ts";
import { invalidRequest, nodes as spec, unavailable } from "../../protocol/index.ts";
import { type BoundMethod, type Client, handle } from "../method.ts";

export interface NodeHandlersDeps {
  readonly nodes: Nodes;
  readonly clock: Clock;
}

/** The `node.*` methods, for operators and for nodes. */
export function nodeHandlers(deps: NodeHandlersDeps): BoundMethod[] {
  return [
    ...pairingHandlers(deps),
    ...operatorHandlers(deps),
    ...reportHandlers(deps),
    ...queueHandlers(deps),
  ];
}

function pairingHandlers({ nodes: { pairing } }: NodeHandlersDeps): BoundMethod[] {
  return [
    handle(spec.pairRequest, async (params) => {
      const filed = await pairing.request(params);
      return { status: "pending" as const, ...filed };
    }),
    handle(spec.pairList, () => pairing.list()),
    handle(spec.pairApprove, async ({ requestId }, { client }) => {
      return { requestId, node: await pairing.approve(requestId, callerOf(client)) };
    }),
    handle(spec.pairReject, async ({ requestId }, { client }) => {
      return { requestId, nodeId: await pairing.reject(requestId, callerOf(client)) };
    }),
    handle(spec.pairVerify, async ({ nodeId, token }) => {
      const node = await pairing.verify(nodeId, token);
      return node === undefined ? { ok: false } : { ok: true, node };
    }),
    handle(spec.pairRemove, async ({ nodeId }, { client }) => {
      await pairing.remove(nodeId, callerOf(client));
      return { nodeId };
    }),
    handle(spec.rename, async ({ nodeId, displayName }, { client }) => {
      return { nodeId, displayName: await pairing.rename(nodeId, displayName, callerOf(client)) };
    }),
  ];
}

function operatorHandlers({ nodes, clock }: NodeHandlersDeps): BoundMethod[] {
  return [
    handle(spec.list, async (_params, { client }) => {
      return { ts: clock.now(), nodes: await nodes.catalog.list(client) };
    }),
    handle(spec.describe, async ({ nodeId }, { client }) => {
      const row = await nodes.catalog.describe(nodeId, client);
      if (row === undefined) throw invalidRequest("unknown nodeId");
      return { ts: clock.now(), ...row };
    }),
    handle(spec.invoke, ({ nodeId, command, params, timeoutMs, idempotencyKey }, { client, signal }) => {
      const { scopes } = client;
      return nodes.invoker.invoke({ nodeId, command, params, timeoutMs, idempotencyKey, scopes, signal });
    }),
  ];
}

function reportHandlers({ nodes }: NodeHandlersDeps): BoundMethod[] {
  return [
    handle(spec.invokeResult, ({ id, nodeId, ...result }, { client }) => {
      refuseOtherNode(client, nodeId);
      return acknowledgement(nodes.invoker.answer(client.connId, id, result));
    }),
    handle(spec.invokeProgress, ({ invokeId, nodeId, seq, chunk }, { client }) => {
      refuseOtherNode(client, nodeId);
      if (Buffer.byteLength(chunk) > MAX_PROGRESS_CHUNK_BYTES)
        throw invalidRequest("progress chunk too large");
      return acknowledgement(nodes.invoker.progress(client.connId, invokeId, seq, chunk));
    }),
    handle(spec.event, async (params, { client }) => {
      const verdict = await nodes.events.take(nodes.onConnection(client.connId), params);
      return { ok: true, event: params.event, ...verdict };
    }),
  ];
}

function queueHandlers({ nodes }: NodeHandlersDeps): BoundMethod[] {
  const current = (client: Client): LiveNode => {
    const live = nodes.onConnection(client.connId);
    if (live !== undefined) return live;
    throw unavailable("node pairing changed while pending work was active", {
      retryable: true,
      details: { code: "PAIRING_CHANGED" },
    });
  };
  return [
    handle(spec.pendingPull, async (_params, { client }) => {
      const live = current(client);
      const actions = (await nodes.work.pull(live)).map(({ id, command, paramsJSON, enqueuedAtMs }) => {
        return { id, command, paramsJSON: paramsJSON ?? null, enqueuedAtMs };
      });
      return { nodeId: live.nodeId, actions };
    }),
    handle(spec.pendingAck, async ({ ids }, { client }) => {
      const live = current(client);
      const ackedIds = [...new Set(ids.map((id) => id.trim()))];
      return { nodeId: live.nodeId, ackedIds, remainingCount: await nodes.work.acknowledge(live, ackedIds) };
    }),
    handle(spec.pendingDrain, async ({ maxItems }, { client }) => {
      const live = current(client);
      return { nodeId: live.nodeId, ...(await nodes.work.drain(live, maxItems)) };
    }),
    handle(spec.pendingEnqueue, async ({ nodeId, ...asked }) => {
      return { nodeId, ...(await nodes.work.enqueue(nodeId, asked)), wakeTriggered: false };
    }),
  ];
}

function callerOf({ scopes, deviceId, authMethod }: Client): PairingCaller {
  return { scopes, deviceId, authMethod };
}

/** A node speaks for itself alone. */
function refuseOtherNode(client: Client, nodeId: string): void {
  if (client.deviceId !== nodeId) throw invalidRequest("nodeId mismatch");
}

/** The answer to a node's report; one that came too late is no fault of the node's. */
function acknowledgement(taken: boolean): { ok: true; ignored?: true } {
  return taken ? { ok: true } : { ok: true, ignored: true };
}
