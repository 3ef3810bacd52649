import type { UsageSum } from "../../../store/index.ts";
import type { CommandContext } from "../chat-command.ts";
import { type CommandDeps, type CommandRow, said } from "../command-row.ts";
import { count, dollars } from "../../../lib/amounts.ts";
import { patchSession } from "./session-scope.ts";

const DAY_MS = 86_400_000;
const CLEARING: readonly string[] = ["reset", "inherit", "clear", "default"];

export const usageRow: CommandRow = {
  name: "usage",
  aliases: [],
  summary: "Show tokens and cost, or add them to every answer.",
  category: "status",
  audience: "sender",
  args: "[off|tokens|full|reset|cost]",
  parameters: [
    {
      name: "mode",
      summary: "What answers end with, or cost",
      choices: ["off", "tokens", "full", "reset", "cost"],
    },
  ],
  async run(deps, context, args) {
    const word = args.toLowerCase();
    if (word === "") return said(await sessionUse(deps, context));
    if (word === "cost") return said(await costs(deps, context));
    if (CLEARING.includes(word)) {
      await patchSession(deps, context, { responseUsage: null });
      return said("⚙️ Usage footer: as configured.");
    }
    const mode = (["off", "tokens", "full"] as const).find((known) => known === word);
    if (!mode) return said("⚙️ Usage: /usage off|tokens|full|reset|cost");
    await patchSession(deps, context, { responseUsage: mode });
    return said(`⚙️ Usage footer: ${mode}.`);
  },
};

async function sessionUse(deps: CommandDeps, { session, sessionKey }: CommandContext): Promise<string> {
  const all = { from: 0, to: deps.clock.now() + 1, sessionKey };
  const [sum] = await deps.usage.sum(all, "all");
  return [
    "🧮 Usage of this session",
    ...(sum ? sumLines(sum) : ["Nothing yet."]),
    `Footer of answers: ${session?.entry.responseUsage ?? "as configured"} · change it: /usage off|tokens|full`,
  ].join("\n");
}

function sumLines({ calls, input, output, cacheRead, cacheWrite, cost }: UsageSum): string[] {
  return [
    `Model calls: ${calls}`,
    `Tokens: ${count(input)} in / ${count(output)} out`,
    ...(cacheRead + cacheWrite === 0
      ? []
      : [`Cache: ${count(cacheRead)} read / ${count(cacheWrite)} written`]),
    `Cost: ${dollars(cost.total)}`,
  ];
}

async function costs(
  { usage, clock }: CommandDeps,
  { agentId, sessionKey }: CommandContext,
): Promise<string> {
  const to = clock.now() + 1;
  const rows = [
    ["This session", { from: 0, to, sessionKey }],
    ["Last 24 hours", { from: to - DAY_MS, to, agentId }],
    ["Last 30 days", { from: to - 30 * DAY_MS, to, agentId }],
  ] as const;
  const lines = await Promise.all(
    rows.map(async ([label, query]) => {
      const [sum] = await usage.sum(query, "all");
      const unknown = sum?.missingCost ?? 0;
      return `${label}: ${dollars(sum?.cost.total ?? 0)}${unknown === 0 ? "" : ` (${unknown} calls without a known price)`}`;
    }),
  );
  return [`💵 Cost of agent ${agentId}`, ...lines].join("\n");
}
