import type { Roster } from "../../agent/index.ts";
import { type CommandEntry, status } from "../../protocol/index.ts";
import type { KvRepository } from "../../store/index.ts";
import type { EventLoopMonitor } from "../state/event-loop.ts";
import type { Health } from "../state/health.ts";
import { gatewayIdentity } from "../state/identity.ts";
import { LAST_HEARTBEAT } from "../state/last-heartbeat.ts";
import { type BoundMethod, handle } from "../method.ts";
import type { SessionCensus } from "../state/session-census.ts";
import type { SystemEvents } from "../state/system-events.ts";

export interface StatusDeps {
  readonly version: string;
  readonly health: Health;
  readonly eventLoop: EventLoopMonitor;
  readonly systemEvents: SystemEvents;
  readonly kv: KvRepository;
  readonly roster: Roster;
  readonly census: SessionCensus;
  /** What answers in a session of the default agent that has no model of its own. */
  readonly defaultModel: () => Promise<{
    modelProvider: string | null;
    model: string | null;
    contextTokens: number | null;
  }>;
  /** Owners whose secret could not be resolved; see `secrets.reload`. */
  readonly degradedSecretOwners: () => readonly unknown[];
  /** One line for each channel and each of its accounts. */
  readonly channelSummary: () => string[];
  /** The chat commands, as clients list them. */
  readonly commands: (params: { readonly includeArgs?: boolean }) => readonly CommandEntry[];
}

export function statusHandlers(deps: StatusDeps): BoundMethod[] {
  return [
    handle(status.health, ({ probe }) => (probe === true ? deps.health.refresh() : deps.health.snapshot)),
    handle(status.status, async ({ includeChannelSummary = true }) => {
      const { roster, census } = deps;
      await census.take();
      const sessions = census.of();
      return {
        runtimeVersion: deps.version,
        pid: process.pid,
        heartbeat: {
          defaultAgentId: roster.defaultId,
          agents: roster.list().map(({ id }) => ({ agentId: id, enabled: false })),
        },
        channelSummary: includeChannelSummary ? deps.channelSummary() : [],
        queuedSystemEvents: deps.systemEvents.list().map(({ text }) => text),
        degradedSecretOwners: [...deps.degradedSecretOwners()],
        sessions: {
          paths: [sessions.path],
          count: sessions.count,
          defaults: await deps.defaultModel(),
          recent: sessions.recent,
          byAgent: roster.list().map(({ id }) => ({ agentId: id, ...census.of(id) })),
        },
        eventLoop: deps.eventLoop.report(),
        processMemory: processMemory(),
      };
    }),
    handle(status.lastHeartbeat, async () => (await deps.kv.get(LAST_HEARTBEAT)) ?? null),
    handle(status.gatewayIdentityGet, () => gatewayIdentity(deps.kv)),
    handle(status.commandsList, (params) => ({ commands: deps.commands(params) })),
  ];
}

function processMemory() {
  const { rss, heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
  return {
    rssBytes: rss,
    heapUsedBytes: heapUsed,
    heapTotalBytes: heapTotal,
    externalBytes: external,
    arrayBuffersBytes: arrayBuffers,
  };
}
