import { type GatewayTarget } from "../../client/index.ts";
import type { ProbeResult } from "../rpc/probe.ts";
import type { ConfigSummary } from "../rpc/target-config.ts";
import type { LogLine } from "../top/log-line.ts";
import type { Listeners } from "./listeners.ts";
import type { Neighbours } from "./neighbours.ts";
import type { GatewayProcess } from "./process.ts";

/** All that the command knows; printed as text or as JSON. */
export interface StatusReport {
  readonly config: ConfigSummary;
  readonly target: GatewayTarget;
  readonly port: number;
  readonly portSource: string;
  readonly process: GatewayProcess;
  /** Absent with `--no-probe`. */
  readonly probe: ProbeResult<string> | undefined;
  readonly readProbe: boolean;
  readonly listeners: Listeners;
  /** Why a gateway that should answer may not; only looked for when it does not. */
  readonly lastError: LogLine | undefined;
  /** Only with `--deep`. */
  readonly neighbours: Neighbours | undefined;
}

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

/** The address for a browser. */
export function httpUrl(wsUrl: string): string {
  return new URL(wsUrl.replace(/^ws/, "http")).toString();
}
