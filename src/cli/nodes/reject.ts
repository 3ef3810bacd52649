import type { nodes } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { decideFlags } from "../commands/nodes.ts";
import { withGateway } from "../rpc/gateway.ts";

export const run: Run<typeof decideFlags> = async ({ flags, args, session }) => {
  const requestId = (args[0] ?? "").trim();
  const access = { scopes: ["operator.pairing"], label: "Rejecting" } as const;
  const result = await withGateway(session, flags, access, (client) =>
    client.request<typeof nodes.pairReject>("node.pair.reject", { requestId }, { timeoutMs: flags.timeout }),
  );
  if (flags.json) session.out.json(result);
  else session.out.line(`Rejected ${result.requestId} (node ${result.nodeId}).`);
};
