import type { AgentPart, SessionRow } from "../../../agent/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { ParamsOf, sessions } from "../../../protocol/index.ts";
import type { SessionQuery, SessionRecord } from "../../../store/index.ts";
import { LIST_ROWS_DEFAULT, MAX_LIST_ROWS } from "../limits.ts";
import { liveRow } from "../live-row.ts";
import type { ModelFacts } from "./model-facts.ts";

type ListParams = ParamsOf<typeof sessions.list>;
type Glimpsed = Pick<ListParams, "includeDerivedTitles" | "includeLastMessage">;

export interface SessionListsDeps {
  readonly agent: Pick<AgentPart, "sessions" | "runs" | "roster">;
  readonly models: ModelFacts;
  readonly clock: Clock;
  /** Where sessions are stored, for people. */
  readonly path: string;
}

/** Pages of the session list. */
export class SessionLists {
  constructor(private readonly deps: SessionListsDeps) {}

  /** @throws StoreError */
  async page(params: ListParams) {
    const { agent, models, clock, path } = this.deps;
    const limit = Math.min(params.limit ?? LIST_ROWS_DEFAULT, MAX_LIST_ROWS);
    const offset = params.offset ?? 0;
    const { rows, total } = await this.find(params, limit, offset);
    const seen = offset + rows.length;
    return {
      ts: clock.now(),
      path,
      count: rows.length,
      totalCount: total,
      limitApplied: limit,
      nextOffset: seen < total ? seen : null,
      hasMore: seen < total,
      owners: [],
      defaults: await models.defaults(params.agentId ?? agent.roster.defaultId),
      sessions: await this.rows(rows, params),
    };
  }

  /** Sessions as the list shows them. @throws StoreError */
  async rows(
    records: readonly SessionRecord[],
    { includeDerivedTitles: title = false, includeLastMessage: lastMessage = false }: Glimpsed,
  ): Promise<readonly SessionRow[]> {
    const { agent, models } = this.deps;
    const known = await models.ofAgents(records.map(({ agentId }) => agentId));
    return Promise.all(
      records.map(async (record) => ({
        ...liveRow(agent, record, known.get(record.agentId)),
        ...((title || lastMessage) && (await agent.sessions.titles(record, { title, lastMessage }))),
      })),
    );
  }

  private async find(
    params: ListParams,
    limit: number,
    offset: number,
  ): Promise<{ readonly rows: readonly SessionRecord[]; readonly total: number }> {
    const { sessions } = this.deps.agent;
    const query = this.queryOf(params);
    const keep = this.filterOf(params);
    if (!keep) return sessions.list({ ...query, limit, offset });
    // What the store cannot tell apart is counted here.
    const { rows } = await sessions.list(query);
    const kept = rows.filter(keep);
    return { rows: kept.slice(offset, offset + limit), total: kept.length };
  }

  private queryOf({ agentId, search, label, archived, activeMinutes }: ListParams): SessionQuery {
    const words = label ?? search?.trim();
    return {
      ...(agentId !== undefined && { agentId: agentId.toLowerCase() }),
      ...(words !== undefined && words !== "" && { search: words }),
      ...(archived !== "all" && { archived: archived ?? false }),
      ...(activeMinutes !== undefined && { activeSince: this.deps.clock.now() - activeMinutes * 60_000 }),
    };
  }

  /** Undefined when the query says all there is to say. */
  private filterOf(params: ListParams): ((record: SessionRecord) => boolean) | undefined {
    const { label, spawnedBy, requireLastInteraction, excludeSubagents, configuredAgentsOnly } = params;
    const { roster } = this.deps.agent;
    const tests: ((record: SessionRecord) => boolean)[] = [];
    if (label !== undefined) tests.push(({ entry }) => entry.label === label);
    if (spawnedBy !== undefined) tests.push(({ entry }) => entry.spawnedBy === spawnedBy);
    if (requireLastInteraction) tests.push(({ entry }) => entry.lastInteractionAt !== undefined);
    if (excludeSubagents) tests.push(({ entry }) => entry.spawnedBy === undefined);
    if (configuredAgentsOnly && !(params.agentId !== undefined && roster.has(params.agentId))) {
      tests.push(({ agentId }) => roster.has(agentId));
    }
    return tests.length === 0 ? undefined : (record) => tests.every((test) => test(record));
  }
}
