import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { PendingNodeWork } from "../protocol/index.ts";
import type { NodeAction, NodeQueueRepository, NodeWork } from "../store/index.ts";
import { WORK_DRAIN_ITEMS, WORK_TTL_MS } from "./limits.ts";
import { pairingChanged } from "./invoke/errors.ts";
import type { LiveNode } from "./live.ts";
import { type CommandRules, effective } from "./policy.ts";

/** The item every node is offered when nothing else asks for its status. */
const BASELINE_ID = "baseline-status";

export interface NodeWorkQueuesDeps {
  readonly queues: NodeQueueRepository;
  readonly rules: () => CommandRules;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** What waits for nodes: commands until they come to the foreground, work until they wake. */
export class NodeWorkQueues {
  readonly #deps: NodeWorkQueuesDeps;

  constructor(deps: NodeWorkQueuesDeps) {
    this.#deps = deps;
  }

  /** The waiting commands that the node may still run. */
  async pull(live: LiveNode): Promise<NodeAction[]> {
    const { commands } = effective(live, live.approved, this.#deps.rules());
    const actions = await this.#deps.queues.actions(live.nodeId);
    return actions.filter(({ command }) => commands.includes(command));
  }

  /** Forgets commands the node has done; returns how many wait still. */
  acknowledge(live: LiveNode, ids: readonly string[]): Promise<number> {
    return this.#deps.queues.acknowledgeActions(live.nodeId, ids);
  }

  /** Hands out the most urgent work and offers a status request when none is among it. */
  async drain(
    live: LiveNode,
    maxItems = WORK_DRAIN_ITEMS,
  ): Promise<{ revision: number; items: PendingNodeWork[]; hasMore: boolean }> {
    const { revision, work, left } = await this.#deps.queues.drainWork(live.nodeId, maxItems);
    const items: PendingNodeWork[] = [...work];
    const wantsBaseline = ![...work, ...left].some(({ type }) => type === "status.request");
    const hasRoom = items.length < maxItems;
    if (wantsBaseline && hasRoom) items.push(baseline(this.#deps.clock.now()));
    return { revision, items, hasMore: left.length > 0 || (wantsBaseline && !hasRoom) };
  }

  /** Queues work once per type. @throws ProtocolError when the node is unknown */
  async enqueue(
    nodeId: string,
    asked: {
      readonly type: NodeWork["type"];
      readonly priority?: NodeWork["priority"] | undefined;
      readonly expiresInMs?: number | undefined;
    },
  ): Promise<{ revision: number; queued: PendingNodeWork }> {
    const queued = await this.#deps.queues.enqueueWork(nodeId, {
      id: this.#deps.ids.uuid(),
      type: asked.type,
      priority: asked.priority ?? "normal",
      expiresInMs: asked.expiresInMs ?? WORK_TTL_MS,
    });
    if (queued === undefined) throw pairingChanged("pending work");
    return { revision: queued.revision, queued: queued.work };
  }
}

function baseline(now: number): PendingNodeWork {
  return {
    id: BASELINE_ID,
    type: "status.request",
    priority: "default",
    createdAtMs: now,
    expiresAtMs: null,
  };
}
