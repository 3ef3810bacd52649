import { isRecord } from "../../client/index.ts";
import type { Run } from "../command.ts";
import type { usageFlags } from "../commands/sessions.ts";
import { callGateway } from "../rpc/gateway.ts";
import { definitions, table } from "../terminal/layout.ts";
import { count, keyFor } from "./rows.ts";

const DAY_MS = 86_400_000;

type Totals = Readonly<Record<string, unknown>>;

export const run: Run<typeof usageFlags> = async ({ flags, args, session }) => {
  const { out, clock } = session;
  const [typed] = args;
  const access = { scopes: ["operator.read"], label: "Asking the gateway" } as const;
  const params = {
    ...(typed !== undefined && { key: keyFor(typed, flags.agent) }),
    ...(typed === undefined && flags.agent !== undefined && { agentId: flags.agent }),
    ...(flags.days !== undefined && { startDate: dayOf(clock.now() - (flags.days - 1) * DAY_MS) }),
  };
  const answer = await callGateway(session, flags, access, "sessions.usage", params);
  if (flags.json) {
    out.json(answer);
    return;
  }
  if (!isRecord(answer)) return;
  out.line(`Usage from ${String(answer.startDate)} to ${String(answer.endDate)}`);
  out.line();
  const totals = isRecord(answer.totals) ? answer.totals : {};
  for (const line of definitions(totalRows(totals))) out.line(line);
  const models = groupsOf(isRecord(answer.aggregates) ? answer.aggregates.byModel : undefined, "totals");
  printGroups(out, "Model", models, (group) =>
    [group.provider, group.model].filter((part) => typeof part === "string").join("/"),
  );
  printGroups(out, "Session", groupsOf(answer.sessions, "usage"), (group) => String(group.key));
};

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function totalRows(totals: Totals): (readonly [string, string])[] {
  const missing = numberOf(totals.missingCostEntries);
  return [
    ["input", count(numberOf(totals.input))],
    ["output", count(numberOf(totals.output))],
    ["cache read", count(numberOf(totals.cacheRead))],
    ["cache write", count(numberOf(totals.cacheWrite))],
    ["tokens", count(numberOf(totals.totalTokens))],
    [
      "cost",
      `${money(totals.totalCost)}${missing === 0 ? "" : `, ${missing} calls of models without a price`}`,
    ],
  ];
}

interface Group extends Totals {
  readonly totals: Totals;
}

/** Rows with their sums, the dearest first; rows that used nothing are left out. */
function groupsOf(rows: unknown, sums: "totals" | "usage"): Group[] {
  if (!Array.isArray(rows)) return [];
  return rows
    .filter((row) => isRecord(row))
    .map((row) => ({ ...row, totals: isRecord(row[sums]) ? row[sums] : {} }))
    .filter(({ totals }) => numberOf(totals.totalTokens) > 0)
    .sort((a, b) => numberOf(b.totals.totalTokens) - numberOf(a.totals.totalTokens));
}

function printGroups(
  out: { line(text?: string): void },
  title: string,
  groups: readonly Group[],
  nameOf: (group: Group) => string,
): void {
  if (groups.length === 0) return;
  out.line();
  const cells = groups.map((group) => [
    nameOf(group),
    count(numberOf(group.totals.input)),
    count(numberOf(group.totals.output)),
    count(numberOf(group.totals.totalTokens)),
    money(group.totals.totalCost),
  ]);
  for (const line of table([title, "Input", "Output", "Tokens", "Cost"], cells)) out.line(line);
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function money(value: unknown): string {
  const amount = numberOf(value);
  return `$${amount.toFixed(amount !== 0 && amount < 1 ? 4 : 2)}`;
}
