import type { GatewayClient } from "../../client/index.ts";
import type { nodes, NodeSummary } from "../../protocol/index.ts";
import { CliError } from "../errors.ts";

/** Shortest start of a node id that is taken for it. */
const MIN_PREFIX_CHARS = 6;

/** Every node the gateway knows. */
export async function readNodes(client: GatewayClient, timeoutMs: number): Promise<readonly NodeSummary[]> {
  return (await client.request<typeof nodes.list>("node.list", {}, { timeoutMs })).nodes;
}

/**
 * The node a person means: id or address first, then name, then the start of an id. Among equals the connected
 * ones win. Throws `CliError` when none or several are left.
 */
export function findNode(all: readonly NodeSummary[], wanted: string): NodeSummary {
  const word = wanted.trim().toLowerCase();
  const tiers: readonly ((node: NodeSummary) => boolean)[] = [
    (node) => node.nodeId.toLowerCase() === word || node.remoteIp === word,
    (node) => node.displayName?.trim().toLowerCase() === word,
    (node) => word.length >= MIN_PREFIX_CHARS && node.nodeId.toLowerCase().startsWith(word),
  ];
  for (const fits of tiers) {
    const found = all.filter(fits);
    const connected = found.filter((node) => node.connected);
    const [only, second] = connected.length > 0 ? connected : found;
    if (!only) continue;
    if (!second) return only;
    throw new CliError(`More than one node answers to ${wanted}: ${found.map(shortName).join(", ")}.`, {
      hint: "Use the full id: openclaw nodes list --json",
    });
  }
  throw new CliError(`No node answers to ${wanted}.`, { hint: "See the known ones: openclaw nodes status" });
}

/** The node's name, or the start of its id. */
export function nodeName(node: { nodeId: string; displayName?: string | undefined }): string {
  return node.displayName ?? node.nodeId.slice(0, 12);
}

function shortName(node: NodeSummary): string {
  return `${nodeName(node)} (${node.nodeId.slice(0, 12)})`;
}
