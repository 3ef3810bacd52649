import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import type { Logger } from "../../lib/logger.ts";
import { isNestedDeeper } from "../../lib/records.ts";
import {
  type ConnId,
  invalidRequest,
  missingScope,
  missingScopes,
  nodeEvents,
  ProtocolError,
  unavailable,
} from "../../protocol/index.ts";
import type { NodeQueueRepository, NodeRepository } from "../../store/index.ts";
import { FOREGROUND_FAMILIES, REFUSED_COMMANDS, scopesToInvoke } from "../commands.ts";
import { changesBrowserProfile, forwardable } from "./params.ts";
import { invokeFailure, pairingChanged, PAIRING_CHANGED } from "./errors.ts";
import { SharedInvokes } from "./shared-invokes.ts";
import {
  DEFAULT_INVOKE_TIMEOUT_MS,
  LIVENESS_PROBE_MS,
  MAX_INVOKE_TIMEOUT_MS,
  MAX_JSON_LEVELS,
  MAX_OPEN_INVOKES_PER_NODE,
} from "../limits.ts";
import { isAlive, type LiveNode, type LiveNodes } from "../live.ts";
import {
  type InvokeError,
  type InvokeOutcome,
  type InvokeResult,
  type OpenInvoke,
  OpenInvokes,
} from "./open-invokes.ts";
import { platformOf } from "../platform.ts";
import { type CommandRules, refusal } from "../policy.ts";

/** What a caller asks of a node. Fields beyond these, approvals above all, are not looked at. */
export interface InvokeRequest {
  readonly nodeId: string;
  readonly command: string;
  readonly params?: unknown;
  /** 0 or absent: the default; bounded by {@link MAX_INVOKE_TIMEOUT_MS}. */
  readonly timeoutMs?: number | undefined;
  /** A repeated request with the same key joins the first while that is open; the node gets the key too. */
  readonly idempotencyKey: string;
  /** The caller's scopes. */
  readonly scopes: readonly string[];
  /** Aborted when the caller is gone. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each part the node sends ahead. */
  readonly onProgress?: (chunk: string) => void;
}

/** A node's answer, as the caller gets it. */
export interface InvokeAnswer {
  readonly ok: true;
  readonly nodeId: string;
  readonly command: string;
  readonly payload?: unknown;
  readonly payloadJSON: string | null;
}

export interface NodeInvokerDeps {
  readonly live: LiveNodes;
  readonly nodes: NodeRepository;
  readonly queues: NodeQueueRepository;
  readonly rules: () => CommandRules;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Runs commands on nodes: checks, sends, and answers every caller exactly once. */
export class NodeInvoker {
  readonly #deps: NodeInvokerDeps;
  readonly #open: OpenInvokes;
  readonly #shared = new SharedInvokes<InvokeAnswer>();

  constructor(deps: NodeInvokerDeps) {
    this.#deps = deps;
    this.#open = new OpenInvokes(deps.clock);
  }

  /** Invocations that wait for an answer. */
  get openCount(): number {
    return this.#open.size;
  }

  /** Runs one command. @throws ProtocolError with what the caller is to be told */
  async invoke(request: InvokeRequest): Promise<InvokeAnswer> {
    const asked = { ...request, nodeId: request.nodeId.trim(), command: request.command.trim() };
    const { nodeId, command, idempotencyKey } = asked;
    if (nodeId === "" || command === "") throw invalidRequest("nodeId and command required");
    const refused = Object.hasOwn(REFUSED_COMMANDS, command) ? REFUSED_COMMANDS[command] : undefined;
    if (refused !== undefined) throw invalidRequest(refused, { command });
    if (changesBrowserProfile(command, asked.params)) {
      throw invalidRequest(`node.invoke cannot mutate persistent browser profiles via ${command}`, {
        command,
      });
    }
    const required = scopesToInvoke(command);
    const missing = missingScopes(asked.scopes, required)[0];
    if (missing !== undefined) throw missingScope(missing, required);
    const params = forwardable(command, asked.params);
    const paramsJSON = params === undefined ? undefined : written(params);
    return this.#shared.run(
      { scope: nodeId, key: idempotencyKey, fingerprint: `${command}\n${paramsJSON ?? ""}` },
      asked.signal,
      (signal) => this.#run({ ...asked, signal }, paramsJSON),
    );
  }

  /** A node's answer on one connection; false when nobody waits for it there. */
  answer(connId: ConnId, id: string, result: InvokeResult): boolean {
    return this.#open.answer(connId, id, result);
  }

  /** A part of an answer on one connection; false when nobody waits for it there. */
  progress(connId: ConnId, id: string, seq: number, chunk: string): boolean {
    return this.#open.progress(connId, id, seq, chunk);
  }

  /** Ends what waits on a connection that closed or was replaced. */
  connectionLost(connId: ConnId): void {
    this.#open.failAll(
      (invoke) => invoke.connId === connId,
      ({ command }) => ({ code: "DISCONNECTED", message: `node disconnected (${command})` }),
    );
  }

  /** Ends what waits for a node whose pairing was withdrawn. */
  pairingLost(nodeId: string): void {
    this.#open.failAll(
      (invoke) => invoke.nodeId === nodeId,
      () => PAIRING_CHANGED,
    );
  }

  /** Ends everything that waits; for the gateway's stop. */
  stop(): void {
    this.#open.failAll(
      () => true,
      () => ({ code: "SHUTDOWN", message: "gateway stopping" }),
    );
  }

  async #run(request: InvokeRequest, paramsJSON: string | undefined): Promise<InvokeAnswer> {
    const { nodeId, command, signal } = request;
    const live = await this.#target(nodeId);
    this.#check(live, command);
    if (this.#open.countOf(nodeId) >= MAX_OPEN_INVOKES_PER_NODE) {
      throw unavailable(`node has ${MAX_OPEN_INVOKES_PER_NODE} unanswered invocations`, {
        retryable: true,
        details: { code: "NODE_BUSY" },
      });
    }
    const open = this.#open.open({
      id: this.#deps.ids.uuid(),
      nodeId,
      connId: live.session.connId,
      command,
      timeoutMs: timeoutOf(request),
      onProgress: request.onProgress,
      onAbandoned: () => {
        live.session.send(nodeEvents.nodeInvokeCancel.name, { invokeId: open.id, nodeId });
      },
    });
    const cancel = () => this.#open.abandon(open.id, { code: "ABORTED", message: "node invoke cancelled" });
    signal?.addEventListener("abort", cancel, { once: true });
    if (signal?.aborted) cancel();
    try {
      this.#dispatch(open, live, request, paramsJSON).catch((error: unknown) => {
        this.#deps.log.warn("sending a command to a node failed", { nodeId, command, error: String(error) });
        this.#open.fail(open.id, SEND_FAILED);
      });
      return await this.#answerOf(request, live, await open.outcome, paramsJSON);
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** The connected node. @throws ProtocolError when it is not approved, or not connected */
  async #target(nodeId: string): Promise<LiveNode & { approved: object }> {
    const live = this.#deps.live.get(nodeId);
    if (live !== undefined && isApproved(live)) return live;
    const known = live === undefined ? await this.#deps.nodes.get(nodeId) : undefined;
    if (known?.approved === undefined) throw pairingChanged();
    throw invokeFailure({ code: "NOT_CONNECTED", message: "node not connected" }, false);
  }

  #check(live: LiveNode, command: string): void {
    if (!isApproved(live)) throw pairingChanged();
    const refused = refusal(command, live, live.approved, this.#deps.rules());
    if (refused !== undefined) throw invalidRequest(refused.message, { reason: refused.reason, command });
  }

  /** Sends the command to a node that is alive; whatever stands in the way settles the invocation. */
  async #dispatch(
    open: OpenInvoke,
    live: LiveNode,
    { command, idempotencyKey, nodeId }: InvokeRequest,
    paramsJSON: string | undefined,
  ): Promise<void> {
    const alive = await isAlive(live, this.#deps.clock);
    if (!this.#open.isOpen(open.id)) return;
    const obstacle = alive ? this.#obstacle(live, command) : SILENT;
    if (obstacle !== undefined) return this.#open.fail(open.id, obstacle);
    open.dispatched = true;
    const sent = live.session.send(nodeEvents.nodeInvokeRequest.name, {
      id: open.id,
      nodeId,
      command,
      ...(paramsJSON !== undefined && { paramsJSON }),
      timeoutMs: this.#open.remainingMs(open.id),
      idempotencyKey,
    });
    if (sent) return;
    open.dispatched = false;
    this.#open.fail(open.id, SEND_FAILED);
  }

  /** What changed while the node was probed. */
  #obstacle(live: LiveNode, command: string): InvokeError | undefined {
    if (!this.#deps.live.isCurrent(live)) return ROUTE_CHANGED;
    if (!isApproved(live)) return PAIRING_CHANGED;
    return refusal(command, live, live.approved, this.#deps.rules()) === undefined
      ? undefined
      : { code: "POLICY_CHANGED", message: "node command is no longer allowed" };
  }

  async #answerOf(
    request: InvokeRequest,
    live: LiveNode,
    outcome: InvokeOutcome,
    paramsJSON: string | undefined,
  ): Promise<InvokeAnswer> {
    const { nodeId, command } = request;
    if (outcome.ok) return { ...outcome, nodeId, command };
    const { error, dispatched } = outcome;
    this.#deps.log.debug("node invoke failed", { nodeId, command, code: error.code, dispatched });
    if (waitsForForeground(live, command, error)) throw await this.#queued(request, error, paramsJSON);
    throw invokeFailure(error, dispatched);
  }

  async #queued(
    { nodeId, command, idempotencyKey }: InvokeRequest,
    nodeError: InvokeError,
    paramsJSON: string | undefined,
  ): Promise<ProtocolError> {
    const queued = await this.#deps.queues.enqueueAction({
      id: this.#deps.ids.uuid(),
      nodeId,
      command,
      ...(paramsJSON !== undefined && { paramsJSON }),
      idempotencyKey,
    });
    return unavailable("node command queued until iOS returns to foreground", {
      retryable: true,
      details: { code: "QUEUED_UNTIL_FOREGROUND", queuedActionId: queued.id, nodeId, command, nodeError },
    });
  }
}

const SILENT: InvokeError = {
  code: "NOT_CONNECTED",
  message: `node gave no sign of life for ${LIVENESS_PROBE_MS} ms`,
};

const ROUTE_CHANGED: InvokeError = {
  code: "ROUTE_CHANGED",
  message: "node connection changed before dispatch",
};

const SEND_FAILED: InvokeError = { code: "UNAVAILABLE", message: "failed to send invoke to node" };

function isApproved(live: LiveNode): live is LiveNode & { approved: NonNullable<LiveNode["approved"]> } {
  return live.approved !== undefined;
}

function timeoutOf({ timeoutMs = 0 }: InvokeRequest): number {
  return timeoutMs > 0 ? Math.min(timeoutMs, MAX_INVOKE_TIMEOUT_MS) : DEFAULT_INVOKE_TIMEOUT_MS;
}

function waitsForForeground(live: LiveNode, command: string, { code, message }: InvokeError): boolean {
  if (platformOf(live.identity) !== "ios") return false;
  if (!FOREGROUND_FAMILIES.some((family) => command.startsWith(family))) return false;
  return `${code} ${message}`.toUpperCase().includes("BACKGROUND_UNAVAILABLE");
}

/** The params as JSON text. Parsing takes any depth; writing takes a second to find out that it does not. */
function written(params: unknown): string {
  if (isNestedDeeper(params, MAX_JSON_LEVELS)) throw invalidRequest("params are nested too deeply");
  return JSON.stringify(params);
}
