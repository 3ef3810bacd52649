import type { AgentRuntime } from "../../agent/index.ts";
import type { Browser } from "../../browser/index.ts";
import { commandEntries } from "../../agent/index.ts";
import type { ConfigStore, OpenClawConfig, Paths } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import { type Logging, newestLogFile } from "../../lib/log/index.ts";
import { VERSION } from "../../lib/version.ts";
import type { Nodes } from "../../nodes/index.ts";
import type { Store } from "../../store/index.ts";
import type { GatewayAuth } from "../auth/index.ts";
import { pairingAccounts } from "../../channels/index.ts";
import { tellApproved } from "../channels/approval-notice.ts";
import type { CanvasWorld } from "../canvas/canvas-world.ts";
import { surfaceHandlers } from "../canvas/surface-methods.ts";
import type { ChannelWorld } from "../channels/channel-world.ts";
import type { BoundMethod } from "../method.ts";
import type { RuntimeConfig } from "../runtime-config.ts";
import type { GatewaySettings } from "../start/settings.ts";
import type { EventLoopMonitor } from "../state/event-loop.ts";
import type { Health } from "../state/health.ts";
import type { Presence } from "../state/presence.ts";
import type { RestartControl } from "../state/restart.ts";
import type { RestartSentinels } from "../state/restart-sentinel.ts";
import type { SessionCensus } from "../state/session-census.ts";
import type { SystemEvents } from "../state/system-events.ts";
import { SessionTargets } from "../turns/target.ts";
import type { TurnBroadcast } from "../turns/turn-broadcast.ts";
import { agentHandlers } from "./agents.ts";
import { browserHandlers } from "./browser.ts";
import { channelHandlers } from "./channels/accounts.ts";
import { logout } from "./channels/logout.ts";
import { messageHandlers } from "./channels/messages.ts";
import { channelPairingHandlers } from "./channels/pairing.ts";
import { webLoginHandlers } from "./channels/web-login.ts";
import { configHandlers } from "./config.ts";
import { deviceHandlers } from "./devices.ts";
import { logHandlers } from "./logs.ts";
import { modelHandlers } from "./models.ts";
import { nodeHandlers } from "./nodes.ts";
import { restartHandlers } from "./restart.ts";
import { secretHandlers } from "./secrets.ts";
import { statusHandlers } from "./status.ts";
import { systemHandlers } from "./system.ts";
import { toolHandlers } from "./tools.ts";
import { turnHandlers } from "./turns.ts";

/** The parts that methods call. */
export interface MethodParts {
  readonly agent: AgentRuntime;
  /** Tells the parts that the runtime configuration was replaced. */
  readonly apply: () => void;
  readonly auth: GatewayAuth;
  readonly bootId: string;
  readonly browser: Browser;
  readonly canvas: CanvasWorld;
  readonly census: SessionCensus;
  readonly channels: ChannelWorld;
  readonly clock: Clock;
  readonly config: ConfigStore<OpenClawConfig>;
  readonly eventLoop: EventLoopMonitor;
  readonly health: Health;
  readonly ids: Ids;
  readonly isConnected: (deviceId: string) => boolean;
  readonly logging: Logging;
  readonly nodes: Nodes;
  readonly paths: Paths;
  readonly port: () => number;
  readonly presence: Presence;
  readonly restarts: RestartControl;
  readonly runtime: RuntimeConfig;
  readonly sentinels: RestartSentinels;
  readonly settings: GatewaySettings;
  readonly startedAt: number;
  /** Ends this gateway, as a signal would. */
  readonly stop: () => void;
  readonly store: Store;
  readonly systemEvents: SystemEvents;
  readonly turns: TurnBroadcast;
}

/** Every method with its handler, by name. */
export function bindMethods(parts: MethodParts): ReadonlyMap<string, BoundMethod> {
  const { agent, store, paths, runtime, logging, config, clock } = parts;
  const { accounts, registered } = parts.channels;
  const targets = new SessionTargets(agent);
  const credentials = (id: string) =>
    registered.find(({ channel }) => channel.meta.id === id)?.credentials ?? [];
  const current = (): OpenClawConfig => runtime.current;
  const bound = [
    ...statusHandlers({
      ...parts,
      version: VERSION,
      kv: store.kv,
      roster: agent.roster,
      defaultModel: () => agent.defaultModel(),
      channelSummary: () => parts.channels.status.summary(),
      degradedSecretOwners: () => runtime.degraded,
      commands: (params) => commandEntries(agent.commands.all, params),
    }),
    ...agentHandlers({ ...agent, clock, log: logging.log.child("gateway/agents") }),
    ...modelHandlers({
      models: agent.models,
      defaultAgentId: () => agent.roster.defaultId,
      hasAgent: (id) => agent.roster.has(id),
      agentOfSession: (key) => agent.sessions.agentOf(agent.sessions.canonical(key)),
    }),
    ...toolHandlers(agent),
    ...turnHandlers({
      ...parts,
      agent,
      store,
      turns: parts.turns,
      delivery: parts.channels.agentDelivery,
      config: current,
      log: logging.log.child("gateway/turns"),
      listModels: (agentId) => agent.models.list({ view: "default", agentId }),
      path: paths.dbPath,
    }),
    ...systemHandlers({ ...parts, stateDir: paths.stateDir }),
    ...restartHandlers({
      ...parts,
      restart: parts.restarts,
      config: current,
      log: logging.log.child("gateway"),
    }),
    ...configHandlers({ ...parts, version: VERSION }),
    ...secretHandlers({
      runtime,
      apply: parts.apply,
      unread: () => agent.models.unreadReferences(),
      signIns: agent.models.signIns,
    }),
    ...logHandlers({
      file: () =>
        logging.file()?.file ?? newestLogFile({ dir: paths.logDir, name: paths.logName }, clock.now()),
      flush: () => logging.flush(),
      redact: logging.redact,
    }),
    ...deviceHandlers({
      ...parts,
      devices: store.devices,
      log: logging.log.child("gateway/devices"),
      nodeSurface: async (deviceId) => (await store.nodes.get(deviceId))?.approved,
      setupUrlFacts: () => ({
        publicOrigin: current().gateway.publicOrigin,
        remoteUrl: current().gateway.remote?.url,
        hosts: parts.settings.bind.exposed ? [parts.settings.bind.host] : [],
        port: parts.port(),
        tls: parts.settings.tls !== undefined,
      }),
    }),
    ...nodeHandlers({ nodes: parts.nodes, clock }),
    ...browserHandlers(parts),
    ...surfaceHandlers(parts.canvas),
    ...channelHandlers({
      ...parts.channels,
      logout: (view) =>
        logout(view, {
          config,
          accounts,
          credentials,
          unlink: (one) => parts.channels.logins.unlink(one),
        }),
    }),
    ...webLoginHandlers(parts.channels.logins),
    ...messageHandlers({
      ...parts.channels,
      sessionKey: (key, agentId) => targets.find(key, agentId).key,
    }),
    ...channelPairingHandlers({
      ...parts.channels,
      accounts: () => pairingAccounts(accounts.channels().flatMap(({ meta }) => accounts.views(meta.id))),
      notify: (channel, accountId, senderId) => tellApproved(parts.channels, channel, accountId, senderId),
      log: logging.log.child("gateway/pairing"),
    }),
  ];
  return new Map(bound.map((method) => [method.spec.name, method]));
}
