import type { nodes } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { renameFlags } from "../commands/nodes.ts";
import { withGateway } from "../rpc/gateway.ts";
import { needed } from "../words.ts";
import { findNode, readNodes } from "./find.ts";

export const run: Run<typeof renameFlags> = async ({ flags, session }) => {
  const wanted = needed(flags.node, "node");
  const displayName = needed(flags.name, "name").trim();
  const access = { scopes: ["operator.read", "operator.pairing"], label: "Renaming" } as const;
  const result = await withGateway(session, flags, access, async (client) => {
    const { nodeId } = findNode(await readNodes(client, flags.timeout), wanted);
    return client.request<typeof nodes.rename>(
      "node.rename",
      { nodeId, displayName },
      { timeoutMs: flags.timeout },
    );
  });
  if (flags.json) session.out.json(result);
  else session.out.line(`${result.nodeId} is now called ${result.displayName}.`);
};
