import type { AgentRuntime } from "../agent/index.ts";
import type { Browser } from "../browser/index.ts";
import { type Timer } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import { Nodes } from "../nodes/index.ts";
import { gatewayEvents, TICK_INTERVAL_MS } from "../protocol/index.ts";
import { buildAgentWorld } from "./agent-world.ts";
import { ChannelWorld } from "./channels/channel-world.ts";
import { openBrowser } from "./browser/open-browser.ts";
import type { RestartNotice } from "./channels/restart-notice.ts";
import { GatewayAuth, type Invalidation } from "./auth/index.ts";
import { ConfigReload } from "./config-reload.ts";
import { AGENT_DRAIN_MS, RESTART_EXPECTED_MS, SHUTDOWN_BUDGET_MS } from "./limits.ts";
import { PairedNodeDevices } from "./node-devices.ts";
import { buildFront } from "./front.ts";
import { buildCanvas } from "./canvas/build-canvas.ts";
import type { CanvasWorld } from "./canvas/canvas-world.ts";
import type { GatewayDeps } from "./gateway-deps.ts";
import { authPolicyOf } from "./policy.ts";
import type { GatewaySettings } from "./start/settings.ts";
import { EventLoopMonitor } from "./state/event-loop.ts";
import { Health } from "./state/health.ts";
import { waitUntilIdle } from "./state/idle.ts";
import { Metrics } from "./state/metrics.ts";
import { Presence } from "./state/presence.ts";
import { RestartControl } from "./state/restart.ts";
import { RestartSentinels } from "./state/restart-sentinel.ts";
import { addProcessGauges } from "./state/process-gauges.ts";
import { rosterHealth } from "./state/roster.ts";
import { selfEntry } from "./state/self.ts";
import { SessionCensus } from "./state/session-census.ts";
import { SystemEvents } from "./state/system-events.ts";
import { StoreSnapshots } from "./state/store-snapshots.ts";
import { Broadcaster } from "./wire/broadcast.ts";
import type { Readiness } from "./wire/handshake.ts";
import type { Router } from "./wire/router.ts";
import type { GatewayServer } from "./wire/server.ts";
import { Sessions } from "./wire/sessions.ts";
import type { TurnBroadcast } from "./turns/turn-broadcast.ts";

/** How a gateway ended. */
export interface GatewayEnd {
  readonly restart: boolean;
}

/** One running gateway: builds its parts, starts them in order, stops them in reverse. Several can live in one process. */
export class Gateway {
  readonly log: Logger;
  /** Settles when this gateway has stopped. */
  readonly ended: Promise<GatewayEnd>;

  private readonly finish: (end: GatewayEnd) => void;
  private readonly bootId: string;
  private readonly startedAt: number;
  private readonly metrics = new Metrics();
  private readonly broadcaster = new Broadcaster(this.metrics);
  private readonly eventLoop: EventLoopMonitor;
  private readonly presence: Presence;
  private readonly census: SessionCensus;
  private readonly health: Health;
  private readonly auth: GatewayAuth;
  private readonly nodes: Nodes;
  private readonly turns: TurnBroadcast;
  private readonly agent: AgentRuntime;
  private readonly browser: Browser;
  private readonly channels: ChannelWorld;
  private readonly canvas: CanvasWorld;
  private readonly restarts: RestartControl;
  private readonly notice: RestartNotice;
  private readonly snapshots: StoreSnapshots;
  private readonly router: Router;
  private readonly sessions: Sessions;
  private readonly server: GatewayServer;
  private settings: GatewaySettings;
  private readiness: Readiness = { phase: "starting" };
  private ticker: Timer | undefined;
  private disposers: (() => void)[] = [];
  private stopping: Promise<void> | undefined;

  constructor(private readonly deps: GatewayDeps) {
    const { clock, ids, logging, settings } = deps;
    const ended = Promise.withResolvers<GatewayEnd>();
    this.ended = ended.promise;
    this.finish = ended.resolve;
    this.log = logging.log.child("gateway");
    this.settings = settings;
    this.bootId = ids.uuid();
    this.startedAt = clock.monotonic();
    this.eventLoop = new EventLoopMonitor(clock);
    this.presence = this.buildPresence();
    this.auth = this.buildAuth();
    this.nodes = this.buildNodes();
    this.browser = openBrowser(deps, () => this.settings);
    const { agent, turns } = buildAgentWorld(deps, {
      publisher: this.broadcaster,
      eventLoop: this.eventLoop,
      nodes: this.nodes,
      browser: this.browser,
      startedAt: this.startedAt,
      address: () => this.address(),
      channels: () => this.channels,
    });
    this.agent = agent;
    this.turns = turns;
    this.canvas = buildCanvas(deps, { nodes: this.nodes, roster: () => agent.roster });
    const systemEvents = new SystemEvents(clock, () => agent.sessions.main(agent.roster.defaultId));
    this.channels = new ChannelWorld(deps, {
      agent,
      turns,
      systemEvents,
      eventLoop: this.eventLoop,
      skip: deps.skipChannels,
      changed: () => void this.health.refresh(),
    });
    const { sessions, roster } = agent;
    this.census = new SessionCensus({ sessions, roster, path: deps.paths.dbPath, clock, log: this.log });
    this.health = this.buildHealth();
    this.restarts = new RestartControl({
      clock,
      log: this.log,
      activeRequests: () => this.router.active,
      activeRuns: () => this.agent.runs.activeCount,
      history: deps.restartHistory,
      prepare: deps.prepareRestart,
      restart: (reason) => void this.end({ restart: true }, reason),
    });
    this.snapshots = new StoreSnapshots({ store: deps.store, clock, log: logging.log.child("store") });
    const { broadcaster, canvas, presence, health, nodes, log } = this;
    const sentinels = new RestartSentinels(deps.store.kv, log);
    this.notice = this.channels.restartNotice(sentinels);
    this.sessions = new Sessions({ broadcaster, canvas, presence, health, nodes, log });
    const { router, server } = buildFront({
      ...deps,
      agent: this.agent,
      channels: this.channels,
      canvas,
      systemEvents,
      census: this.census,
      turns: this.turns,
      // After the answer: new secrets may close the asking socket itself.
      apply: () => void deps.clock.after(0, () => this.applyConfig()),
      auth: this.auth,
      bootId: this.bootId,
      browser: this.browser,
      eventLoop: this.eventLoop,
      health,
      metrics: this.metrics,
      nodes,
      presence,
      readiness: () => this.readiness,
      restarts: this.restarts,
      sentinels,
      sessions: this.sessions,
      exposed: () => this.settings.bind.exposed,
      startedAt: this.startedAt,
      stop: () => void this.stop(),
      stateVersion: () => this.stateVersion(),
    });
    this.router = router;
    this.server = server;
    addProcessGauges(this.metrics, {
      uptimeMs: () => this.uptimeMs(),
      activeRequests: () => router.active,
      lagMs: () => this.eventLoop.lastLagMs(),
    });
  }

  /** With `takesOver`, nobody is answered before everything is up: the sockets hold what comes meanwhile. */
  async start({ takesOver }: { readonly takesOver: boolean }): Promise<void> {
    const { config, clock } = this.deps;
    if (!takesOver) this.server.moveIn();
    this.eventLoop.start();
    this.health.start();
    const reload = new ConfigReload({
      clock,
      log: this.log.child("gateway/reload"),
      runtime: this.deps.runtime,
      restarts: this.restarts,
      events: this.broadcaster,
      check: (next) => void this.deps.resettle(next),
      apply: () => this.applyConfig(),
    });
    this.disposers = [
      config.onChange((current, previous) => reload.changed(current, previous)),
      this.auth.onInvalidated((invalidation) => this.invalidated(invalidation)),
    ];
    if (config.current.revisionHash !== this.deps.restartHistory.refusedRevision) {
      reload.catchUp(config.current);
    }
    this.snapshots.start();
    this.ticker = clock.every(TICK_INTERVAL_MS, () => {
      this.broadcaster.publish(gatewayEvents.tick, { ts: clock.now() });
    });
    await this.agent.start();
    await this.channels.start();
    this.readiness = { phase: "ready" };
    if (takesOver) this.server.moveIn();
    void this.notice.tell();
  }

  /** The port that is really listened on. */
  get port(): number {
    return this.deps.sockets.port;
  }

  /** The port of the listener that only Tailscale is told of; `undefined` when it is off. */
  get tailscalePort(): number | undefined {
    const { sockets } = this.deps;
    return sockets.portOf("tailscale-serve") ?? sockets.portOf("tailscale-funnel");
  }

  /** The port of browser control; undefined when nobody listens there. */
  get browserControlPort(): number | undefined {
    return this.deps.sockets.portOf("browser-control");
  }

  /** What it counts and keeps, by name. */
  get readings(): Record<string, number> {
    return this.metrics.readings();
  }

  /** The addresses that are really bound. */
  get hosts(): readonly string[] {
    return this.deps.sockets.hosts;
  }

  /** A restart asked for by a signal; refused when `commands.restart` is off. */
  restartBySignal(signal: string): void {
    if (this.deps.runtime.current.commands.restart === false) {
      this.log.warn(
        `${signal} restart ignored (not authorized; enable commands.restart or use gateway tool).`,
      );
      return;
    }
    this.log.info(`received ${signal}; restarting`);
    this.restarts.request({ reason: signal, own: 0 });
  }

  /** Stops: clients are told, running requests are given time, then everything is closed. Safe to call twice. */
  stop(): Promise<void> {
    return this.end({ restart: false }, "stop");
  }

  /** Ends a gateway whose start failed; the ports are left to another one. */
  withdraw(): Promise<void> {
    return this.end({ restart: true }, "failed start");
  }

  /** Cuts everything off at once. */
  abandon(): void {
    this.server.abandon();
    this.finish({ restart: false });
  }

  private end(end: GatewayEnd, reason: string): Promise<void> {
    this.stopping ??= this.shutDown(end, reason).finally(() => this.finish(end));
    return this.stopping;
  }

  private async shutDown({ restart }: GatewayEnd, reason: string): Promise<void> {
    const { clock } = this.deps;
    const begunAt = clock.monotonic();
    this.readiness = { phase: "stopping", restarting: restart };
    if (restart) this.server.prepareToLeave();
    this.router.drain();
    this.broadcaster.publish(gatewayEvents.shutdown, {
      reason: restart ? "gateway restarting" : "gateway stopping",
      ...(restart && { restartExpectedMs: RESTART_EXPECTED_MS }),
    });
    this.ticker?.cancel();
    this.snapshots.stop();
    this.restarts.stop();
    this.health.stop();
    this.nodes.stop();
    this.auth.stop();
    for (const dispose of this.disposers.splice(0)) dispose();
    await this.agent.stop(AGENT_DRAIN_MS);
    await this.channels.stop();
    await this.browser.stop();
    await this.canvas.stop();
    const idle = await waitUntilIdle(clock, () => this.active, begunAt + SHUTDOWN_BUDGET_MS);
    if (!idle) this.log.warn("shutdown budget used up", { requestsCutOff: this.active });
    await this.server.close(1012, "service restart");
    this.presence.stop();
    this.eventLoop.stop();
    const ms = Math.round(clock.monotonic() - begunAt);
    this.log.info(`${restart ? "stopped for a restart" : "shutdown completed cleanly"} in ${ms}ms`, {
      reason,
    });
  }

  /** Requests being answered, of either kind. */
  private get active(): number {
    return this.router.active + this.server.active;
  }

  /** Closes what rested on a lost credential; a device that was removed altogether is no node either. */
  private invalidated(invalidation: Invalidation): void {
    this.sessions.closeInvalidated(invalidation);
    this.canvas.forgetBrowsers();
    if (invalidation.kind !== "device" || invalidation.role !== undefined) return;
    this.nodes.pairing
      .forget(invalidation.deviceId)
      .catch((error: unknown) =>
        this.log.error("node of a removed device could not be forgotten", { error }),
      );
  }

  /** Takes from the new configuration what can change without a restart. */
  private applyConfig(): void {
    const { runtime, resettle, logging, logSettings } = this.deps;
    const before = this.settings.browserControl;
    this.settings = resettle(runtime.current);
    if (!Bun.deepEquals(before, this.settings.browserControl)) this.relisten();
    this.browser.reconfigure();
    this.auth.update(authPolicyOf(runtime.current, this.settings));
    logging.configure(logSettings(runtime.current));
    this.turns.metadataChanged();
    this.channels.reconfigure();
  }

  /** What listens beside the common port may come and go while the gateway runs. */
  private relisten(): void {
    this.deps.relisten(this.settings).catch((error: unknown) => {
      this.log.error("what listens could not be changed; it takes a restart", { error });
    });
  }

  private buildPresence(): Presence {
    return new Presence({
      clock: this.deps.clock,
      self: selfEntry(this.bootId),
      changed: (presence) => {
        this.broadcaster.publish(gatewayEvents.presence, { presence }, { stateVersion: this.stateVersion() });
      },
    });
  }

  private buildHealth(): Health {
    const { clock, runtime } = this.deps;
    return new Health({
      clock,
      look: async () => void (await Promise.all([this.census.take(), this.channels.status.look()])),
      collect: () => ({
        eventLoop: this.eventLoop.report(),
        ...rosterHealth(runtime.current, this.agent.roster, this.census),
        ...this.channels.status.health(),
      }),
      refreshed: (snapshot) => {
        this.broadcaster.publish(gatewayEvents.health, snapshot, { stateVersion: this.stateVersion() });
      },
    });
  }

  private buildAuth(): GatewayAuth {
    const { clock, ids, logging, runtime, settings, store, whois } = this.deps;
    return new GatewayAuth({
      policy: authPolicyOf(runtime.current, settings),
      devices: store.devices,
      clock,
      ids,
      log: logging.log.child("gateway/auth"),
      publisher: this.broadcaster,
      whois,
    });
  }

  private buildNodes(): Nodes {
    const { clock, ids, logging, runtime, store } = this.deps;
    return new Nodes({
      nodes: store.nodes,
      queues: store.nodeQueues,
      devices: new PairedNodeDevices(store.devices, this.auth),
      events: this.broadcaster,
      rules: () => ({
        allow: runtime.current.gateway.nodes?.commands?.allow ?? [],
        deny: runtime.current.gateway.nodes?.commands?.deny ?? [],
      }),
      ids,
      clock,
      log: logging.log,
    });
  }

  /** Where people reach this gateway; undefined while nobody listens. */
  private address(): string | undefined {
    const { bind, tls } = this.settings;
    return this.port === 0 ? undefined : `${tls ? "https" : "http"}://${bind.host}:${this.port}`;
  }

  private stateVersion(): { presence: number; health: number } {
    return { presence: this.presence.version, health: this.health.version };
  }

  private uptimeMs(): number {
    return Math.round(this.deps.clock.monotonic() - this.startedAt);
  }
}
