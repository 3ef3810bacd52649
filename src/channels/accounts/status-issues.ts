import type { ChannelStatusIssue } from "../../protocol/index.ts";
import { lifecycleOf, observed } from "./account-status.ts";
import type { AccountView } from "./channel-accounts.ts";
import { LATE_ANSWER_MS, LATE_DELIVERY_MS } from "./limits.ts";
import type { QueueFacts } from "./queues.ts";

/** Chats of an account wait for a model. */
export interface ModelOutage {
  readonly channel: string;
  readonly accountId: string;
  readonly chats: number;
  /** Epoch ms. */
  readonly since: number;
  readonly error: string;
}

type Issue = Omit<ChannelStatusIssue, "channel" | "accountId">;

/** What is wrong with an account, the cause before its effects; empty when all is well. */
export function issuesOf(
  view: AccountView,
  queue: QueueFacts | undefined,
  now: number,
): ChannelStatusIssue[] {
  const { channel, account } = view;
  const issues = [...connectionIssues(view), ...(queue ? queueIssues(queue, now) : [])];
  return issues.map((issue) => ({ channel: channel.meta.id, accountId: account.id, ...issue }));
}

function connectionIssues(view: AccountView): Issue[] {
  const { account, connection, facts, channel } = view;
  if (!account.enabled || facts.isHeld) return [];
  if (!account.configured) {
    const message = account.problem ?? "The account is not configured.";
    return [
      {
        kind: "config",
        message,
        fix: `openclaw channels add --channel ${channel.meta.id} --account ${account.id}`,
      },
    ];
  }
  const issue = observed(view)?.issue;
  if (issue) return [{ ...issue }];
  const error = connection?.status().lastError ?? facts.setback?.error ?? "no reason is known";
  const logs = `openclaw logs --follow, or openclaw channels logs --channel ${channel.meta.id}`;
  switch (lifecycleOf(view)) {
    case "recovering":
      return [
        { kind: "runtime", message: `Not connected: ${error}. It is tried again by itself.`, fix: logs },
      ];
    case "blocked":
      return [
        {
          kind: "runtime",
          message: `Not connected, and not tried again: ${error}`,
          fix: `Correct channels.${channel.meta.id} in the configuration, or try again: openclaw channels start ${channel.meta.id} --account ${account.id}`,
        },
      ];
    default:
      return [];
  }
}

function queueIssues(queue: QueueFacts, now: number): Issue[] {
  const { unknown, dead, deadInbound, waiting, queued, oldestWaitingAt = now, oldestQueuedAt = now } = queue;
  const fix = `See them, and what can be done: openclaw message queue list --channel ${queue.channel}`;
  const issues: Issue[] = [];
  const add = (message: string) => issues.push({ kind: "delivery", message, fix });
  if (unknown > 0) add(`${messages(unknown)} may or may not have arrived; nothing is sent twice by itself.`);
  if (dead > 0) add(`${messages(dead)} could not be delivered and ${are(dead)} kept.`);
  if (deadInbound > 0) add(`${messages(deadInbound)} could not be answered and ${are(deadInbound)} kept.`);
  if (waiting > 0 && now - oldestWaitingAt >= LATE_ANSWER_MS) {
    add(`${messages(waiting)} not answered yet, the oldest for ${minutes(now - oldestWaitingAt)}.`);
  }
  if (queued > 0 && now - oldestQueuedAt >= LATE_DELIVERY_MS) {
    add(`${messages(queued)} not sent yet, the oldest for ${minutes(now - oldestQueuedAt)}.`);
  }
  return issues;
}

/** What is told of chats that wait for a model. */
export function outageIssue(outage: ModelOutage, now: number): ChannelStatusIssue {
  const { channel, accountId, chats, since, error } = outage;
  const who = chats === 1 ? "1 chat waits" : `${chats} chats wait`;
  const span = now - since < 60_000 ? "" : ` for ${minutes(now - since)}`;
  return {
    channel,
    accountId,
    kind: "runtime",
    message: `${who}${span} for a model that does not answer: ${error} It is tried again by itself.`,
    fix: "openclaw models status --probe, or give the agent a fallback: openclaw models fallbacks add <model>",
  };
}

function messages(count: number): string {
  return count === 1 ? "1 message" : `${count} messages`;
}

function are(count: number): string {
  return count === 1 ? "is" : "are";
}

function minutes(ms: number): string {
  const whole = Math.floor(ms / 60_000);
  return whole === 1 ? "1 minute" : `${whole} minutes`;
}
