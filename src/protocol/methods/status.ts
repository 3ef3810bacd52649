import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { oneOf } from "../literals.ts";
import { anyObject, closed, count, maybe, nothing, nullable, text, yes } from "../primitives.ts";
import { PresenceEntry } from "../presence.ts";
import { CommandEntry } from "../records/commands.ts";
import { EventLoopHealth, HealthSnapshot, HeartbeatReport } from "../records/health.ts";
import { RestartPreflight } from "../records/restart.ts";
import { UpdateAvailable, UpdateSchedule } from "../records/updates.ts";

const anything = Type.Object({});

export const health = defineMethod({
  name: "health",
  summary: "The full health snapshot; `probe: true` refreshes it first.",
  scope: "none",
  params: Type.Object({ probe: maybe(Type.Unknown()) }),
  result: HealthSnapshot,
  since: 3,
  openParams: true,
});

export const status = defineMethod({
  name: "status",
  summary: "A summary for people: version, memory, sessions, heartbeat, queued system events.",
  scope: "operator.read",
  params: Type.Object({ includeChannelSummary: maybe(Type.Unknown()) }),
  result: Type.Object({
    runtimeVersion: text,
    pid: maybe(Type.Integer({ minimum: 1 })),
    heartbeat: maybe(Type.Object({ defaultAgentId: Type.String(), agents: Type.Array(anyObject) })),
    channelSummary: Type.Array(Type.Unknown()),
    queuedSystemEvents: Type.Array(Type.String()),
    degradedSecretOwners: maybe(Type.Array(Type.Unknown())),
    degradedPlugins: maybe(Type.Array(Type.Unknown())),
    tasks: maybe(anyObject),
    taskAudit: maybe(anyObject),
    sessions: Type.Object({
      paths: Type.Array(Type.String()),
      count,
      defaults: Type.Object({
        modelProvider: maybe(nullable(Type.String())),
        model: maybe(nullable(Type.String())),
        contextTokens: maybe(nullable(count)),
      }),
      recent: Type.Array(anyObject),
      byAgent: Type.Array(anyObject),
    }),
    modelRuntime: maybe(anyObject),
    eventLoop: maybe(EventLoopHealth),
    processMemory: maybe(
      Type.Object({
        rssBytes: count,
        heapUsedBytes: count,
        heapTotalBytes: count,
        externalBytes: count,
        arrayBuffersBytes: count,
      }),
    ),
  }),
  since: 3,
  openParams: true,
});

export const lastHeartbeat = defineMethod({
  name: "last-heartbeat",
  summary: "What the last heartbeat did, or null when none has run.",
  scope: "operator.read",
  params: anything,
  result: nullable(HeartbeatReport),
  since: 3,
  openParams: true,
});

export const systemPresence = defineMethod({
  name: "system-presence",
  summary: "The presence list: this gateway, connected clients, nodes and beacons.",
  scope: "operator.read",
  params: anything,
  result: Type.Array(PresenceEntry),
  since: 3,
  openParams: true,
});

export const systemEvent = defineMethod({
  name: "system-event",
  summary: "Queues a line for the main session; a `Node: …` text also updates a presence row.",
  scope: "operator.admin",
  params: closed({
    text: Type.String(),
    idempotencyKey: maybe(text),
    sessionKey: maybe(Type.String()),
    wake: maybe(Type.Boolean()),
    deviceId: maybe(Type.String()),
    instanceId: maybe(Type.String()),
    host: maybe(Type.String()),
    ip: maybe(Type.String()),
    mode: maybe(Type.String()),
    version: maybe(Type.String()),
    platform: maybe(Type.String()),
    deviceFamily: maybe(Type.String()),
    modelIdentifier: maybe(Type.String()),
    lastInputSeconds: maybe(Type.Number()),
    reason: maybe(Type.String()),
    roles: maybe(Type.Array(Type.String())),
    scopes: maybe(Type.Array(Type.String())),
    tags: maybe(Type.Array(Type.String())),
  }),
  result: Type.Object({ ok: yes }),
  since: 3,
});

export const systemInfo = defineMethod({
  name: "system.info",
  summary: "The machine the gateway runs on: name, system, memory, load, disk.",
  scope: "operator.read",
  params: nothing,
  result: closed({
    machineName: Type.String(),
    hostname: Type.String(),
    platform: Type.String(),
    release: Type.String(),
    arch: Type.String(),
    osLabel: Type.String(),
    lanAddress: maybe(Type.String()),
    port: maybe(Type.Integer()),
    nodeVersion: Type.String({ description: "Version of the JavaScript runtime." }),
    pid: Type.Integer(),
    processInstanceId: maybe(text),
    uptimeMs: Type.Integer(),
    cpuCount: Type.Integer(),
    cpuModel: maybe(Type.String()),
    loadAverage: maybe(Type.Tuple([Type.Number(), Type.Number(), Type.Number()])),
    memoryTotalBytes: Type.Integer(),
    memoryFreeBytes: Type.Integer(),
    diskTotalBytes: maybe(Type.Integer()),
    diskAvailableBytes: maybe(Type.Integer()),
    diskPath: maybe(Type.String()),
    defaultAgentUtilityModel: maybe(
      Type.Union([
        closed({ status: oneOf(["auto", "configured"]), model: text }),
        closed({ status: oneOf(["disabled", "unavailable"]) }),
      ]),
    ),
  }),
  since: 4,
});

export const gatewayIdentityGet = defineMethod({
  name: "gateway.identity.get",
  summary: "The gateway's own device id and Ed25519 public key.",
  scope: "operator.read",
  params: anything,
  result: Type.Object({ deviceId: text, publicKey: text }),
  since: 4,
  openParams: true,
});

export const gatewayRestartPreflight = defineMethod({
  name: "gateway.restart.preflight",
  summary: "What a restart now would interrupt.",
  scope: "operator.read",
  params: anything,
  result: RestartPreflight,
  since: 4,
  openParams: true,
});

export const gatewayRestartRequest = defineMethod({
  name: "gateway.restart.request",
  summary: "Restarts the gateway once nothing is running that it would cut off.",
  scope: "operator.admin",
  params: Type.Object({
    reason: maybe(Type.Unknown()),
    skipDeferral: maybe(Type.Unknown({ description: "`true`: do not wait for what is running." })),
    note: maybe(Type.Unknown({ description: "Told once the gateway is back." })),
    sessionKey: maybe(Type.Unknown({ description: "The session that is told, and the chat it is held in." })),
    deliveryContext: maybe(
      Type.Unknown({ description: "Another chat: `channel`, `to`, `accountId`, `threadId`." }),
    ),
    restartDelayMs: maybe(Type.Unknown({ description: "Puts the restart off." })),
  }),
  result: Type.Object({
    ok: Type.Boolean(),
    status: Type.String({ description: "`scheduled`, `deferred` or `coalesced`." }),
    preflight: RestartPreflight,
    restart: maybe(
      Type.Object({
        ok: Type.Boolean(),
        pid: Type.Integer(),
        signal: maybe(Type.String()),
        reason: maybe(Type.String()),
        mode: maybe(Type.String()),
        delayMs: count,
        coalesced: Type.Boolean(),
      }),
    ),
  }),
  since: 4,
  write: true,
  openParams: true,
});

export const gatewayStop = defineMethod({
  name: "gateway.stop",
  summary: "Ends the gateway once what is running was given its time; for supervisors that can only kill.",
  scope: "operator.admin",
  params: closed({}),
  result: Type.Object({ ok: Type.Literal(true), pid: Type.Integer() }),
  since: 4,
  write: true,
});

export const updateStatus = defineMethod({
  name: "update.status",
  summary: "Whether a newer version is known, and what the last update left to say.",
  scope: "operator.admin",
  params: closed({ refreshCheckout: maybe(Type.Boolean()) }),
  result: closed({
    sentinel: Type.Unknown({ description: "The last update's message for the next start, or null." }),
    updateAvailable: nullable(UpdateAvailable),
    effectiveChannel: maybe(oneOf(["stable", "extended-stable", "beta", "dev"])),
    schedule: maybe(UpdateSchedule),
  }),
  since: 4,
});

export const commandsList = defineMethod({
  name: "commands.list",
  summary: "The chat commands an agent understands.",
  scope: "operator.read",
  params: closed({
    sessionKey: maybe(text),
    agentId: maybe(text),
    provider: maybe(text),
    scope: maybe(Type.Union([Type.Literal("text"), Type.Literal("native"), Type.Literal("both")])),
    includeArgs: maybe(Type.Boolean()),
  }),
  result: closed({ commands: Type.Array(CommandEntry, { maxItems: 500 }) }),
  since: 4,
});
