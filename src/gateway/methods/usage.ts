import { InvalidSessionKeyError, type UsageReports } from "../../agent/index.ts";
import { invalidRequest, usage } from "../../protocol/index.ts";
import { type BoundMethod, handle } from "../method.ts";

export interface UsageDeps {
  readonly reports: Pick<UsageReports, "status" | "cost" | "sessions" | "timeseries" | "logs">;
}

/** What model calls used and cost. */
export function usageHandlers({ reports }: UsageDeps): BoundMethod[] {
  return [
    handle(usage.status, () => reports.status()),
    handle(usage.cost, ({ agentId, agentScope, ...range }) => {
      const scope = agentScope === "all" ? ({ agentScope } as const) : { agentId: textIn(agentId) };
      return reports.cost({ ...range, ...scope });
    }),
    handle(usage.sessionsUsage, (params) => asked(() => reports.sessions(params))),
    handle(usage.timeseries, async ({ key, agentId }) => {
      const series = await asked(() => reports.timeseries(required(key, "timeseries"), textIn(agentId)));
      return series ?? { points: [] };
    }),
    handle(usage.logs, async ({ key, agentId, limit }) => {
      const options = { agentId: textIn(agentId), limit: countIn(limit) };
      return (await asked(() => reports.logs(required(key, "logs"), options))) ?? { logs: [] };
    }),
  ];
}

/** A key that is none is the caller's fault. */
async function asked<T>(report: () => Promise<T>): Promise<T> {
  try {
    return await report();
  } catch (error) {
    if (error instanceof InvalidSessionKeyError) throw invalidRequest(error.message);
    throw error;
  }
}

function required(key: unknown, what: string): string {
  const text = textIn(key);
  if (text === undefined) throw invalidRequest(`key is required for ${what}`);
  return text;
}

function textIn(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

function countIn(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined;
}
