import { type Fields, idIn, textIn } from "./fields.ts";

/** What is known of a message this account sent. */
export interface SentMessage {
  readonly topicId?: string;
}

/** Who the account is to Telegram. */
export interface BotSelf {
  readonly id: string;
  /** Without the `@`. */
  readonly username?: string;
  /** Direct chats with it have topics (`has_topics_enabled`). */
  readonly hasTopics: boolean;
  /** A message this account sent, as far as it is remembered: reactions tell neither whose message it is nor its topic. */
  readonly sent?: (chatId: string, messageId: string) => SentMessage | undefined;
}

/** What `getMe` answered, as far as reading updates needs it. @throws Error when it names no bot */
export function selfOf(me: Fields): BotSelf {
  const id = idIn(me, "id");
  if (id === undefined) throw new Error("getMe answered without an id");
  const username = textIn(me, "username");
  return {
    id,
    ...(username !== undefined && { username }),
    hasTopics: me["has_topics_enabled"] === true,
  };
}
