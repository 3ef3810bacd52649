import { controlUiPath, expandPath, type Paths } from "../config/index.ts";
import { VERSION } from "../lib/version.ts";
import type { ConnId } from "../protocol/index.ts";
import { GatewayAuthority } from "./authority.ts";
import { ControlHttp } from "./browser/control-http.ts";
import type { GatewayDeps } from "./gateway-deps.ts";
import { HttpApi } from "./http/api.ts";
import { canvasRoutes } from "./http/canvas.ts";
import { controlUiRoutes } from "./http/control-ui/routes.ts";
import { hookRoute } from "./http/hooks/index.ts";
import { hostRefusal, knownHosts } from "./http/host-guard.ts";
import { openAiRoutes } from "./http/openai/index.ts";
import type { Route } from "./http/route.ts";
import { sessionHistoryRoute } from "./http/session-history.ts";
import { probeRoutes } from "./http/probes.ts";
import { toolsInvokeRoute } from "./http/tools-invoke.ts";
import { bindMethods, type MethodParts } from "./methods/index.ts";
import { MemoryRelease } from "./state/memory-release.ts";
import type { Metrics } from "./state/metrics.ts";
import { StoreHealth } from "./state/store-health.ts";
import { Handshake, type Readiness } from "./wire/handshake.ts";
import { HelloBuilder } from "./wire/hello.ts";
import { Router } from "./wire/router.ts";
import { GatewayServer } from "./wire/server.ts";
import type { Sessions } from "./wire/sessions.ts";
import { WriteLimit } from "./wire/write-limit.ts";
import { WsLog } from "./wire/ws-log.ts";

/** What stands behind the port. */
export interface FrontParts extends GatewayDeps, Omit<MethodParts, "isConnected" | "port"> {
  readonly metrics: Metrics;
  readonly sessions: Sessions;
  readonly readiness: () => Readiness;
  readonly stateVersion: () => { presence: number; health: number };
  /** True when others than this machine can reach the port. */
  readonly exposed: () => boolean;
}

/** Everything between a socket and the parts: listeners, handshake, router, HTTP routes. */
export interface Front {
  readonly router: Router;
  readonly server: GatewayServer;
}

/** Builds the front; nothing is answered before `server.moveIn`. */
export function buildFront(parts: FrontParts): Front {
  const router = buildRouter(parts, () => parts.sockets.port);
  const server = buildServer(parts, router);
  return { router, server };
}

function buildRouter(parts: FrontParts, port: () => number): Router {
  const { clock, logging, metrics, sessions, strictParams } = parts;
  const log = logging.log.child("gateway/ws");
  const methods = bindMethods({
    ...parts,
    isConnected: (deviceId) => sessions.isConnected(deviceId),
    port,
  });
  const wsLog = new WsLog(log, parts.wsLog);
  return new Router({ methods, writeLimit: new WriteLimit(clock), metrics, clock, log, wsLog, strictParams });
}

function buildServer(parts: FrontParts, router: Router): GatewayServer {
  const { auth, clock, ids, logging, metrics, readiness, sessions } = parts;
  const log = logging.log.child("gateway/ws");
  const authority = new GatewayAuthority(auth, clock);
  const hello = buildHello(parts);
  const handshake = {
    authority,
    clock,
    log,
    hello: hello.build.bind(hello),
    newNonce: () => ids.uuid(),
    readiness,
  };
  return new GatewayServer({
    sockets: parts.sockets,
    clock,
    log,
    metrics,
    router,
    http: buildHttp(parts, authority),
    browserControl: new ControlHttp({ authority, browser: parts.browser }),
    newConnId: () => ids.uuid() as ConnId,
    newHandshake: (connId) => new Handshake(handshake, connId),
    handshakeTimeoutMs: parts.handshakeTimeoutMs,
    maxPreauthPerIp: parts.maxPreauthPerIp,
    refuseUpgrade: (peer) => authority.refuseUpgrade(peer),
    refuseHost: (peer) => {
      const guarded = peer.ingress === "canvas" || (!parts.exposed() && peer.ingress === "main");
      return guarded ? hostRefusal(peer, knownHosts(auth.policy)) : undefined;
    },
    sessions,
    memory: new MemoryRelease({ clock, cpuMs, release: () => Bun.shrink() }),
  });
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function buildHttp(parts: FrontParts, authority: GatewayAuthority): HttpApi {
  const { clock, logging, metrics, readiness, runtime, store } = parts;
  const storeHealth = new StoreHealth(store, clock);
  const routes = probeRoutes({
    failing: async () => {
      const { phase } = readiness();
      return [...(phase === "ready" ? [] : [`gateway: ${phase}`]), ...(await storeHealth.failing())];
    },
    self: { pid: process.pid, version: VERSION, name: nameOf(parts.paths) },
    phase: () => readiness().phase,
    uptimeMs: () => uptimeMs(parts),
    eventLoop: () => parts.eventLoop.report(),
    metrics,
  });
  const strictTransportSecurity = (): string | undefined =>
    runtime.current.gateway.http.securityHeaders?.strictTransportSecurity || undefined;
  const log = logging.log.child("gateway/http");
  const { agent, ids } = parts;
  const openAi = openAiRoutes({
    agent,
    config: () => runtime.current,
    apiKey: (provider) => agent.models.apiKey(provider),
    egress: agent.egress,
    clock,
    ids,
    log,
  });
  return new HttpApi({
    authority,
    metrics,
    log,
    routes: [
      ...routes,
      ...openAi,
      sessionHistoryRoute(agent),
      toolsInvokeRoute(agent.invoker),
      ...canvasRoutes(parts.canvas),
      hookRoute({
        ...parts,
        delivery: parts.channels.agentDelivery,
        hasChannel: (channel) => parts.channels.accounts.account(channel) !== undefined,
        config: () => runtime.current,
        newGate: () => parts.auth.newHookGate(),
        log: logging.log.child("gateway/hooks"),
      }),
      // The last one: it takes every address that is nobody else's.
      ...controlUi(parts),
    ],
    strictTransportSecurity,
  });
}

function controlUi({ runtime, paths, agent }: FrontParts): Route[] {
  const settings = () => runtime.current.gateway.controlUi;
  const { basePath, root } = settings();
  return controlUiRoutes({
    basePath: controlUiPath(basePath),
    root: root === undefined ? undefined : expandPath(root, paths.home),
    enabled: () => settings().enabled,
    version: VERSION,
    environment: () => settings().environment,
    assistant: () => {
      const { id, name, identity } = agent.roster.get(agent.roster.defaultId);
      return { id, name: identity.name ?? name ?? id, avatar: identity.avatar ?? identity.emoji };
    },
  });
}

function buildHello(parts: FrontParts): HelloBuilder {
  const { auth, config, health, paths, presence } = parts;
  return new HelloBuilder({
    version: VERSION,
    surfaces: (client) => parts.canvas.facts(client),
    bootId: parts.bootId,
    presence: () => presence.list(),
    health: () => health.snapshot,
    stateVersion: parts.stateVersion,
    uptimeMs: () => uptimeMs(parts),
    appliedConfigHash: () => config.current.revisionHash,
    sessionDefaults: () => {
      const { defaultId } = parts.agent.roster;
      return { defaultAgentId: defaultId, mainKey: "main", mainSessionKey: `agent:${defaultId}:main` };
    },
    adminFacts: () => {
      return { configPath: paths.configPath, stateDir: paths.stateDir, authMode: auth.policy.mode };
    },
  });
}

function uptimeMs({ clock, startedAt }: FrontParts): number {
  return Math.round(clock.monotonic() - startedAt);
}

/** As its service is called. */
function nameOf({ profile }: Paths): string {
  return profile === undefined ? "OpenClaw Gateway" : `OpenClaw Gateway (${profile})`;
}
