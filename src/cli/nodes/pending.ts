import type { GatewayClient } from "../../client/index.ts";
import type { nodes, PendingNode, ResultOf } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { pendingFlags } from "../commands/nodes.ts";
import { withGateway } from "../rpc/gateway.ts";
import { clipped, definitions, MAX_COLUMNS } from "../terminal/layout.ts";
import { ago, plural } from "../words.ts";
import { nodeName } from "./find.ts";

export const run: Run<typeof pendingFlags> = async ({ flags, session }) => {
  const { out, clock } = session;
  const access = { scopes: ["operator.pairing"], label: "Asking the gateway" } as const;
  const { pending } = await withGateway(session, flags, access, (client) => readPairs(client, flags.timeout));
  if (flags.json) out.json(pending);
  else for (const line of waitingLines(pending, clock.now())) out.line(line);
};

/** Waiting and approved nodes. */
export function readPairs(
  client: GatewayClient,
  timeoutMs: number,
): Promise<ResultOf<typeof nodes.pairList>> {
  return client.request<typeof nodes.pairList>("node.pair.list", {}, { timeoutMs });
}

/** Waiting nodes with what they ask for. */
export function waitingLines(pending: readonly PendingNode[], now: number): string[] {
  if (pending.length === 0) return ["No node is waiting for approval."];
  return [
    `Waiting (${plural(pending.length, "request")})`,
    ...pending.flatMap((request) => [
      "",
      clipped(nodeName(request), MAX_COLUMNS),
      ...definitions([
        ["request", request.requestId],
        ["node", request.nodeId],
        ["platform", [request.platform, request.version].filter(Boolean).join(" ") || "unknown"],
        ["commands", (request.commands ?? []).join(", ") || "none"],
        ["takes", (request.requiredApproveScopes ?? []).join(", ") || "operator.pairing"],
        ["since", ago(request.ts, now)],
      ]),
    ]),
    "",
    "Approve one with: openclaw nodes approve <requestId>",
  ];
}
