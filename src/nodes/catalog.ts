import { holdsScope, type NodeSummary } from "../protocol/index.ts";
import type { NodeRepository } from "../store/index.ts";
import type { NodeDevices } from "./neighbours.ts";
import type { LiveNodes } from "./live.ts";
import type { CommandRules } from "./policy.ts";
import { type KnownNode, nodeSummary, withoutPending } from "./rows.ts";

/** Who looks at the catalog. */
export interface CatalogReader {
  readonly scopes: readonly string[];
  readonly deviceId?: string | undefined;
}

export interface NodeCatalogDeps {
  readonly live: LiveNodes;
  readonly nodes: NodeRepository;
  readonly devices: NodeDevices;
  readonly rules: () => CommandRules;
}

/** Every node that is paired, approved, waiting or connected, in one list. */
export class NodeCatalog {
  readonly #deps: NodeCatalogDeps;

  constructor(deps: NodeCatalogDeps) {
    this.#deps = deps;
  }

  /** All rows the reader may see: connected first, then by name. */
  async list(reader: CatalogReader): Promise<NodeSummary[]> {
    const { live, nodes, devices, rules } = this.#deps;
    const [paired, records, pending] = await Promise.all([devices.list(), nodes.list(), nodes.listPending()]);
    const deviceById = new Map(paired.map((device) => [device.deviceId, device]));
    const recordById = new Map(records.map((record) => [record.nodeId, record]));
    const pendingById = new Map(pending.map((surface) => [surface.nodeId, surface]));
    const connected = live.all().map(({ nodeId }) => nodeId);
    const ids = new Set([...deviceById.keys(), ...recordById.keys(), ...pendingById.keys(), ...connected]);
    const current = rules();
    return [...ids]
      .map((nodeId): KnownNode => {
        return {
          nodeId,
          device: deviceById.get(nodeId),
          record: recordById.get(nodeId),
          pending: pendingById.get(nodeId),
          live: live.get(nodeId),
        };
      })
      .map((known) => nodeSummary(known, current))
      .flatMap((row) => visible(row, reader))
      .sort(byConnectionThenName);
  }

  /** One row, or undefined when there is no such node for the reader. */
  async describe(nodeId: string, reader: CatalogReader): Promise<NodeSummary | undefined> {
    return (await this.list(reader)).find((row) => row.nodeId === nodeId);
  }
}

function visible(row: NodeSummary, { scopes, deviceId }: CatalogReader): NodeSummary[] {
  if (holdsScope(scopes, "operator.pairing")) return [row];
  return row.paired || row.connected ? [withoutPending(row, deviceId)] : [];
}

function byConnectionThenName(a: NodeSummary, b: NodeSummary): number {
  if (a.connected !== b.connected) return a.connected ? -1 : 1;
  const [left, right] = [a, b].map((row) => (row.displayName ?? row.nodeId).toLowerCase());
  if (left !== right && left !== undefined && right !== undefined) return left < right ? -1 : 1;
  return a.nodeId < b.nodeId ? -1 : 1;
}
