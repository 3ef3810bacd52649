import type { AgentPart } from "../../agent/index.ts";
import type { Clock } from "../../lib/clock.ts";
import { sessions, unavailable } from "../../protocol/index.ts";
import type { SessionRecord } from "../../store/index.ts";
import { type BoundMethod, handle } from "../method.ts";
import { MAX_PREVIEWS } from "../turns/limits.ts";
import type { SessionLists } from "../turns/sessions/session-lists.ts";
import type { SessionSearch } from "../turns/sessions/session-search.ts";
import type { Subscriptions } from "../turns/subscriptions.ts";
import type { SessionTargets } from "../turns/target.ts";

export interface SessionReadDeps {
  readonly agent: Pick<AgentPart, "sessions" | "runs">;
  readonly targets: SessionTargets;
  readonly lists: SessionLists;
  readonly search: SessionSearch;
  readonly subscriptions: Subscriptions;
  readonly clock: Clock;
}

/** Sessions as they are: lists, single ones, their words, and who is told when they change. */
export function sessionReadHandlers(deps: SessionReadDeps): BoundMethod[] {
  const { agent, targets, lists, search, subscriptions } = deps;
  const find = (key: string, agentId?: string): Promise<SessionRecord | undefined> =>
    agent.sessions.get(targets.find(key, agentId).key);
  return [
    handle(sessions.list, (params) => lists.page(params)),
    handle(sessions.subscribe, async (params, { client }) => {
      subscriptions.hearAll(client);
      const wantsList = Object.keys(params).length > 0;
      return { subscribed: true as const, ...(wantsList && { list: await lists.page(params) }) };
    }),
    handle(sessions.messagesSubscribe, ({ key, agentId }, { client }) => {
      const target = targets.find(key, agentId);
      if (!subscriptions.hear(client, target.key)) {
        throw unavailable("This connection is subscribed to too many sessions. Unsubscribe from some.");
      }
      return { subscribed: true, key: target.key };
    }),
    handle(sessions.messagesUnsubscribe, ({ key, agentId }, { client }) => {
      const target = targets.find(key, agentId);
      subscriptions.unhear(client, target.key);
      return { subscribed: false, key: target.key };
    }),
    handle(sessions.preview, async ({ keys, limit, maxChars }) => {
      const previews = keys.slice(0, MAX_PREVIEWS).map(async (key) => {
        const record = await find(key);
        if (!record) return { key, status: "missing", items: [] };
        const items = await agent.sessions.preview(record, { limit, maxChars });
        return { key, status: items.length > 0 ? "ok" : "empty", items };
      });
      return { ts: deps.clock.now(), previews: await Promise.all(previews) };
    }),
    handle(sessions.describe, async ({ key, ...glimpsed }) => {
      const record = await find(key);
      const [session = null] = record ? await lists.rows([record], glimpsed) : [];
      return { session };
    }),
    handle(sessions.resolve, (params) => search.resolve(params)),
    handle(sessions.get, async ({ key, agentId, limit }) => {
      const record = await find(key, agentId);
      const page = record && (await agent.sessions.history(record, { limit: limit ?? ALL }));
      return { messages: page?.messages ?? [] };
    }),
    handle(sessions.search, async ({ query, agentId, sessionKeys, limit }) => {
      const keys = sessionKeys?.map((key) => targets.find(key, agentId).key);
      return { results: await agent.sessions.search(query, { agentId, keys, limit }) };
    }),
  ];
}

/** As many as a page of history can have. */
const ALL = 1_000;
