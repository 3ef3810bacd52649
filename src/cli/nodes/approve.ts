import type { nodes, OperatorScope } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { decideFlags } from "../commands/nodes.ts";
import { CliError } from "../errors.ts";
import { withGateway } from "../rpc/gateway.ts";
import { nodeName } from "./find.ts";
import { readPairs } from "./pending.ts";

export const run: Run<typeof decideFlags> = async ({ flags, args, session }) => {
  const requestId = (args[0] ?? "").trim();
  const reading = { scopes: ["operator.pairing"], label: "Asking the gateway" } as const;
  const { pending } = await withGateway(session, flags, reading, (client) =>
    readPairs(client, flags.timeout),
  );
  const request = pending.find((waiting) => waiting.requestId === requestId);
  if (!request) {
    throw new CliError(`No node waits under the request id ${requestId}.`, {
      hint: "See what waits: openclaw nodes pending",
    });
  }
  const scopes = (request.requiredApproveScopes ?? ["operator.pairing"]) as OperatorScope[];
  const result = await withGateway(session, flags, { scopes, label: "Approving" }, (client) =>
    client.request<typeof nodes.pairApprove>(
      "node.pair.approve",
      { requestId },
      { timeoutMs: flags.timeout },
    ),
  );
  if (flags.json) session.out.json(result);
  else session.out.line(`Approved ${nodeName(result.node)} (${result.node.nodeId}).`);
};
