import type { NodeSummary } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { listFlags } from "../commands/nodes.ts";
import { withGateway } from "../rpc/gateway.ts";
import { table } from "../terminal/layout.ts";
import { ago, durationMs, plural } from "../words.ts";
import { filterNodes, lastConnected } from "./filter.ts";
import { nodeName, readNodes } from "./find.ts";

export const run: Run<typeof listFlags> = async ({ flags, session }) => {
  const { out, clock } = session;
  if (flags.lastConnected !== undefined) durationMs(flags.lastConnected, "last-connected");
  const access = { scopes: ["operator.read", "operator.pairing"], label: "Asking the gateway" } as const;
  const all = await withGateway(session, flags, access, (client) => readNodes(client, flags.timeout));
  const now = clock.now();
  const nodes = filterNodes(all, flags, now);
  if (flags.json) {
    out.json({ ts: now, nodes });
    return;
  }
  const connected = nodes.filter((node) => node.connected).length;
  const paired = nodes.filter((node) => node.paired).length;
  out.line(`Known: ${plural(nodes.length, "node")}, ${paired} paired, ${connected} connected`);
  if (nodes.length > 0) for (const line of ["", ...nodeTable(nodes, now)]) out.line(line);
  const waiting = nodes.filter((node) => node.pendingRequestId !== undefined).length;
  if (waiting > 0) out.line(`\n${plural(waiting, "node")} waiting for approval: openclaw nodes pending`);
};

/** Nodes as a table that fits the screen. */
export function nodeTable(nodes: readonly NodeSummary[], now: number): string[] {
  return table(
    ["Node", "Id", "Platform", "Version", "State", "Last connect", "Can"],
    nodes.map((node) => [
      nodeName(node),
      node.nodeId.slice(0, 12),
      node.platform ?? "",
      node.version ?? "",
      node.connected ? "connected" : node.paired ? "paired" : "unpaired",
      whenConnected(node, now),
      node.caps.join(", "),
    ]),
  );
}

function whenConnected(node: NodeSummary, now: number): string {
  const at = lastConnected(node);
  return at === undefined ? "never" : ago(at, now);
}
