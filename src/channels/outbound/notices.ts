import type { NewDelivery, OutboxRow } from "../../store/index.ts";
import type { Accounts } from "../accounts/index.ts";
import { targetOf } from "./stored.ts";

/** Origin of what a chat is told of a delivery that may or may not have arrived. */
export const UNCONFIRMED_ORIGIN = "unconfirmed";

/** What was said in answer to a chat; who asked for anything else is told by the outcome. */
const ANSWERS: ReadonlySet<string> = new Set(["reply", "command"]);

const TEXT =
  "I couldn’t confirm whether my previous reply reached this chat, so I won’t resend it automatically. " +
  "Please ask for any missing remainder.";

/** What a chat is told of a delivery that may or may not have arrived; nothing when nobody there waits for it. */
export function uncertaintyNotice(row: OutboxRow, accounts: Accounts): NewDelivery | undefined {
  const account = accounts.account(row.channel, row.accountId);
  const channel = accounts.channel(row.channel);
  if (!ANSWERS.has(row.origin) || account === undefined || channel === undefined) return undefined;
  return {
    channel: row.channel,
    accountId: row.accountId,
    lane: row.lane,
    target: targetOf(row),
    parts: channel.render({ text: TEXT }, account),
    origin: UNCONFIRMED_ORIGIN,
    idempotency: { scope: UNCONFIRMED_ORIGIN, key: `out-${row.id}` },
    summary: TEXT,
    ...(row.sessionKey !== undefined && { sessionKey: row.sessionKey }),
  };
}
