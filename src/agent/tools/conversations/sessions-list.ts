import type { SessionRecord } from "../../../store/index.ts";
import { defineTool, jsonResult, ToolInputError } from "../define.ts";
import { LIST_MAX_MESSAGES, SESSIONS_LIMIT, SESSIONS_MAX_LIMIT, SESSIONS_SCAN_ROWS } from "../limits.ts";
import { flag, list, maybe, number, parameters, text } from "../parameters.ts";
import type { Tool } from "../tool.ts";
import type { ConversationDeps } from "./deps.ts";
import { kindOf, rowOf } from "./session-kind.ts";
import { recentMessages } from "./transcript-view.ts";
import { type Asker, hiddenReason, visibilityOf } from "./visibility.ts";

/** `sessions_list`: the conversations the asker may see. */
export function sessionsListTool(deps: ConversationDeps): Tool {
  return defineTool({
    name: "sessions_list",
    label: "Sessions",
    description: "List sessions.",
    scope: "anyone",
    readOnly: true,
    parameters: parameters({
      kinds: maybe(list(text(), "main|group|cron|hook|node|other")),
      search: maybe(text()),
      agentId: maybe(text()),
      activeMinutes: maybe(number()),
      archived: maybe(flag()),
      limit: maybe(number()),
      offset: maybe(number()),
      messageLimit: maybe(number("last messages of each")),
    }),
    async run(args, context) {
      const { kinds, search, agentId, activeMinutes, archived = false } = args;
      if (agentId && !deps.roster.has(agentId)) throw new ToolInputError(`unknown agent id "${agentId}"`);
      const limit = Math.min(Math.floor(args.limit || SESSIONS_LIMIT), SESSIONS_MAX_LIMIT);
      const offset = Math.floor(args.offset ?? 0);
      const { rows } = await deps.sessions.list({
        archived,
        limit: SESSIONS_SCAN_ROWS,
        ...(agentId && { agentId }),
        ...(search && { search }),
        ...(activeMinutes && { activeSince: deps.clock.now() - activeMinutes * 60_000 }),
      });
      const visible = rows.filter(
        (record) => isVisible(deps, context, record) && (!kinds?.length || kinds.includes(kindOf(record))),
      );
      const page = visible.slice(offset, offset + limit);
      const sessions = await Promise.all(page.map((record) => shown(deps, record, args.messageLimit ?? 0)));
      const hasMore = visible.length > offset + page.length;
      const visibility = visibilityOf(deps.config(), context);
      return jsonResult({
        count: sessions.length,
        sessions,
        hasMore,
        ...(hasMore && { nextOffset: offset + page.length }),
        limitApplied: limit,
        ...(visibility !== "all" && { visibility: { mode: visibility, note: "other sessions may exist" } }),
      });
    },
  });
}

function isVisible(deps: ConversationDeps, asker: Asker, record: SessionRecord): boolean {
  const main = deps.sessions.main(asker.agentId);
  return hiddenReason(deps.config(), asker, record, main) === undefined;
}

async function shown(deps: ConversationDeps, record: SessionRecord, messages: number) {
  const row = rowOf(record);
  if (messages <= 0) return row;
  const limit = Math.min(Math.floor(messages), LIST_MAX_MESSAGES);
  const query = { offset: 0, limit, includeTools: false };
  const recent = await recentMessages(deps.transcripts, record.sessionId, query, deps.redact);
  return { ...row, messages: recent.messages };
}
