import { Type } from "@sinclair/typebox";
import { defineEvent } from "../define.ts";
import { oneOf } from "../literals.ts";
import { closed, epochMs, maybe, text } from "../primitives.ts";
import { HostStats, PendingNode } from "../records/nodes.ts";

export const nodePairRequested = defineEvent({
  name: "node.pair.requested",
  summary: "A node declared commands that wait for approval.",
  payload: PendingNode,
  scope: "operator.pairing",
  dropIfSlow: false,
});

export const nodePairResolved = defineEvent({
  name: "node.pair.resolved",
  summary: "What a node declared was decided; the node itself hears it too.",
  payload: Type.Object({
    requestId: Type.String({ description: "Empty when the pairing was removed." }),
    nodeId: text,
    decision: oneOf(["approved", "rejected", "expired", "removed"]),
    ts: epochMs,
  }),
  scope: "operator.pairing",
  dropIfSlow: false,
  audience: "node",
});

export const nodeInvokeRequest = defineEvent({
  name: "node.invoke.request",
  summary: "A node is to run a command; it answers with `node.invoke.result`.",
  payload: closed({
    id: text,
    nodeId: text,
    command: text,
    paramsJSON: maybe(Type.String({ description: "The params as JSON text." })),
    timeoutMs: maybe(Type.Integer({ minimum: 0, description: "What is left of the caller's time." })),
    idempotencyKey: maybe(text),
  }),
  scope: "node",
  dropIfSlow: false,
  audience: "node",
});

export const nodeInvokeCancel = defineEvent({
  name: "node.invoke.cancel",
  summary: "Nobody waits for this invocation any more.",
  payload: Type.Object({ invokeId: text, nodeId: text }),
  scope: "node",
  dropIfSlow: false,
  audience: "node",
});

export const nodeHostStats = defineEvent({
  name: "node.hostStats",
  summary: "A node reported the load of its machine.",
  payload: Type.Object({ nodeId: text, hostStats: HostStats }),
  scope: "operator.read",
  dropIfSlow: true,
});
