import type { GatewayTarget } from "../../client/index.ts";
import { browserControlPort, canvasPort } from "../../config/index.ts";
import type { PortOwner } from "../../lib/port-owner.ts";
import type { ProbeResult } from "../rpc/probe.ts";
import type { ConfigSummary } from "../rpc/target-config.ts";
import type { ServiceReport } from "../service/facts/inspect.ts";
import type { Session } from "../session.ts";
import type { Listeners } from "./listeners.ts";
import type { Neighbours } from "./neighbours.ts";
import type { GatewayProcess } from "./process.ts";

/** All that the command knows; printed as text or as JSON. */
export interface StatusReport {
  readonly service: ServiceReport;
  /** Sees folders and configuration of the gateway that is probed: the service's, when one is installed. */
  readonly gateway: Session;
  /** The configuration of this command line. */
  readonly config: ConfigSummary;
  readonly target: GatewayTarget;
  readonly port: number;
  readonly portSource: string;
  /** The port that other commands use, and whether it is busy; absent when it is the same. */
  readonly cliPort: CliPort | undefined;
  readonly process: GatewayProcess;
  /** Absent with `--no-probe`. */
  readonly probe: ProbeResult<string> | undefined;
  readonly readProbe: boolean;
  /** `--deep`. */
  readonly deep: boolean;
  readonly listeners: Listeners;
  /** Why a gateway that should answer may not; only looked for when it does not. */
  readonly lastError: string | undefined;
  /** How the gateway last ended, as its log tells; only with `--deep`. */
  readonly lastShutdown: LastShutdown | undefined;
  /** Only with `--deep`. */
  readonly neighbours: Neighbours | undefined;
  /** Programs of this machine that are connected; only with `--deep`, and where the system can tell. */
  readonly clients: readonly PortOwner[] | undefined;
}

export interface CliPort extends Listeners {
  readonly port: number;
  readonly busy: boolean;
}

export interface LastShutdown {
  readonly kind: "stop" | "restart";
  readonly signal: string;
  /** ISO time. */
  readonly at: string;
}

export type CanvasPlace = { readonly port: number; readonly url: string } | { readonly off: string };

/** The connection stands and, where it was asked for, the read call worked. */
export function isHealthy({ probe, readProbe }: StatusReport): boolean {
  return probe !== undefined && probe.ok && (!readProbe || probe.readError === null);
}

/** What answers on the port, as far as anything was asked. */
export function portState({ probe, listeners }: StatusReport): "busy" | "free" | "unknown" {
  if (listeners.owners.length > 0) return "busy";
  if (probe === undefined) return "unknown";
  return probe.unreachable ? "free" : "busy";
}

/** The supervisor's own word, where it has one; else what the lock of the state folder tells. */
export function runs({ service, process, probe }: StatusReport): boolean {
  if (service.status?.installed === true && service.status.runtime.status !== "unknown")
    return service.status.runtime.status === "running";
  // A gateway that answers runs, whoever keeps its lock.
  return process.status === "running" || probe?.ok === true;
}

/** What to know about the address beside the address. */
export function probeNote({ config, service, target }: StatusReport): string | undefined {
  const { bind } = service.config ?? config;
  if (bind.mode === "loopback" && target.implicitLocal)
    return "Loopback-only gateway; only local clients can connect.";
  return bind.note;
}

/** Where the canvas is besides the gateway's own port, or why it is nowhere; undefined for a gateway elsewhere. */
export function canvasPlace({ config, service, target, port }: StatusReport): CanvasPlace | undefined {
  const { canvas } = service.config ?? config;
  if (!target.implicitLocal || canvas === undefined) return undefined;
  if (canvas.off !== undefined) return { off: canvas.off };
  const own = canvasPort(canvas, port) ?? port;
  const scheme = new URL(target.url).protocol === "wss:" ? "https" : "http";
  return { port: own, url: `${scheme}://127.0.0.1:${own}/__openclaw__/canvas/` };
}

/** Where browser control listens, or why nobody does; undefined for a gateway elsewhere. */
export function browserControlPlace({
  config,
  service,
  target,
  port,
}: StatusReport): CanvasPlace | undefined {
  const { browserControl } = service.config ?? config;
  if (!target.implicitLocal || browserControl === undefined) return undefined;
  if (browserControl.off !== undefined) return { off: browserControl.off };
  const own = browserControlPort(browserControl, port);
  return { port: own, url: `http://127.0.0.1:${own}/` };
}

/** The address for a browser. */
export function httpUrl(wsUrl: string, { path }: { readonly path: string }): string {
  return new URL(`${path}/`, wsUrl.replace(/^ws/, "http")).toString();
}
