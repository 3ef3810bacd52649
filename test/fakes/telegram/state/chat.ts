import type { ChatType, TgChat, TgMessage, TgUser } from "../shapes.ts";

export type MemberStatus = "creator" | "administrator" | "member" | "restricted" | "left" | "kicked";

export interface ForumTopic {
  readonly id: number;
  name: string;
  isClosed: boolean;
  iconEmojiId?: string;
}

/** What a bot said it was doing. */
export interface ChatAction {
  readonly action: string;
  readonly threadId: number | undefined;
  readonly by: number;
}

export interface ChatOptions {
  readonly id: number;
  readonly type: ChatType;
  readonly title?: string;
  readonly username?: string;
  readonly firstName?: string;
  readonly isForum?: boolean;
}

/** A chat and what it shows now. A private chat is one person's with one bot; all others are shared. */
export class Chat {
  readonly members = new Map<number, MemberStatus>();
  readonly topics = new Map<number, ForumTopic>();
  /** By id, in order of posting; deleted ones are gone. */
  readonly messages = new Map<number, TgMessage>();
  /** Message id → who → emoji. */
  readonly reactions = new Map<number, Map<number, readonly string[]>>();
  /** Newest last. */
  readonly pinned: number[] = [];
  readonly actions: ChatAction[] = [];
  /** The person of a private chat blocked the bot. */
  isBlocked = false;
  /** A group that became a supergroup: its new id. */
  migratedTo: number | undefined;

  constructor(readonly options: ChatOptions) {}

  get id(): number {
    return this.options.id;
  }

  get type(): ChatType {
    return this.options.type;
  }

  get isForum(): boolean {
    return this.options.isForum === true;
  }

  /** As it stands in messages. */
  get shape(): TgChat {
    const { id, type, title, username, firstName, isForum } = this.options;
    return {
      id,
      type,
      ...(title === undefined ? {} : { title }),
      ...(username === undefined ? {} : { username }),
      ...(firstName === undefined ? {} : { first_name: firstName }),
      ...(isForum ? { is_forum: true } : {}),
    };
  }

  /** What somebody who opens the chat now sees, oldest first. */
  shows(from?: { readonly user: TgUser }): TgMessage[] {
    const all = [...this.messages.values()];
    return from ? all.filter((message) => message.from?.id === from.user.id) : all;
  }

  /** Text or caption of what the chat shows, oldest first; of one sender when given. */
  texts(from?: { readonly user: TgUser }): string[] {
    return this.shows(from).map((message) => message.text ?? message.caption ?? "");
  }

  /** Emoji somebody has put on a message. */
  reactionsOn(messageId: number, by: { readonly user: TgUser }): readonly string[] {
    return this.reactions.get(messageId)?.get(by.user.id) ?? [];
  }
}
