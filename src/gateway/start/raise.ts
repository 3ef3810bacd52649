import { BROWSER_CONTROL_OFFSET, type BrowserControlPlan, CANVAS_OFFSET } from "../../config/index.ts";
import { VERSION } from "../../lib/version.ts";
import type { Store } from "../../store/index.ts";
import { TailscaleWhois } from "../auth/index.ts";
import { Gateway } from "../gateway.ts";
import type { GatewayDeps } from "../gateway-deps.ts";
import { HANDSHAKE_TIMEOUT_MS, MAX_PREAUTH_CONNECTIONS_PER_IP } from "../limits.ts";
import type { ListenAddress, ListeningSockets, ListenOptions } from "../wire/listening-sockets.ts";
import { bindRefusal } from "./refusals/bind-refusal.ts";
import { type Ground, type LaunchOptions, logSettings, settle } from "./ground.ts";
import type { GatewaySettings } from "./settings.ts";
import { TailscaleExposure } from "./tailscale.ts";
import { loadTls } from "./tls/tls.ts";

/** A gateway that runs, and what was made for it. */
export interface Raised {
  readonly gateway: Gateway;
  readonly settings: GatewaySettings;
  readonly tailscale: TailscaleExposure | undefined;
}

export interface RaiseOptions extends Pick<GatewayDeps, "prepareRestart" | "restartHistory"> {
  readonly launch: LaunchOptions;
  readonly ground: Ground;
  readonly store: Store;
  readonly sockets: ListeningSockets;
  /** It takes over from another gateway of this process: nobody is answered before it is ready. */
  readonly takesOver: boolean;
}

/** Where a gateway of these settings listens. @throws StartRefusal when the certificate cannot be used */
export async function listenOptions(settings: GatewaySettings): Promise<ListenOptions> {
  const { port, bind, tailscale, tls, hostname } = settings;
  return {
    port: port.port,
    addresses: [
      ...bind.addresses,
      ...(tailscale.mode === "off"
        ? []
        : [{ host: "127.0.0.1", required: true, port: 0, ingress: `tailscale-${tailscale.mode}` } as const]),
      ...controlAddress(settings.browserControl),
      ...canvasAddress(settings),
    ],
    tls: tls && (await loadTls(tls, hostname)),
  };
}

/** The browser control service is for programs of this machine. */
function controlAddress({ off, port }: BrowserControlPlan): ListenAddress[] {
  if (off !== undefined) return [];
  const address = { host: "127.0.0.1", required: false, dispensable: true, plain: true } as const;
  const ingress = "browser-control";
  return [
    port === undefined
      ? { ...address, ingress, offset: BROWSER_CONTROL_OFFSET }
      : { ...address, ingress, port },
  ];
}

/** On this machine only, whatever the gateway is bound to; without it, the canvas is still on the gateway's own port. */
function canvasAddress({ port, canvas }: GatewaySettings): ListenAddress[] {
  if (canvas.off !== undefined || canvas.port === port.port) return [];
  const address = { host: "127.0.0.1", required: false, dispensable: true, ingress: "canvas" } as const;
  return [
    canvas.port === undefined ? { ...address, offset: CANVAS_OFFSET } : { ...address, port: canvas.port },
  ];
}

/** Builds a gateway and starts it: the ports first, so that a conflict is known at once. @throws StartRefusal */
export async function raise(options: RaiseOptions, settings: GatewaySettings): Promise<Raised> {
  const { launch, ground, store, sockets, takesOver } = options;
  const { clock, ids, flags } = launch;
  const { env, paths, config, runtime, logging, tools } = ground;
  const listening = await listenOptions(settings);
  try {
    sockets.listen(listening);
  } catch (error) {
    throw await explainBind(error, settings, ground);
  }
  const gateway = new Gateway({
    paths,
    config,
    runtime,
    store,
    logging,
    secrets: ground.registry,
    settings,
    sockets,
    prepareRestart: options.prepareRestart,
    restartHistory: options.restartHistory,
    resettle: (next) => settle(launch, ground, next),
    logSettings: (next) => logSettings({ ...launch, env }, next),
    whois: new TailscaleWhois({ run: tools.output, clock }),
    clock,
    ids,
    wsLog: flags.wsLog ?? "auto",
    handshakeTimeoutMs: env.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS,
    maxPreauthPerIp: env.maxPreauthConnectionsPerIp ?? MAX_PREAUTH_CONNECTIONS_PER_IP,
    skipChannels: env.skip.channels,
    strictParams: env.strictParams,
    relisten: async (next) => void sockets.relisten(await listenOptions(next)),
    env,
  });
  try {
    await gateway.start({ takesOver });
  } catch (error) {
    await gateway.withdraw();
    throw error;
  }
  await config.keepLastGood();
  const tailscale = await expose(options, settings, gateway);
  announce(gateway, settings, ground, sockets.portOf("canvas"));
  return { gateway, settings, tailscale };
}

/** Why an address cannot be had, and who has it. */
export function explainBind(
  error: unknown,
  settings: GatewaySettings,
  { tools, keeper }: Pick<Ground, "tools" | "keeper">,
): Promise<Error> {
  const { port } = settings.port;
  const url = `${settings.tls ? "wss" : "ws"}://${settings.bind.host}:${port}`;
  return bindRefusal({ error, url, port, keeper }, tools.run);
}

async function expose(
  { ground: { tools, logging }, takesOver }: RaiseOptions,
  { tailscale }: GatewaySettings,
  gateway: Gateway,
): Promise<TailscaleExposure | undefined> {
  const port = gateway.tailscalePort;
  if (tailscale.mode === "off" || port === undefined) return undefined;
  const log = logging.log.child("gateway/tailscale");
  const exposure = new TailscaleExposure(tailscale.mode, tailscale.preserveFunnel, { run: tools.run, log });
  try {
    await exposure.start(port);
  } catch (error) {
    if (!takesOver) {
      await gateway.stop();
      throw error;
    }
    // A gateway that ran before goes on for those who reach it otherwise.
    log.error("the gateway is not offered through tailscale", { error });
  }
  return exposure;
}

/** What a person who started the gateway wants to know. */
function announce(
  gateway: Gateway,
  settings: GatewaySettings,
  { logging, paths }: Ground,
  canvasPort: number | undefined,
): void {
  const { log } = gateway;
  const scheme = settings.tls ? "wss" : "ws";
  const places = gateway.hosts.map((host) => (host.includes(":") ? `[${host}]` : host));
  log.info(`listening on ${places.map((place) => `${scheme}://${place}:${gateway.port}`).join(", ")}`);
  if (settings.bind.note) log.info(settings.bind.note);
  if (gateway.browserControlPort !== undefined) {
    log.info(`browser control: http://127.0.0.1:${gateway.browserControlPort}`);
  }
  if (canvasPort !== undefined) {
    log.info(`canvas: ${settings.tls ? "https" : "http"}://127.0.0.1:${canvasPort}/__openclaw__/canvas/`);
  }
  if (settings.browserControl.note) log.warn(settings.browserControl.note);
  log.info(`auth: ${settings.credentials.mode}`, {
    bind: settings.bind.mode,
    portSource: settings.port.source,
  });
  const file = logging.file()?.file;
  if (file) log.info(`log file: ${file}`);
  log.info("ready", { version: VERSION, stateDir: paths.stateDir, pid: process.pid });
}
