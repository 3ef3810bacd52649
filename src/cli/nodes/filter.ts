import type { NodeSummary } from "../../protocol/index.ts";
import { durationMs } from "../words.ts";

export interface NodeFilter {
  readonly connected: boolean;
  readonly lastConnected: string | undefined;
}

/** The nodes the options leave. Throws a `CliError` for a duration that cannot be read. */
export function filterNodes(all: readonly NodeSummary[], filter: NodeFilter, now: number): NodeSummary[] {
  const since =
    filter.lastConnected === undefined ? undefined : now - durationMs(filter.lastConnected, "last-connected");
  return all.filter((node) => {
    if (filter.connected && !node.connected) return false;
    return since === undefined || (lastConnected(node) ?? Number.NEGATIVE_INFINITY) >= since;
  });
}

/** When the node was connected last, epoch ms; `undefined` when never. */
export function lastConnected(node: NodeSummary): number | undefined {
  return node.lastConnectedAtMs ?? node.connectedAtMs;
}
