import type { nodes } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { removeFlags } from "../commands/nodes.ts";
import { withGateway } from "../rpc/gateway.ts";
import { needed } from "../words.ts";
import { findNode, readNodes } from "./find.ts";

export const run: Run<typeof removeFlags> = async ({ flags, session }) => {
  const wanted = needed(flags.node, "node");
  const access = {
    scopes: ["operator.read", "operator.pairing", "operator.admin"],
    label: "Removing",
  } as const;
  const result = await withGateway(session, flags, access, async (client) => {
    const { nodeId } = findNode(await readNodes(client, flags.timeout), wanted);
    return client.request<typeof nodes.pairRemove>(
      "node.pair.remove",
      { nodeId },
      { timeoutMs: flags.timeout },
    );
  });
  if (flags.json) session.out.json(result);
  else session.out.line(`Removed ${result.nodeId}.`);
};
