import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { Logger } from "../lib/logger.ts";
import type { ConnId } from "../protocol/index.ts";
import type { NodeQueueRepository, NodeRepository } from "../store/index.ts";
import { NodeCatalog } from "./catalog.ts";
import type { NodeDevices, NodeEventPublisher } from "./neighbours.ts";
import { NodeInvoker } from "./invoke/invoker.ts";
import { type LiveNode, LiveNodes } from "./live.ts";
import { NodeEvents } from "./node-events.ts";
import { NodePairing } from "./pairing.ts";
import { type CommandRules, refusal } from "./policy.ts";
import { NodeRegistry } from "./registry.ts";
import { NodeWorkQueues } from "./work.ts";

export interface NodesDeps {
  readonly nodes: NodeRepository;
  readonly queues: NodeQueueRepository;
  readonly devices: NodeDevices;
  readonly events: NodeEventPublisher;
  /** The current `gateway.nodes.commands`; asked at every decision, so a change counts at once. */
  readonly rules: () => CommandRules;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The machines that lend this gateway their functions: who is connected, what they may do, and asking them to. */
export class Nodes {
  readonly registry: NodeRegistry;
  readonly pairing: NodePairing;
  readonly invoker: NodeInvoker;
  readonly catalog: NodeCatalog;
  readonly events: NodeEvents;
  readonly work: NodeWorkQueues;
  readonly #live = new LiveNodes();
  readonly #rules: () => CommandRules;

  constructor(given: NodesDeps) {
    this.#rules = given.rules;
    const deps = { ...given, live: this.#live, log: given.log.child("nodes") };
    this.invoker = new NodeInvoker(deps);
    this.pairing = new NodePairing({ ...deps, onRemoved: (nodeId) => this.invoker.pairingLost(nodeId) });
    this.registry = new NodeRegistry({
      ...deps,
      pairing: this.pairing,
      onLost: (connId) => this.invoker.connectionLost(connId),
    });
    this.catalog = new NodeCatalog(deps);
    this.events = new NodeEvents(deps);
    this.work = new NodeWorkQueues(deps);
  }

  /** The node on this connection; undefined when it is none, or was replaced by a newer one. */
  onConnection(connId: ConnId): LiveNode | undefined {
    return this.#live.byConn(connId);
  }

  /** The connected nodes that may run a command now. */
  ready(command: string): LiveNode[] {
    const rules = this.#rules();
    return this.#live.all().filter((live) => {
      return live.approved !== undefined && refusal(command, live, live.approved, rules) === undefined;
    });
  }

  /** Answers every caller that waits; call it before the connections are closed. */
  stop(): void {
    this.invoker.stop();
  }
}
