import type { SessionRecord } from "../../../store/index.ts";
import { factsOf, type SessionConfig } from "../keys/index.ts";
import { RESET_HOUR_DEFAULT } from "../limits.ts";

/** `session.reset` and its kind. */
export type ResetRule = NonNullable<SessionConfig["reset"]>;

/** When a session of one kind begins anew. */
export interface ResetPolicy {
  readonly mode: "none" | "daily" | "idle";
  /** Local hour of the daily reset. */
  readonly atHour: number;
  /** Silence after which it begins anew; works beside the daily reset. Undefined for never. */
  readonly idleMs: number | undefined;
}

type ResetConfig = Pick<SessionConfig, "reset" | "resetByType" | "resetByChannel"> | undefined;

/** Which timers a session has: its channel's, else those of its type over those for all; none unless configured. */
export function resetPolicyOf(
  record: Pick<SessionRecord, "key" | "entry">,
  config: ResetConfig,
): ResetPolicy {
  const facts = factsOf(record.key);
  const channel = facts.channel ?? record.entry.lastRoute?.channel;
  const byChannel = channel === undefined ? undefined : config?.resetByChannel?.[channel];
  if (byChannel !== undefined) return policyOf(byChannel);
  const isThread = facts.threadId !== undefined || facts.topicId !== undefined;
  const isGroup =
    facts.kind === "group" || facts.kind === "channel" || (record.entry.chatType ?? "direct") !== "direct";
  const byType = config?.resetByType?.[isThread ? "thread" : isGroup ? "group" : "direct"];
  return byType === undefined ? policyOf(config?.reset) : policyOf(byType, config?.reset);
}

/** A rule that names no mode means the daily reset: somebody wrote it down to get one. */
function policyOf(rule: ResetRule | undefined, base?: ResetRule): ResetPolicy {
  const inherited = base?.mode === "none" ? undefined : base?.mode;
  const idleMinutes = rule?.idleMinutes ?? base?.idleMinutes;
  return {
    mode: rule === undefined ? "none" : (rule.mode ?? inherited ?? "daily"),
    atHour: rule?.atHour ?? base?.atHour ?? RESET_HOUR_DEFAULT,
    idleMs: idleMinutes === undefined ? undefined : idleMinutes * 60_000,
  };
}

/**
 * Which timer of the policy has run out at `now`, the earlier one when both have. The day is counted from when the
 * session began, silence from the last word of a person, so that the gateway's own turns keep nothing alive.
 */
export function expiredTimer(
  record: Pick<SessionRecord, "createdAt" | "entry">,
  policy: ResetPolicy,
  now: number,
): "daily" | "idle" | undefined {
  if (policy.mode === "none") return undefined;
  const startedAt = notAfter(record.entry.sessionStartedAt, now) ?? record.createdAt;
  const lastWordAt = notAfter(record.entry.lastInteractionAt, now) ?? startedAt;
  const resetAt = policy.mode === "daily" ? lastResetHour(now, policy.atHour) : undefined;
  const silentAt = policy.idleMs === undefined ? undefined : lastWordAt + policy.idleMs;
  const daily = resetAt !== undefined && startedAt < resetAt ? resetAt : undefined;
  const idle = silentAt !== undefined && silentAt < now ? silentAt : undefined;
  if (daily === undefined) return idle === undefined ? undefined : "idle";
  return idle === undefined || daily <= idle ? "daily" : "idle";
}

/** When the clock last struck that local hour, epoch ms; days of 23 and 25 hours included. */
export function lastResetHour(now: number, atHour: number): number {
  const today = new Date(now).setHours(atHour, 0, 0, 0);
  if (today <= now) return today;
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  return yesterday.setHours(atHour, 0, 0, 0);
}

/** A time that the clock has not reached (it was set back) tells nothing. */
function notAfter(at: number | undefined, now: number): number | undefined {
  return at !== undefined && at <= now ? at : undefined;
}
