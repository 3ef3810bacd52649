import type { HealthSnapshot, status } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { healthFlags } from "../commands/top.ts";
import { withGateway } from "../rpc/gateway.ts";
import type { Output } from "../terminal/output.ts";
import { ago, plural, spanOf } from "../words.ts";
import { healthDetail } from "./health-detail.ts";

export const run: Run<typeof healthFlags> = async ({ flags, session }) => {
  const { out, clock } = session;
  const access = { scopes: ["operator.read"], label: "Asking the gateway" } as const;
  const [health, detail] = await withGateway(session, flags, access, async (client, target) => {
    const answer = await client.request<typeof status.health>("health", {}, { timeoutMs: flags.timeout });
    return [answer, flags.verbose && !flags.json ? healthDetail(answer, client, target) : []] as const;
  });
  if (flags.json) {
    out.json(health);
    return;
  }
  printHealth(health, out, clock.now());
  for (const line of detail) out.line(line);
};

/** The snapshot for a person: one line per part, nothing about parts that are not there. */
export function printHealth(health: HealthSnapshot, out: Output, now: number): void {
  const loop = health.eventLoop;
  if (loop) {
    const state = loop.degraded ? out.style.red("degraded") : out.style.green("ok");
    out.line(
      `Event loop: ${state} (p99 ${Math.round(loop.delayP99Ms)}ms, ${Math.round(loop.utilization * 100)}% busy)`,
    );
  }
  const taken = health.durationMs === undefined ? "" : `, took ${spanOf(health.durationMs)}`;
  out.line(`Checked: ${ago(health.ts, now)}${taken}`);
  for (const channel of health.channelOrder ?? []) {
    out.line(`${health.channelLabels?.[channel] ?? channel}: ${channelState(health.channels?.[channel])}`);
  }
  for (const agent of health.agents ?? []) {
    const name = agent.isDefault ? `${agent.agentId} (default)` : agent.agentId;
    const heartbeat = agent.heartbeat.enabled ? `heartbeat every ${agent.heartbeat.every}` : "heartbeat off";
    out.line(`Agent ${name}: ${plural(agent.sessions.count, "session")}, ${heartbeat}`);
  }
  if (health.configReload) out.line(`Configuration reload: ${health.configReload.hotReloadStatus}`);
  for (const failed of health.plugins?.errors ?? [])
    out.line(out.style.red(`Plugin ${failed.id}: ${failed.error}`));
}

function channelState(channel: unknown): string {
  if (typeof channel !== "object" || channel === null) return "unknown";
  const flags = ["configured", "running", "connected", "linked"].flatMap((key) =>
    key in channel ? [`${key} ${Reflect.get(channel, key) === true ? "yes" : "no"}`] : [],
  );
  return flags.length === 0 ? "known" : flags.join(", ");
}
