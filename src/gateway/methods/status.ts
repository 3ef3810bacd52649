import type { OpenClawConfig } from "../../config/index.ts";
import { type CommandEntry, status } from "../../protocol/index.ts";
import type { KvRepository } from "../../store/index.ts";
import type { EventLoopMonitor } from "../state/event-loop.ts";
import type { Health } from "../state/health.ts";
import { gatewayIdentity } from "../state/identity.ts";
import { LAST_HEARTBEAT } from "../state/last-heartbeat.ts";
import { type BoundMethod, handle } from "../method.ts";
import { agentIds, sessionsHealth } from "../state/roster.ts";
import type { SystemEvents } from "../state/system-events.ts";

export interface StatusDeps {
  readonly version: string;
  readonly health: Health;
  readonly eventLoop: EventLoopMonitor;
  readonly systemEvents: SystemEvents;
  readonly kv: KvRepository;
  readonly config: () => OpenClawConfig;
  readonly sessionsPath: string;
  /** Owners whose secret could not be resolved; see `secrets.reload`. */
  readonly degradedSecretOwners: () => readonly unknown[];
  /** The chat commands, as clients list them. */
  readonly commands: (params: { readonly includeArgs?: boolean }) => readonly CommandEntry[];
}

export function statusHandlers(deps: StatusDeps): BoundMethod[] {
  return [
    handle(status.health, ({ probe }) => (probe === true ? deps.health.refresh() : deps.health.snapshot)),
    handle(status.status, () => {
      const sessions = sessionsHealth(deps.sessionsPath);
      const agents = agentIds(deps.config());
      return {
        runtimeVersion: deps.version,
        pid: process.pid,
        heartbeat: {
          defaultAgentId: agents.defaultId,
          agents: agents.ids.map((agentId) => ({ agentId, enabled: false })),
        },
        channelSummary: [],
        queuedSystemEvents: deps.systemEvents.list().map(({ text }) => text),
        degradedSecretOwners: [...deps.degradedSecretOwners()],
        sessions: {
          paths: [sessions.path],
          count: sessions.count,
          defaults: { model: null, contextTokens: null },
          recent: sessions.recent,
          byAgent: agents.ids.map((agentId) => ({ agentId, ...sessions })),
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
