import type { Sender } from "../../agent/index.ts";
import type { ChannelTurn } from "../../channels/index.ts";

/** Who a message from a chat is from, for the agent: what access control proved, whatever the message says. */
export function senderOfTurn({
  speaker,
  chatKind,
  chatTitle,
  historyLimit,
  messageId,
}: Pick<ChannelTurn, "speaker" | "chatKind" | "chatTitle" | "historyLimit" | "messageId">): Sender {
  const { person, to, topicId, toolRules, ...rest } = speaker;
  return {
    id: person.id,
    ...(person.name !== undefined && { name: person.name }),
    ...(person.username !== undefined && { username: person.username }),
    isOwner: rest.isOwner,
    isAuthorized: rest.isAuthorized,
    // Nobody administers the gateway from a chat.
    isAdmin: false,
    channel: rest.channel,
    accountId: rest.accountId,
    to,
    ...(topicId !== undefined && { threadId: topicId }),
    chat: {
      kind: chatKind,
      ...(chatTitle !== undefined && { title: chatTitle }),
      ...(historyLimit !== undefined && { historyLimit }),
    },
    ...(messageId !== undefined && { messageId }),
    ...(toolRules && { toolRules }),
  };
}
