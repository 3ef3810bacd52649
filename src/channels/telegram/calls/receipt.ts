import type { Message } from "grammy/types";
import type { Receipt } from "../../outbound-message.ts";

/** What Telegram said of a message that arrived. */
export function receiptOf(message: Message): Receipt {
  return {
    messageId: String(message.message_id),
    chatId: String(message.chat.id),
    ...(message.poll !== undefined && { pollId: message.poll.id }),
    at: message.date * 1000,
  };
}

/** The same of an album, by its first message. @throws TypeError for an empty one, which Telegram never answers */
export function albumReceipt(messages: readonly Message[]): Receipt {
  const [first] = messages;
  if (first === undefined) throw new TypeError("Telegram answered an album without messages");
  return { ...receiptOf(first), messageIds: messages.map((message) => String(message.message_id)) };
}
