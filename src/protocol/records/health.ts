import { type Static, Type } from "@sinclair/typebox";
import { oneOf } from "../literals.ts";
import { anyObject, closed, count, epochMs, maybe, nullable, yes } from "../primitives.ts";

const measure = Type.Number({ minimum: 0 });

/** How late the event loop runs, and why it counts as degraded. */
export const EventLoopHealth = Type.Object(
  {
    degraded: Type.Boolean(),
    degradedSinceMs: maybe(nullable(epochMs)),
    reasons: Type.Array(oneOf(["event_loop_delay", "event_loop_utilization", "cpu"])),
    intervalMs: measure,
    delayP99Ms: measure,
    delayMaxMs: measure,
    utilization: measure,
    cpuCoreRatio: measure,
  },
  { title: "EventLoopHealth", description: "Delay and load of the event loop over the last interval." },
);

export type EventLoopHealth = Static<typeof EventLoopHealth>;

const SessionsHealth = closed(
  {
    path: Type.String(),
    count,
    recent: Type.Array(closed({ key: Type.String(), updatedAt: nullable(epochMs), age: nullable(count) })),
  },
  { title: "SessionsHealth", description: "How many sessions a store holds, and the newest of them." },
);

const AgentHealth = closed(
  {
    agentId: Type.String(),
    name: maybe(Type.String()),
    isDefault: Type.Boolean(),
    heartbeat: closed({
      enabled: Type.Boolean(),
      every: Type.String(),
      everyMs: nullable(count),
      prompt: Type.String(),
      target: Type.String(),
      model: maybe(Type.String()),
      session: maybe(Type.String()),
      ackMaxChars: count,
    }),
    sessions: SessionsHealth,
  },
  { title: "AgentHealth", description: "One agent: its heartbeat and its sessions." },
);

/** The cached health payload: result of `health`, event `health`, and part of the hello snapshot. */
export const HealthSnapshot = Type.Object(
  {
    ok: yes,
    ts: epochMs,
    durationMs: maybe(Type.Integer({ minimum: 0, description: "What collecting it took." })),
    eventLoop: maybe(EventLoopHealth),
    plugins: maybe(
      Type.Object({
        loaded: Type.Array(Type.String()),
        errors: Type.Array(
          closed({
            id: Type.String(),
            origin: Type.String(),
            activated: Type.Boolean(),
            error: Type.String(),
          }),
        ),
      }),
    ),
    configReload: maybe(closed({ hotReloadStatus: oneOf(["active", "disabled"]) })),
    channels: maybe(anyObject),
    channelOrder: maybe(Type.Array(Type.String())),
    channelLabels: maybe(Type.Record(Type.String(), Type.String())),
    linkChannel: maybe(
      closed(
        {
          id: Type.String(),
          label: Type.String(),
          linked: Type.Boolean(),
          authAgeMs: nullable(count),
          self: maybe(
            closed({ id: Type.String(), name: maybe(Type.String()), username: maybe(Type.String()) }),
          ),
        },
        { description: "The first channel whose accounts are linked, when one is configured." },
      ),
    ),
    heartbeatSeconds: maybe(count),
    defaultAgentId: maybe(Type.String()),
    agents: maybe(Type.Array(AgentHealth)),
    sessions: maybe(SessionsHealth),
    modelRuntime: maybe(Type.Object({ degraded: Type.Boolean(), pendingAgents: Type.Array(Type.String()) })),
  },
  { title: "HealthSnapshot", description: "Whether the gateway and its parts work." },
);

export type HealthSnapshot = Static<typeof HealthSnapshot>;

/** What the last heartbeat did. */
export const HeartbeatReport = Type.Object(
  {
    ts: epochMs,
    status: Type.String({ minLength: 1, description: "For example `sent`, `skipped` or `failed`." }),
    reason: maybe(Type.String()),
    durationMs: maybe(count),
    message: maybe(Type.String()),
    agentId: maybe(Type.String()),
  },
  { title: "HeartbeatReport", description: "Outcome of a heartbeat." },
);

export type HeartbeatReport = Static<typeof HeartbeatReport>;
