/** Decoded JSON of no known shape. */
export type Json = Readonly<Record<string, unknown>>;

export interface TgUser {
  readonly id: number;
  readonly is_bot: boolean;
  readonly first_name: string;
  readonly last_name?: string;
  readonly username?: string;
  readonly language_code?: string;
}

export type ChatType = "private" | "group" | "supergroup" | "channel";

/** A chat as it stands in messages. */
export interface TgChat {
  readonly id: number;
  readonly type: ChatType;
  readonly title?: string;
  readonly username?: string;
  readonly first_name?: string;
  readonly is_forum?: true;
}

export interface TgEntity {
  readonly type: string;
  /** UTF-16 units. */
  readonly offset: number;
  /** UTF-16 units. */
  readonly length: number;
  readonly url?: string;
  readonly language?: string;
  readonly custom_emoji_id?: string;
}

export interface InlineButton extends Json {
  readonly text: string;
  readonly callback_data?: string;
  readonly url?: string;
}

export interface InlineKeyboard {
  readonly inline_keyboard: readonly (readonly InlineButton[])[];
}

/** A message as the Bot API shows it; what is not named here (media, places, service messages) stands beside it. */
export interface TgMessage extends Json {
  readonly message_id: number;
  /** Epoch seconds. */
  readonly date: number;
  readonly chat: TgChat;
  readonly from?: TgUser;
  readonly sender_chat?: TgChat;
  readonly message_thread_id?: number;
  readonly is_topic_message?: true;
  readonly text?: string;
  readonly entities?: readonly TgEntity[];
  readonly caption?: string;
  readonly caption_entities?: readonly TgEntity[];
  readonly reply_markup?: InlineKeyboard;
  readonly reply_to_message?: TgMessage;
  readonly edit_date?: number;
  readonly media_group_id?: string;
}

/** What an update carries beside its id: `{message: …}`, `{callback_query: …}`. */
export type UpdateContent = Json;

export interface TgUpdate extends Json {
  readonly update_id: number;
}
