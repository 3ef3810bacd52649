import { isRecord } from "../../client/index.ts";
import type { Run } from "../command.ts";
import type { usageCostFlags } from "../commands/gateway.ts";
import { CliError } from "../errors.ts";
import { callGateway } from "../rpc/gateway.ts";

export const run: Run<typeof usageCostFlags> = async ({ flags, session }) => {
  const { out } = session;
  const { days, agent, allAgents } = flags;
  if (agent !== undefined && allAgents) throw new CliError("Use either --agent or --all-agents, not both.");
  const access = { scopes: ["operator.read"], label: "Adding up" } as const;
  const params = {
    days,
    ...(agent !== undefined && { agentId: agent }),
    ...(allAgents && { agentScope: "all" }),
  };
  const answer = await callGateway(session, flags, access, "usage.cost", params);
  if (flags.json) {
    out.json(answer);
    return;
  }
  const { totals, daily } = isRecord(answer) ? answer : {};
  out.line(out.style.bold(`Usage cost (${days} days)`));
  out.line(`Total: ${sumText(totals)}`);
  const unpriced = numberIn(totals, "missingCostEntries");
  if (unpriced > 0) out.line(`Missing cost: ${unpriced} calls of models without a known price`);
  const latest: unknown = Array.isArray(daily)
    ? daily.findLast((day) => numberIn(day, "totalTokens") > 0)
    : undefined;
  if (isRecord(latest)) out.line(`Latest day: ${String(latest["date"])} · ${sumText(latest)}`);
};

function sumText(sum: unknown): string {
  const tokens = numberIn(sum, "totalTokens").toLocaleString("en-US");
  return `$${numberIn(sum, "totalCost").toFixed(2)} · ${tokens} tokens`;
}

function numberIn(value: unknown, name: string): number {
  const found = isRecord(value) ? value[name] : undefined;
  return typeof found === "number" ? found : 0;
}
