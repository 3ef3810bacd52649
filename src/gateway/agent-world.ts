import { AgentRuntime } from "../agent/index.ts";
import type { Browser } from "../browser/index.ts";
import { COMMIT, VERSION } from "../lib/version.ts";
import type { Nodes } from "../nodes/index.ts";
import type { ChannelWorld } from "./channels/channel-world.ts";
import { NodePanels } from "./canvas/node-panels.ts";
import type { GatewayDeps } from "./gateway-deps.ts";
import type { EventLoopMonitor } from "./state/event-loop.ts";
import { AgentPorts } from "./turns/agent-ports.ts";
import { TurnBroadcast } from "./turns/turn-broadcast.ts";
import type { LazyPublisher } from "./wire/broadcast.ts";

/** What the agents need of the gateway that is not among its own dependencies. */
export interface AgentSurroundings {
  readonly publisher: LazyPublisher;
  readonly eventLoop: EventLoopMonitor;
  readonly nodes: Nodes;
  readonly browser: Browser;
  /** On the monotonic clock. */
  readonly startedAt: number;
  /** Where people reach the gateway; undefined while nobody listens. */
  readonly address: () => string | undefined;
  /** Asked only once a tool runs: channels are made after the agents they answer with. */
  readonly channels: () => ChannelWorld;
}

/** The agents, and what tells clients of their turns. */
export interface AgentWorld {
  readonly agent: AgentRuntime;
  readonly turns: TurnBroadcast;
}

/** Builds the agents of a gateway; nothing runs before `agent.start`. */
export function buildAgentWorld(deps: GatewayDeps, around: AgentSurroundings): AgentWorld {
  const { clock, ids, logging, paths, runtime, store, config, secrets } = deps;
  const { publisher, eventLoop, nodes, startedAt, address, channels } = around;
  // The agents report to those who tell of them, and these ask the agents: each knows the other late.
  const turns = new TurnBroadcast({ publisher, clock, agent: () => agent });
  const ports = new AgentPorts({
    agent: () => agent,
    channels,
    turns,
    panels: new NodePanels({ nodes, on: deps.settings.canvas.off === undefined }),
    transcripts: store.transcripts,
    config,
    status: () => ({
      version: VERSION,
      pid: process.pid,
      uptimeMs: Math.round(clock.monotonic() - startedAt),
      address: address(),
      activeRuns: agent.runs.activeCount,
      eventLoop: eventLoop.report(),
      memoryBytes: process.memoryUsage.rss(),
    }),
    clock,
    ids,
    log: logging.log.child("gateway/turns"),
  });
  const agent: AgentRuntime = new AgentRuntime({
    config: () => runtime.current,
    configStore: config,
    variables: () => config.current.variables,
    paths,
    store,
    clock,
    ids,
    log: logging.log,
    secrets,
    references: {
      revision: () => runtime.revision,
      read: (references) => runtime.readStored(references),
    },
    events: turns,
    product: `OpenClaw ${VERSION} (${COMMIT})`,
    version: VERSION,
    address,
    startedAt: { epochMs: clock.now(), monotonicMs: startedAt },
    ports,
    browser: around.browser,
    redact: logging.redact,
  });
  return { agent, turns };
}
