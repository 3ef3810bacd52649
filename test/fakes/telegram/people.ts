import { type MediaDetails, type MediaKind, storeMedia } from "./methods/index.ts";
import type { InlineButton, Json, TgEntity, TgMessage, TgUser } from "./shapes.ts";
import type { Bot, Press } from "./state/bot.ts";
import type { Chat } from "./state/chat.ts";
import type { World } from "./state/world.ts";
import { withDetected } from "./text/detect.ts";

/** Where and how somebody says something. */
export interface Saying {
  /** Default: the private chat with the oldest bot. */
  readonly in?: Chat;
  /** Topic of a forum. */
  readonly topic?: number;
  readonly replyTo?: TgMessage;
  /** Part of the message that is answered. */
  readonly quote?: string;
  readonly entities?: readonly TgEntity[];
  /** The message is somebody else's, passed on. */
  readonly forwardedFrom?: TgUser;
  readonly albumId?: string;
  /** Any other fields of the message. */
  readonly extra?: Json;
}

export interface Captioned extends Saying {
  readonly caption?: string;
}

/** One file somebody sends. */
export interface Media extends MediaDetails {
  readonly kind: MediaKind;
  readonly bytes: Uint8Array;
  readonly caption?: string;
}

/** A person who uses Telegram: what they do is told to the bots that may hear of it. */
export class Person {
  constructor(
    readonly user: TgUser,
    readonly world: World,
    readonly defaultBot: () => Bot,
  ) {}

  get id(): number {
    return this.user.id;
  }

  /** The private chat with a bot; the person has pressed "Start". */
  chat(bot: Bot = this.defaultBot()): Chat {
    return bot.chatWith(this.user);
  }

  says(text: string, saying: Saying = {}): TgMessage {
    const entities = withDetected(text, saying.entities ?? []);
    return this.posts({ text, ...(entities.length > 0 ? { entities } : {}) }, saying);
  }

  sends(media: Media, saying: Captioned = {}): TgMessage {
    const fields = storeMedia(this.world.files, media.kind, media.bytes, media);
    return this.posts({ ...fields, ...captionOf(media.caption ?? saying.caption) }, saying);
  }

  /** Several files as one album: a message each, told one after the other. */
  sendsAlbum(items: readonly Media[], saying: Captioned = {}): TgMessage[] {
    const albumId = saying.albumId ?? String(12_000_000_000_000_000 + this.world.number());
    const { caption, ...rest } = saying;
    return items.map((item, index) =>
      this.sends(item, { ...rest, albumId, ...(index === 0 && caption !== undefined ? { caption } : {}) }),
    );
  }

  /** Posts a message of any content: a place, a contact, a service message. */
  posts(content: Json, saying: Saying = {}): TgMessage {
    const chat = saying.in ?? this.chat();
    chat.isBlocked = false;
    const message = this.world.store(chat, {
      message_id: this.world.nextMessageId(chat),
      ...(chat.type === "channel" ? { sender_chat: chat.shape } : { from: this.user }),
      chat: chat.shape,
      date: this.world.date,
      ...placeOf(saying),
      ...content,
      ...saying.extra,
    });
    if (chat.type !== "private" && chat.type !== "channel" && !chat.members.has(this.id)) {
      chat.members.set(this.id, "member");
    }
    this.world.tellAll(chat, "message", message);
    return message;
  }

  sharesLocation(latitude: number, longitude: number, saying: Saying = {}, extra: Json = {}): TgMessage {
    return this.posts({ location: { latitude, longitude, ...extra } }, saying);
  }

  sharesContact(phone: string, firstName: string, saying: Saying = {}): TgMessage {
    return this.posts({ contact: { phone_number: phone, first_name: firstName } }, saying);
  }

  /** Changes the text, or the caption, of a message. */
  edits(message: TgMessage, text: string): TgMessage {
    const chat = this.#chatOf(message);
    const entities = withDetected(text, []);
    const change =
      message.text === undefined ? captionOf(text) : { text, ...(entities.length > 0 ? { entities } : {}) };
    const { entities: _, caption_entities: __, ...rest } = message;
    const edited = this.world.store(chat, { ...rest, ...change, edit_date: this.world.date });
    this.world.tellAll(chat, "edited_message", edited);
    return edited;
  }

  /** Deletes a message; bots are not told. */
  deletes(message: TgMessage): void {
    this.#chatOf(message).messages.delete(message.message_id);
    this.world.changed();
  }

  /** Puts these emoji on a message in place of those before. Bots in groups are told when they are administrators. */
  reacts(message: TgMessage, ...emoji: string[]): void {
    const chat = this.#chatOf(message);
    const onMessage = chat.reactions.get(message.message_id) ?? new Map<number, readonly string[]>();
    const before = onMessage.get(this.id) ?? [];
    onMessage.set(this.id, emoji);
    chat.reactions.set(message.message_id, onMessage);
    const reaction = {
      chat: chat.shape,
      message_id: message.message_id,
      user: this.user,
      date: this.world.date,
      old_reaction: before.map((one) => ({ type: "emoji", emoji: one })),
      new_reaction: emoji.map((one) => ({ type: "emoji", emoji: one })),
    };
    for (const bot of this.world.botsIn(chat)) {
      const status = chat.members.get(bot.user.id);
      const hears = chat.type === "private" || status === "administrator" || status === "creator";
      if (hears) this.world.tell(bot, { message_reaction: reaction });
    }
  }

  /** Presses a button below a bot's message, named by its words or its data. */
  presses(message: TgMessage, wordsOrData: string): Press {
    const chat = this.#chatOf(message);
    const current = chat.messages.get(message.message_id) ?? message;
    const button = current.reply_markup?.inline_keyboard.flat().find((one) => isNamed(one, wordsOrData));
    const bot = [...this.world.bots.values()].find(({ user }) => user.id === current.from?.id);
    if (!button?.callback_data || !bot) throw new Error(`there is no button ${wordsOrData}`);
    const press: Press = {
      id: String(4_382_000_000 + this.world.number()),
      answered: false,
      text: undefined,
    };
    bot.presses.set(press.id, press);
    this.world.tell(bot, {
      callback_query: {
        id: press.id,
        from: this.user,
        message: current,
        chat_instance: String(chat.id),
        data: button.callback_data,
      },
    });
    return press;
  }

  /** Chooses options of a bot's poll; told unless it is anonymous. */
  votes(message: TgMessage, ...options: number[]): void {
    const bot = [...this.world.bots.values()].find(({ user }) => user.id === message.from?.id);
    const poll = message.poll as Json | undefined;
    if (!bot || !poll) throw new Error("there is no poll of a bot");
    if (poll.is_anonymous === true) return;
    this.world.tell(bot, { poll_answer: { poll_id: poll.id, user: this.user, option_ids: options } });
  }

  blocks(bot: Bot = this.defaultBot()): void {
    this.#changesMembership(bot, true);
  }

  unblocks(bot: Bot = this.defaultBot()): void {
    this.#changesMembership(bot, false);
  }

  #changesMembership(bot: Bot, isBlocked: boolean): void {
    const chat = bot.chatWith(this.user);
    chat.isBlocked = isBlocked;
    const [before, after] = isBlocked ? ["member", "kicked"] : ["kicked", "member"];
    this.world.tell(bot, {
      my_chat_member: {
        chat: chat.shape,
        from: this.user,
        date: this.world.date,
        old_chat_member: { status: before, user: bot.user },
        new_chat_member: { status: after, user: bot.user },
      },
    });
  }

  #chatOf(message: TgMessage): Chat {
    const shared = this.world.chats.get(message.chat.id);
    if (shared) return shared;
    for (const bot of this.world.bots.values()) {
      const chat = bot.privateChats.get(message.chat.id);
      if (chat?.messages.has(message.message_id)) return chat;
    }
    throw new Error(`message ${message.message_id} is in no chat`);
  }
}

function isNamed(button: InlineButton, wordsOrData: string): boolean {
  return button.text === wordsOrData || button.callback_data === wordsOrData;
}

function captionOf(caption: string | undefined): Json {
  if (caption === undefined) return {};
  const entities = withDetected(caption, []);
  return { caption, ...(entities.length > 0 ? { caption_entities: entities } : {}) };
}

function placeOf({ in: chat, topic, replyTo, quote, forwardedFrom, albumId }: Saying): Json {
  const { reply_to_message: _, ...answered } = replyTo ?? {};
  return {
    ...(topic === undefined ? {} : { message_thread_id: topic }),
    ...(topic !== undefined && chat?.isForum ? { is_topic_message: true } : {}),
    ...(replyTo ? { reply_to_message: answered } : {}),
    ...(quote === undefined ? {} : { quote: { text: quote, position: 0, is_manual: true } }),
    ...(forwardedFrom ? { forward_origin: { type: "user", sender_user: forwardedFrom, date: 1 } } : {}),
    ...(albumId === undefined ? {} : { media_group_id: albumId }),
  };
}
