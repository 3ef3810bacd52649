import { badRequest, forbidden } from "../errors.ts";
import type { TgMessage, TgUser, UpdateContent } from "../shapes.ts";
import type { Bot } from "./bot.ts";
import { Chat, type ChatOptions } from "./chat.ts";
import { FileStore } from "./files.ts";
import { hears } from "./privacy.ts";
import { REPEAT_PAUSE_MS } from "./updates.ts";

/** Everything Telegram knows: bots, people, chats, files. */
export class World {
  readonly bots = new Map<string, Bot>();
  readonly users = new Map<number, TgUser>();
  /** Groups, supergroups and channels; private chats belong to their bot. */
  readonly chats = new Map<number, Chat>();
  readonly files = new FileStore();
  readonly #lastIds = new WeakMap<object, number>();
  #lastNumber = 0;

  constructor(
    /** Called when anything changed that a test may wait for. */
    readonly changed: () => void,
    /** Epoch ms. */
    readonly now: () => number = Date.now,
    /** How long who asks for the same updates again is held back. */
    readonly repeatPauseMs = REPEAT_PAUSE_MS,
  ) {}

  get date(): number {
    return Math.floor(this.now() / 1000);
  }

  /** A number nobody else has. */
  number(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }

  addChat(options: ChatOptions): Chat {
    const chat = new Chat(options);
    this.chats.set(chat.id, chat);
    return chat;
  }

  /** The id of the next message: supergroups and channels count for themselves, all others share one row. */
  nextMessageId(chat: Chat): number {
    // What made the chat was its first message, and what made a topic has the topic's id.
    const least = Math.max(1, ...chat.topics.keys());
    const id = Math.max(this.#lastIds.get(this.#counter(chat)) ?? 0, least) + 1;
    this.#lastIds.set(this.#counter(chat), id);
    return id;
  }

  #counter(chat: Chat): object {
    return chat.type === "supergroup" || chat.type === "channel" ? chat : this.chats;
  }

  /** Puts a message into its chat, in the place of the one with the same id, and returns it. */
  store(chat: Chat, message: TgMessage): TgMessage {
    const counter = this.#counter(chat);
    this.#lastIds.set(counter, Math.max(this.#lastIds.get(counter) ?? 0, message.message_id));
    chat.messages.set(message.message_id, message);
    this.changed();
    return message;
  }

  /** Tells a bot, which may not want to know. */
  tell(bot: Bot, content: UpdateContent): void {
    if (bot.queue.add(content) !== undefined) this.changed();
  }

  /** Tells every bot that hears of messages in this chat. */
  tellAll(chat: Chat, kind: "message" | "edited_message", message: TgMessage): void {
    const posts = kind === "message" ? "channel_post" : "edited_channel_post";
    for (const bot of this.botsIn(chat)) {
      if (hears(bot, chat, message)) this.tell(bot, { [chat.type === "channel" ? posts : kind]: message });
    }
  }

  botsIn(chat: Chat): Bot[] {
    const bots = [...this.bots.values()];
    if (chat.type === "private") return bots.filter((bot) => bot.privateChats.get(chat.id) === chat);
    return bots.filter((bot) => isInside(chat, bot));
  }

  /** The chat a bot names by `chat_id`. @throws ApiError 400, 403 */
  chatFor(bot: Bot, chatId: string | undefined): Chat {
    if (chatId === undefined) throw badRequest("chat_id is empty");
    if (chatId.startsWith("@")) return this.#publicChat(chatId.slice(1));
    if (!/^-?\d+$/.test(chatId)) throw badRequest("chat not found");
    const id = Number(chatId);
    const chat = bot.privateChats.get(id) ?? this.chats.get(id);
    if (chat && (chat.type === "private" || chat.members.has(bot.user.id))) return chat;
    const isMet = [...this.chats.values()].some((other) => isInside(other, bot) && other.members.has(id));
    if (this.users.has(id) && isMet) throw forbidden("bot can't initiate conversation with a user");
    throw badRequest("chat not found");
  }

  /** A chat a bot may write to. @throws ApiError 400, 403 */
  writableFor(bot: Bot, chatId: string | undefined): Chat {
    const chat = this.chatFor(bot, chatId);
    const status = chat.members.get(bot.user.id);
    if (chat.type === "private") {
      if (chat.isBlocked) throw forbidden("bot was blocked by the user");
      return chat;
    }
    if (chat.migratedTo !== undefined) {
      throw badRequest("group chat was upgraded to a supergroup chat", {
        migrate_to_chat_id: chat.migratedTo,
      });
    }
    if (status === "kicked") throw forbidden(`bot was kicked from the ${chat.type} chat`);
    if (status === "left" || status === undefined) {
      throw forbidden(`bot is not a member of the ${chat.type} chat`);
    }
    if (status === "restricted") throw badRequest("not enough rights to send text messages to the chat");
    if (chat.type === "channel" && status === "member") {
      throw badRequest("need administrator rights in the channel chat");
    }
    return chat;
  }

  #publicChat(username: string): Chat {
    const wanted = username.toLowerCase();
    for (const chat of this.chats.values()) {
      if (chat.options.username?.toLowerCase() === wanted) return chat;
    }
    throw badRequest("chat not found");
  }
}

function isInside(chat: Chat, bot: Bot): boolean {
  const status = chat.members.get(bot.user.id);
  return status !== undefined && status !== "left" && status !== "kicked";
}
