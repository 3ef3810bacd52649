import { Type } from "@sinclair/typebox";
import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import { fits, nodeEvents } from "../protocol/index.ts";
import { NodeHostStats, type NodeRepository } from "../store/index.ts";
import type { NodeEventPublisher } from "./neighbours.ts";
import { PRESENCE_WRITE_INTERVAL_MS } from "./limits.ts";
import type { LiveNode } from "./live.ts";

/** What became of an event; `reason` is a word of the protocol. */
export interface NodeEventVerdict {
  readonly handled: boolean;
  readonly reason: string;
}

/** Takes one kind of event. `live` is the sender's current connection, absent for a replaced one. */
export type NodeEventHandler = (payload: unknown, live: LiveNode | undefined) => Promise<NodeEventVerdict>;

export interface NodeEventsDeps {
  readonly nodes: NodeRepository;
  readonly events: NodeEventPublisher;
  readonly clock: Clock;
  readonly log: Logger;
}

const ALIVE_TRIGGERS: readonly unknown[] = [
  "background",
  "silent_push",
  "bg_app_refresh",
  "significant_location",
  "manual",
  "connect",
];

const ReportedStats = Type.Omit(NodeHostStats, ["updatedAtMs"], { additionalProperties: false });

const STALE: NodeEventVerdict = { handled: false, reason: "stale_connection" };
const INVALID: NodeEventVerdict = { handled: false, reason: "invalid_payload" };

/** No run on this gateway's books belongs to any such event, so none may speak for a run. */
const unmatchedRun: NodeEventHandler = async () => ({ handled: false, reason: "unmatched_exec_event" });

/** What nodes report: one table, event name to handler. */
export class NodeEvents {
  readonly #deps: NodeEventsDeps;
  readonly #handlers: ReadonlyMap<string, NodeEventHandler>;

  constructor(deps: NodeEventsDeps) {
    this.#deps = deps;
    this.#handlers = new Map<string, NodeEventHandler>([
      ["node.host.stats", (payload, live) => this.#hostStats(payload, live)],
      ["node.presence.alive", (payload, live) => this.#alive(payload, live)],
      ["exec.started", unmatchedRun],
      ["exec.finished", unmatchedRun],
      ["exec.denied", unmatchedRun],
    ]);
  }

  /** Takes one event of the node on this connection. `payloadJSON` wins over `payload`. */
  async take(
    live: LiveNode | undefined,
    event: { readonly event: string; readonly payload?: unknown; readonly payloadJSON?: string | undefined },
  ): Promise<NodeEventVerdict> {
    const handler = this.#handlers.get(event.event);
    if (handler === undefined) return { handled: false, reason: "unsupported_event" };
    return handler(payloadOf(event), live);
  }

  async #hostStats(payload: unknown, live: LiveNode | undefined): Promise<NodeEventVerdict> {
    if (!fits(ReportedStats, payload) || !isPlausible(payload)) return INVALID;
    if (live === undefined) return STALE;
    const hostStats = { ...payload, updatedAtMs: this.#deps.clock.now() };
    live.hostStats = hostStats;
    this.#deps.events.publish(nodeEvents.nodeHostStats, { nodeId: live.nodeId, hostStats });
    await this.#deps.nodes.recordHostStats(live.nodeId, hostStats);
    return { handled: true, reason: "updated" };
  }

  async #alive(payload: unknown, live: LiveNode | undefined): Promise<NodeEventVerdict> {
    if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return INVALID;
    if (live === undefined) return STALE;
    const now = this.#deps.clock.now();
    const written = live.presenceWrittenAtMs;
    if (written !== undefined && now - written < PRESENCE_WRITE_INTERVAL_MS) {
      return { handled: true, reason: "throttled" };
    }
    const trigger = "trigger" in payload ? payload.trigger : undefined;
    const reason = typeof trigger === "string" && ALIVE_TRIGGERS.includes(trigger) ? trigger : "background";
    live.presenceWrittenAtMs = now;
    const known = await this.#deps.nodes.recordSeen(live.nodeId, reason);
    return known ? { handled: true, reason: "persisted" } : { handled: false, reason: "pairing_changed" };
  }
}

function payloadOf({
  payload,
  payloadJSON,
}: {
  payload?: unknown;
  payloadJSON?: string | undefined;
}): unknown {
  if (payloadJSON === undefined) return payload;
  try {
    return JSON.parse(payloadJSON);
  } catch {
    return undefined;
  }
}

/** Free is part of total, and disk figures come in pairs. */
function isPlausible(stats: {
  memoryTotalBytes: number;
  memoryFreeBytes: number;
  diskTotalBytes?: number;
  diskAvailableBytes?: number;
}): boolean {
  const { memoryTotalBytes, memoryFreeBytes, diskTotalBytes, diskAvailableBytes } = stats;
  if (memoryFreeBytes > memoryTotalBytes) return false;
  if (diskTotalBytes === undefined || diskAvailableBytes === undefined) {
    return diskTotalBytes === diskAvailableBytes;
  }
  return diskAvailableBytes <= diskTotalBytes;
}
