import type { GatewayClient, GatewayTarget } from "../../client/index.ts";
import type { HealthSnapshot } from "../../protocol/index.ts";
import { definitions } from "../terminal/layout.ts";
import { plural, spanOf } from "../words.ts";

type Row = readonly [term: string, text: string];

/** What `--verbose` adds: the connection, the load, and where each agent keeps its sessions. */
export function healthDetail(health: HealthSnapshot, client: GatewayClient, target: GatewayTarget): string[] {
  const { server, auth, snapshot } = client.hello;
  return [
    "Connection:",
    ...definitions([
      ["address", `${target.url} (${target.urlSource})`],
      ["version", server.version],
      ["up", spanOf(snapshot.uptimeMs)],
      ["granted", auth.scopes.join(", ") || "no scope"],
    ]),
    ...loadLines(health),
    ...(health.agents ?? []).flatMap(({ agentId, heartbeat, sessions }) => [
      `Agent ${agentId}:`,
      ...definitions([
        ["sessions", `${plural(sessions.count, "session")} in ${sessions.path}`],
        ["heartbeat", heartbeat.enabled ? `every ${heartbeat.every} to ${heartbeat.target}` : "off"],
      ]),
    ]),
    ...pluginLines(health),
  ];
}

function loadLines({ eventLoop: loop }: HealthSnapshot): string[] {
  if (loop === undefined) return [];
  const rows: Row[] = [
    ["delay", `p99 ${spanOf(loop.delayP99Ms)}, longest ${spanOf(loop.delayMaxMs)}`],
    ["busy", `${Math.round(loop.utilization * 100)}% of the time, ${loop.cpuCoreRatio.toFixed(2)} cores`],
    ["measured", `over the last ${spanOf(loop.intervalMs)}`],
  ];
  const why: Row[] = loop.reasons.length === 0 ? [] : [["degraded by", loop.reasons.join(", ")]];
  return ["Load:", ...definitions([...rows, ...why])];
}

function pluginLines({ plugins }: HealthSnapshot): string[] {
  if (plugins === undefined || plugins.loaded.length === 0) return [];
  return ["Parts loaded:", ...definitions([["loaded", plugins.loaded.join(", ")]])];
}
