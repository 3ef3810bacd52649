import type { NewDelivery } from "../../store/index.ts";
import type { Accounts } from "../accounts/index.ts";
import type { DeliveryRequest } from "../deliveries.ts";
import { SendError, type Target } from "../outbound-message.ts";
import { SUMMARY_MAX_CHARS } from "./limits.ts";

/** Cuts a request into the calls of its channel. @throws SendError `refused` */
export function newDelivery(request: DeliveryRequest, accounts: Accounts): NewDelivery {
  const { target, content, origin, sessionKey, runId, idempotency } = request;
  const channel = accounts.channel(request.channel);
  if (channel === undefined) {
    throw new SendError("refused", `There is no channel "${request.channel}". See: openclaw channels list`);
  }
  const account = accounts.account(request.channel, request.accountId);
  if (account === undefined) {
    const named = request.accountId === undefined ? "no account" : `no account "${request.accountId}"`;
    throw new SendError("refused", `${channel.meta.label} has ${named}. See: openclaw channels list`);
  }
  const parts =
    content.kind === "message"
      ? channel.render(content.message, account)
      : [channel.renderPoll(content.poll, account)];
  return {
    channel: channel.meta.id,
    accountId: account.id,
    lane: laneOf(target),
    target,
    parts,
    origin,
    summary: summaryOf(content),
    ...(sessionKey !== undefined && { sessionKey }),
    ...(runId !== undefined && { runId }),
    ...(idempotency !== undefined && { idempotency }),
  };
}

/** Messages of one chat and topic go out in order. */
export function laneOf({ chatId, topicId }: Target): string {
  return topicId === undefined ? chatId : `${chatId}:${topicId}`;
}

function summaryOf(content: DeliveryRequest["content"]): string {
  if (content.kind === "poll") return cut(`Poll: ${content.poll.question}`);
  const { text, media = [] } = content.message;
  const files = media.length === 0 ? "" : `[${media.length === 1 ? "1 file" : `${media.length} files`}]`;
  return cut([files, text].filter((words) => words !== "").join(" "));
}

/** Cut at a whole character. */
function cut(text: string): string {
  const characters = [...text.slice(0, SUMMARY_MAX_CHARS * 2)];
  if (characters.length <= SUMMARY_MAX_CHARS && text.length <= SUMMARY_MAX_CHARS * 2) return text;
  return `${characters.slice(0, SUMMARY_MAX_CHARS - 1).join("")}…`;
}
