import type { CanvasDeed, CanvasPanels } from "../../agent/index.ts";
import type { LiveNode, Nodes } from "../../nodes/index.ts";

export interface NodePanelsDeps {
  /** False when the canvas is switched off: there would be nothing to show. */
  readonly on: boolean;
  readonly nodes: Pick<Nodes, "ready" | "invoker">;
}

/** The panels of connected nodes, as tools of agents use them: on behalf of the owner, and only what the node was approved for. */
export class NodePanels implements CanvasPanels {
  constructor(private readonly deps: NodePanelsDeps) {}

  available(): boolean {
    return this.deps.on && this.deps.nodes.ready("canvas.present").length > 0;
  }

  async tell({ command, node, ...deed }: CanvasDeed): Promise<{ nodeId: string; payload?: unknown }> {
    const { nodeId } = chosen(this.deps.nodes.ready(command), command, node);
    const answer = await this.deps.nodes.invoker.invoke({
      ...deed,
      nodeId,
      command,
      scopes: ["operator.write"],
    });
    return { nodeId, ...(answer.payload !== undefined && { payload: answer.payload }) };
  }
}

/** @throws Error when none or several are meant */
function chosen(ready: readonly LiveNode[], command: string, wanted: string | undefined): LiveNode {
  const word = wanted?.trim().toLowerCase();
  const meant = word ? ready.filter((node) => answersTo(node, word)) : ready;
  const [only, second] = meant;
  if (only && !second) return only;
  const names = ready.map((node) => `${nameOf(node)} (${node.nodeId})`).join(", ");
  if (only) throw new Error(`Several nodes could do ${command}; name one of them: ${names}.`);
  if (ready.length > 0)
    throw new Error(`No node that can do ${command} is called ${wanted}; there are: ${names}.`);
  throw new Error(
    `No connected node can do ${command}; a Mac with the app can, once its owner approved that.`,
  );
}

function answersTo({ nodeId, session }: LiveNode, word: string): boolean {
  return [nodeId, session.client.displayName, session.remoteIp].some((one) => one?.toLowerCase() === word);
}

function nameOf({ session, nodeId }: LiveNode): string {
  return session.client.displayName ?? nodeId.slice(0, 12);
}
