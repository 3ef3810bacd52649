/** A chat on a channel. */
export interface Chat {
  /** Stable id on the channel. */
  readonly id: string;
  readonly kind: "direct" | "group" | "channel";
  readonly title?: string;
  readonly username?: string;
  /** Topic of a forum; the general one is `1`. */
  readonly topicId?: string;
  readonly isForum?: boolean;
}

/** Who did something on a channel. Only `id` is proof; the names are what they call themselves. */
export interface Person {
  readonly id: string;
  readonly name?: string;
  readonly username?: string;
  readonly isBot: boolean;
  /** Whoever the account itself belongs to, as the platform proves it: they write to themselves. */
  readonly isSelf?: true;
  /** Posts in the name of a chat (anonymous administrators, channels) have the chat's id. */
  readonly isChat?: boolean;
}

export type MediaKind = "image" | "voice" | "audio" | "video" | "animation" | "document" | "sticker";

/** A file that came with a message, not fetched yet. */
export interface MediaRef {
  readonly kind: MediaKind;
  /** What the connection fetches it by. */
  readonly fileId: string;
  readonly name?: string;
  readonly mimeType?: string;
  readonly sizeBytes?: number;
  readonly durationSeconds?: number;
}

/** The message another one answers. */
export interface RepliedTo {
  readonly messageId: string;
  readonly text?: string;
  /** The part that was quoted. */
  readonly quote?: string;
  readonly sender?: Person;
  /** It was ours. */
  readonly isOwn: boolean;
}

interface Happening {
  readonly chat: Chat;
  readonly sender: Person;
  /** When it happened by the platform's clock, epoch ms. */
  readonly at: number;
}

/** Somebody said something. */
export interface InboundMessage extends Happening {
  readonly kind: "message";
  readonly messageId: string;
  /** What was said; places, contacts and polls are told in words, a sticker is its emoji or `<media:sticker>`. */
  readonly text: string;
  /** Set when it replaces what was said under this id before. */
  readonly isEdit?: boolean;
  /** The account was named by the platform's own means. */
  readonly isMention: boolean;
  readonly replyTo?: RepliedTo;
  readonly forwardedFrom?: string;
  readonly media: readonly MediaRef[];
  /** Parts of one album share it. */
  readonly albumId?: string;
  /** Chosen from the platform's command menu, or addressed to this account by it (`/status@bot`). */
  readonly isCommand?: boolean;
}

/** Somebody pressed a button below a message of ours. */
export interface InboundPress extends Happening {
  readonly kind: "press";
  readonly messageId: string;
  readonly data: string;
  /** What the platform wants named when it is told that the press was seen. */
  readonly pressId: string;
}

/** Somebody reacted to a message, or took the reaction back. */
export interface InboundReaction extends Happening {
  readonly kind: "reaction";
  readonly messageId: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** The message was ours, as far as is known. */
  readonly isToOwn: boolean;
}

/** A chat has another id from now on. */
export interface InboundMigration {
  readonly kind: "migration";
  readonly chat: Chat;
  readonly at: number;
  readonly newChatId: string;
}

/** Something the channel could not read; kept, so that nothing is lost. */
export interface UnreadableEvent {
  readonly kind: "unreadable";
  readonly at: number;
  readonly reason: string;
  readonly raw: unknown;
}

/** What a channel tells of; JSON, since it is stored. */
export type InboundEvent =
  InboundMessage | InboundPress | InboundReaction | InboundMigration | UnreadableEvent;
