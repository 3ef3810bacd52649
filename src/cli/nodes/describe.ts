import type { nodes, ResultOf } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { describeFlags } from "../commands/nodes.ts";
import { withGateway } from "../rpc/gateway.ts";
import { clipped, definitions, MAX_COLUMNS } from "../terminal/layout.ts";
import { ago, bytes, needed } from "../words.ts";
import { findNode, nodeName, readNodes } from "./find.ts";

export const run: Run<typeof describeFlags> = async ({ flags, session }) => {
  const { out, clock } = session;
  const wanted = needed(flags.node, "node");
  const access = { scopes: ["operator.read"], label: "Asking the gateway" } as const;
  const node = await withGateway(session, flags, access, async (client) => {
    const { nodeId } = findNode(await readNodes(client, flags.timeout), wanted);
    return client.request<typeof nodes.describe>("node.describe", { nodeId }, { timeoutMs: flags.timeout });
  });
  if (flags.json) out.json(node);
  else for (const line of describeLines(node, clock.now())) out.line(line);
};

function describeLines(node: ResultOf<typeof nodes.describe>, now: number): string[] {
  const rows: (readonly [string, string | undefined])[] = [
    ["Id", node.nodeId],
    ["State", node.connected ? "connected" : node.paired ? "paired" : "unpaired"],
    ["Approval", node.approvalState],
    ["Platform", [node.platform, node.deviceFamily, node.modelIdentifier].filter(Boolean).join(", ")],
    ["Version", node.version],
    ["Address", node.remoteIp],
    ["Abilities", node.caps.join(", ") || "none"],
    ["Commands", node.commands.join(", ") || "none"],
    ["Permissions", permissionsText(node.permissions)],
    ["Waiting", node.pendingDeclaredCommands?.join(", ")],
    ["Approve with", node.pendingRequestId && `openclaw nodes approve ${node.pendingRequestId}`],
    ["Last connect", node.lastConnectedAtMs === undefined ? undefined : ago(node.lastConnectedAtMs, now)],
    ["Stats", statsText(node.hostStats, node.connected, now)],
  ];
  const shown = rows.flatMap(([term, text]) =>
    text === undefined || text === "" ? [] : [[term, text] as const],
  );
  return [clipped(nodeName(node), MAX_COLUMNS), ...definitions(shown)];
}

function permissionsText(permissions: Record<string, boolean> | undefined): string | undefined {
  if (permissions === undefined) return undefined;
  return Object.entries(permissions)
    .map(([name, granted]) => `${name} ${granted ? "yes" : "no"}`)
    .join(", ");
}

function statsText(
  stats: ResultOf<typeof nodes.describe>["hostStats"],
  connected: boolean,
  now: number,
): string | undefined {
  if (stats === undefined) return undefined;
  const { memoryTotalBytes: total, memoryFreeBytes: free, cpuCount } = stats;
  const parts = [
    ...(cpuCount === undefined ? [] : [`${cpuCount} cpu`]),
    ...(total === undefined || free === undefined ? [] : [`mem ${bytes(total - free)}/${bytes(total)}`]),
  ];
  const known = connected ? "" : ` (last known ${ago(stats.updatedAtMs, now)})`;
  return `${parts.join(" · ")}${known}`.trim();
}
