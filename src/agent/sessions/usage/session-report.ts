import type { SessionRecord } from "../../../store/index.ts";
import { chatTypeOf } from "../policy/index.ts";
import type { Tally } from "./tally.ts";

/** The maker of a session in a report: what it is grouped by, and who that is. */
export interface Creator {
  readonly key: string;
  readonly actor?: Readonly<Record<string, unknown>>;
}

const UNKNOWN: Creator = { key: "unknown" };

/** Who made a session; one and the same for all that nobody is known of. */
export function creatorOf(record: SessionRecord | undefined): Creator {
  const maker = record?.entry.createdBy;
  if (maker === undefined) return UNKNOWN;
  const { type, id, label } = maker;
  const isOwner = id === "gateway-owner";
  return {
    key: JSON.stringify([isOwner ? "profile" : type, id]),
    actor: {
      type,
      id,
      ...(label !== undefined && { label }),
      ...(isOwner && { identity: { type: "profile", id } }),
    },
  };
}

/** What a session used, in all and by day and model; null when nothing happened in the time asked for. */
export function usageIn(tally: Tally, sessionId: string | undefined) {
  if (!tally.isActive) return null;
  const { firstAt = 0, lastAt = 0 } = tally;
  return {
    ...(sessionId !== undefined && { sessionId }),
    firstActivity: firstAt,
    lastActivity: lastAt,
    durationMs: lastAt - firstAt,
    activityDates: tally.days.map(({ date }) => date),
    dailyBreakdown: tally.costDaily.map((day) => ({ ...day, tokens: day.totalTokens, cost: day.totalCost })),
    dailyMessageCounts: tally.days.map(({ date, messages, toolCalls, errors }) => ({
      date,
      total: messages,
      toolCalls,
      errors,
    })),
    dailyModelUsage: tally.modelDays,
    messageCounts: tally.messages,
    toolUsage: tally.tools,
    modelUsage: tally.byModel,
    ...tally.totals,
  };
}

/** A session's row of a report; of a deleted one only its key is known. */
export function sessionRow(
  key: string,
  record: SessionRecord | undefined,
  { agentId, updatedAt }: { readonly agentId: string; readonly updatedAt: number },
  tally: Tally,
) {
  const { key: creatorKey, actor } = creatorOf(record);
  const entry = record?.entry ?? {};
  const newest = tally.byModel[0];
  return {
    key,
    ...(record !== undefined && { sessionId: record.sessionId, chatType: chatTypeOf(record) }),
    ...(entry.label !== undefined && { label: entry.label }),
    scope: "instance",
    updatedAt,
    agentId,
    creatorKey,
    ...(actor !== undefined && { createdActor: actor }),
    ...(entry.lastRoute !== undefined && { channel: entry.lastRoute.channel }),
    ...(entry.providerOverride !== undefined && { providerOverride: entry.providerOverride }),
    ...(entry.modelOverride !== undefined && { modelOverride: entry.modelOverride }),
    ...(newest !== undefined && { modelProvider: newest.provider, model: newest.model }),
    usage: usageIn(tally, record?.sessionId),
    hasContextWeight: false,
  };
}
