import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { oneOf } from "../literals.ts";
import { MAX_INVOKE_CHUNK_CHARS, MAX_PENDING_DRAIN_ITEMS } from "../limits.ts";
import {
  anyObject,
  closed,
  count,
  epochMs,
  maybe,
  nothing,
  nullable,
  text,
  texts,
  yes,
} from "../primitives.ts";
import {
  NodeSummary,
  PENDING_WORK_TYPES,
  PairedNode,
  PendingNode,
  PendingNodeWork,
  declaredByNode,
} from "../records/nodes.ts";

const byRequest = closed({ requestId: text });
const byNode = closed({ nodeId: text });

/** True for commands that reach into the machine's files, browser or terminal as an operator would. */
function needsAdmin(command: string): boolean {
  return command.startsWith("browser.proxy") || command === "fs.listDir" || command === "terminal.upload";
}

export const pairRequest = defineMethod({
  name: "node.pair.request",
  summary: "Asks for a node to be paired on its behalf; nodes of protocol 4 are paired when they connect.",
  scope: "operator.pairing",
  params: closed({
    nodeId: text,
    ...declaredByNode,
    remoteIp: maybe(text),
    silent: maybe(Type.Boolean()),
  }),
  result: Type.Object({
    status: Type.Literal("pending"),
    request: PendingNode,
    created: Type.Boolean({ description: "False when the same request was waiting already." }),
  }),
  since: 3,
});

export const pairList = defineMethod({
  name: "node.pair.list",
  summary: "Nodes that wait for approval and nodes that have it.",
  scope: "operator.pairing",
  params: nothing,
  result: Type.Object({ pending: Type.Array(PendingNode), paired: Type.Array(PairedNode) }),
  since: 3,
});

export const pairApprove = defineMethod({
  name: "node.pair.approve",
  summary: "Approves what a node declared; what it declared decides which further scopes this takes.",
  scope: "operator.pairing",
  params: byRequest,
  result: Type.Object({ requestId: text, node: PairedNode }),
  since: 3,
});

export const pairReject = defineMethod({
  name: "node.pair.reject",
  summary: "Rejects what a node declared.",
  scope: "operator.pairing",
  params: byRequest,
  result: Type.Object({ requestId: text, nodeId: text }),
  since: 3,
});

export const pairVerify = defineMethod({
  name: "node.pair.verify",
  summary: "Whether a token that came from `node.pair.request` still belongs to the node.",
  scope: "operator.pairing",
  params: closed({ nodeId: text, token: text }),
  result: Type.Object({ ok: Type.Boolean(), node: maybe(PairedNode) }),
  since: 3,
});

export const pairRemove = defineMethod({
  name: "node.pair.remove",
  summary: "Withdraws a node's approval; its connection is closed.",
  scope: "operator.pairing",
  params: byNode,
  result: Type.Object({ nodeId: text }),
  since: 4,
});

export const list = defineMethod({
  name: "node.list",
  summary: "Every known node, connected or not.",
  scope: "operator.read",
  params: nothing,
  result: Type.Object({ ts: epochMs, nodes: Type.Array(NodeSummary) }),
  since: 3,
});

export const describe = defineMethod({
  name: "node.describe",
  summary: "One node.",
  scope: "operator.read",
  params: byNode,
  result: closed({ ts: epochMs, ...NodeSummary.properties }),
  since: 3,
});

export const invoke = defineMethod({
  name: "node.invoke",
  summary: "Runs a command on a node and waits for its answer.",
  scope: "operator.write",
  params: closed({
    nodeId: text,
    command: text,
    params: maybe(Type.Unknown()),
    timeoutMs: maybe(count),
    idempotencyKey: text,
    sessionKey: maybe(text),
    turnSourceChannel: maybe(Type.String()),
    turnSourceTo: maybe(Type.String()),
    turnSourceAccountId: maybe(Type.String()),
    turnSourceThreadId: maybe(Type.Union([Type.String(), Type.Number()])),
  }),
  result: Type.Object({
    ok: yes,
    nodeId: text,
    command: text,
    payload: maybe(Type.Unknown()),
    payloadJSON: maybe(nullable(Type.String())),
  }),
  since: 3,
  waits: true,
  scopesFor: (params) => (needsAdmin(params.command) ? ["operator.admin"] : []),
});

export const invokeResult = defineMethod({
  name: "node.invoke.result",
  summary: "A node answers an invocation.",
  scope: "node",
  params: closed({
    id: text,
    nodeId: text,
    ok: Type.Boolean(),
    payload: maybe(Type.Unknown()),
    payloadJSON: maybe(Type.String()),
    error: maybe(closed({ code: maybe(text), message: maybe(text) })),
  }),
  result: Type.Object({ ok: yes, ignored: maybe(yes) }),
  since: 3,
});

export const invokeProgress = defineMethod({
  name: "node.invoke.progress",
  summary: "A node sends a part of an answer ahead; the invocation's time-out goes on running.",
  scope: "node",
  params: closed({
    invokeId: text,
    nodeId: text,
    seq: count,
    chunk: Type.String({ maxLength: MAX_INVOKE_CHUNK_CHARS }),
  }),
  result: Type.Object({ ok: yes, ignored: maybe(yes) }),
  since: 4,
});

export const event = defineMethod({
  name: "node.event",
  summary: "A node reports something that happened there.",
  scope: "node",
  params: closed({
    event: text,
    payload: maybe(Type.Unknown()),
    payloadJSON: maybe(Type.String()),
  }),
  result: closed({ ok: Type.Boolean(), event: text, handled: Type.Boolean(), reason: maybe(text) }),
  since: 3,
});

export const rename = defineMethod({
  name: "node.rename",
  summary: "Gives a node a name.",
  scope: "operator.pairing",
  params: closed({ nodeId: text, displayName: text }),
  result: Type.Object({ nodeId: text, displayName: text }),
  since: 3,
});

export const pendingPull = defineMethod({
  name: "node.pending.pull",
  summary: "A node asks for the actions that wait for it.",
  scope: "node",
  params: nothing,
  result: Type.Object({ nodeId: text, actions: Type.Array(anyObject) }),
  since: 4,
});

export const pendingAck = defineMethod({
  name: "node.pending.ack",
  summary: "A node says which waiting actions it has done.",
  scope: "node",
  params: closed({ ids: Type.Array(text, { minItems: 1 }) }),
  result: Type.Object({ nodeId: text, ackedIds: texts, remainingCount: count }),
  since: 4,
});

export const pendingDrain = defineMethod({
  name: "node.pending.drain",
  summary: "A node takes the work that was queued while it slept.",
  scope: "node",
  params: closed({ maxItems: maybe(Type.Integer({ minimum: 1, maximum: MAX_PENDING_DRAIN_ITEMS })) }),
  result: closed({
    nodeId: text,
    revision: count,
    items: Type.Array(PendingNodeWork),
    hasMore: Type.Boolean(),
  }),
  since: 4,
});

export const pendingEnqueue = defineMethod({
  name: "node.pending.enqueue",
  summary: "Queues work for a node that may be asleep.",
  scope: "operator.write",
  params: closed({
    nodeId: text,
    type: oneOf(PENDING_WORK_TYPES),
    priority: maybe(oneOf(["normal", "high"])),
    expiresInMs: maybe(Type.Integer({ minimum: 1_000, maximum: 86_400_000 })),
    wake: maybe(Type.Boolean()),
  }),
  result: closed({ nodeId: text, revision: count, queued: PendingNodeWork, wakeTriggered: Type.Boolean() }),
  since: 4,
});
