import { Person } from "./people.ts";
import type { Json, TgChat, TgMessage, TgUser } from "./shapes.ts";
import { Bot } from "./state/bot.ts";
import type { Chat, MemberStatus } from "./state/chat.ts";
import type { World } from "./state/world.ts";

export interface BotOptions {
  readonly id?: number;
  /** Default: made from the id. */
  readonly token?: string;
  readonly username?: string;
  readonly firstName?: string;
  /** Privacy mode, on as BotFather makes bots. */
  readonly privacy?: boolean;
}

export interface UserOptions {
  readonly id?: number;
  readonly firstName?: string;
  readonly username?: string;
  readonly languageCode?: string;
}

export interface GroupOptions {
  readonly id?: number;
  readonly title?: string;
  readonly username?: string;
  /** People and bots who are in it, with what they are there; `member` when an entry stands alone. */
  readonly members?: readonly (Person | Bot | readonly [Person | Bot, MemberStatus])[];
}

export interface ForumOptions extends GroupOptions {
  /** Topics beside the general one: id → name. */
  readonly topics?: Readonly<Record<number, string>>;
}

const FIRST_BOT_ID = 4242;
const FIRST_USER_ID = 1001;
const FIRST_CHAT_NUMBER = 500;

/** Sets the scene: makes bots, people and chats. */
export class Stage {
  constructor(readonly world: World) {}

  /** A new bot; its token is the account's credential. */
  bot(options: BotOptions = {}): Bot {
    const id = options.id ?? FIRST_BOT_ID + this.world.bots.size;
    const token = options.token ?? `${id}:AAE-fake-token-of-${id}-000000000000`;
    const user: TgUser = {
      id,
      is_bot: true,
      first_name: options.firstName ?? "MockBot",
      username: options.username ?? (this.world.bots.size === 0 ? "mock_bot" : `mock_${id}_bot`),
    };
    const bot = new Bot(token, user, options.privacy ?? true, this.world.repeatPauseMs);
    this.world.bots.set(token, bot);
    return bot;
  }

  /** A new person, whom no bot knows yet. */
  user(options: UserOptions = {}): Person {
    const id = options.id ?? FIRST_USER_ID + this.world.users.size;
    const user: TgUser = {
      id,
      is_bot: false,
      first_name: options.firstName ?? `Person ${id}`,
      ...(options.username === undefined ? {} : { username: options.username }),
      ...(options.languageCode === undefined ? {} : { language_code: options.languageCode }),
    };
    this.world.users.set(id, user);
    return this.#person(user);
  }

  /** A basic group. */
  group(options: GroupOptions = {}): Chat {
    return this.#add(options, -(FIRST_CHAT_NUMBER + this.world.number()), "group");
  }

  supergroup(options: GroupOptions = {}): Chat {
    return this.#add(options, this.#longId(), "supergroup");
  }

  /** A supergroup with topics. */
  forum(options: ForumOptions = {}): Chat {
    const chat = this.#add(options, this.#longId(), "supergroup", true);
    chat.topics.set(1, { id: 1, name: "General", isClosed: false });
    for (const [id, name] of Object.entries(options.topics ?? {})) {
      chat.topics.set(Number(id), { id: Number(id), name, isClosed: false });
    }
    return chat;
  }

  channel(options: GroupOptions = {}): Chat {
    return this.#add(options, this.#longId(), "channel");
  }

  /** Makes a basic group a supergroup, as Telegram does when it must; returns the new chat. */
  migrate(group: Chat): Chat {
    const title = group.options.title ?? "";
    const chat = this.world.addChat({ id: this.#longId(), type: "supergroup", title });
    for (const [id, status] of group.members) chat.members.set(id, status);
    group.migratedTo = chat.id;
    const actor = this.#actor(group);
    actor.posts({ migrate_to_chat_id: chat.id }, { in: group });
    actor.posts({ migrate_from_chat_id: group.id }, { in: chat });
    return chat;
  }

  /** Takes somebody out of a chat, or in, or up; a bot is told of itself. */
  setStatus(chat: Chat, who: Person | Bot, status: MemberStatus): void {
    const before = chat.members.get(who.user.id) ?? "left";
    chat.members.set(who.user.id, status);
    if (!(who instanceof Bot)) return;
    this.world.tell(who, {
      my_chat_member: {
        chat: chat.shape,
        from: this.#actor(chat).user,
        date: this.world.date,
        old_chat_member: { status: before, user: who.user },
        new_chat_member: { status, user: who.user },
      },
    });
  }

  /** From now on the token is unknown: 401. */
  revoke(bot: Bot): void {
    bot.isAlive = false;
    bot.queue.abort("other getUpdates request; make sure that only one bot instance is running");
  }

  /**
   * Tells a bot exactly this, whoever may have said it: chats, messages, files and presses in it come to exist, so that
   * what the bot does about them works.
   */
  inject(bot: Bot, content: Json): void {
    for (const kind of ["message", "edited_message", "channel_post", "edited_channel_post"]) {
      const message = content[kind] as TgMessage | undefined;
      if (message) this.#adopt(bot, message);
    }
    const press = content.callback_query as { id: string; message?: TgMessage } | undefined;
    if (press) {
      bot.presses.set(press.id, { id: press.id, answered: false, text: undefined });
      if (press.message) this.#adopt(bot, press.message);
    }
    this.world.tell(bot, content);
  }

  #adopt(bot: Bot, message: TgMessage): void {
    const { from } = message;
    if (from && !from.is_bot) this.world.users.set(from.id, from);
    const chat = this.#chatLike(bot, message.chat);
    if (message.reply_to_message) this.#adopt(bot, message.reply_to_message);
    this.world.store(chat, message);
    if (from && chat.type !== "private") chat.members.set(from.id, "member");
    const thread = message.message_thread_id;
    if (chat.isForum && thread !== undefined && !chat.topics.has(thread)) {
      chat.topics.set(thread, { id: thread, name: `Topic ${thread}`, isClosed: false });
    }
  }

  #chatLike(bot: Bot, shape: TgChat): Chat {
    if (shape.type === "private") {
      const { id, first_name: firstName = "", username } = shape;
      const known = this.world.users.get(id) ?? { id, is_bot: false, first_name: firstName };
      return bot.chatWith(username === undefined ? known : { ...known, username });
    }
    const { id, type, title, username, is_forum: isForum } = shape;
    const chat =
      this.world.chats.get(id) ??
      this.world.addChat({
        id,
        type,
        ...(title === undefined ? {} : { title }),
        ...(username === undefined ? {} : { username }),
        ...(isForum ? { isForum } : {}),
      });
    if (!chat.members.has(bot.user.id)) {
      chat.members.set(bot.user.id, type === "channel" ? "administrator" : "member");
    }
    return chat;
  }

  #add(options: GroupOptions, fallbackId: number, type: Chat["type"], isForum = false): Chat {
    const { title = `Chat ${Math.abs(fallbackId)}`, username } = options;
    const id = options.id ?? fallbackId;
    const chat = this.world.addChat({
      id,
      type,
      title,
      isForum,
      ...(username === undefined ? {} : { username }),
    });
    for (const member of options.members ?? []) {
      const [who, status] = member instanceof Person || member instanceof Bot ? [member, "member"] : member;
      chat.members.set(who.user.id, status as MemberStatus);
    }
    return chat;
  }

  /** Somebody who can do things in a chat that somebody must do. */
  #actor(chat: Chat): Person {
    for (const id of chat.members.keys()) {
      const user = this.world.users.get(id);
      if (user) return this.#person(user);
    }
    return this.user({ firstName: "Somebody" });
  }

  #person(user: TgUser): Person {
    return new Person(user, this.world, () => {
      const [bot] = this.world.bots.values();
      if (!bot) throw new Error("there is no bot to talk to");
      return bot;
    });
  }

  #longId(): number {
    return Number(`-100${1_000_000_000 + FIRST_CHAT_NUMBER + this.world.number()}`);
  }
}
