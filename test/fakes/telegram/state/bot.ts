import type { Json, TgUser } from "../shapes.ts";
import { Chat } from "./chat.ts";
import { UpdateQueue } from "./updates.ts";
import type { Webhook } from "./webhook.ts";

/** A press of a button, and whether the bot has told Telegram that it saw it. */
export interface Press {
  readonly id: string;
  answered: boolean;
  /** What the person is shown. */
  text: string | undefined;
}

/** Update ids begin somewhere. */
const FIRST_UPDATE_ID = 700_000_001;

/** A bot as Telegram knows it. */
export class Bot {
  readonly queue: UpdateQueue;
  /** Person → the private chat with this bot; there is one once the person has started it. */
  readonly privateChats = new Map<number, Chat>();
  /** `default`, `all_group_chats`, `chat:5` … with a language when given → commands. */
  readonly commands = new Map<string, readonly Json[]>();
  readonly presses = new Map<string, Press>();
  webhook: Webhook | undefined;
  /** False once the token was revoked. */
  isAlive = true;

  constructor(
    readonly token: string,
    readonly user: TgUser,
    /** Privacy mode: in groups only what is meant for it reaches the bot. */
    public privacy: boolean,
    repeatPauseMs: number,
  ) {
    this.queue = new UpdateQueue(FIRST_UPDATE_ID, repeatPauseMs);
  }

  get username(): string {
    return this.user.username ?? "";
  }

  /** The private chat with a person, made when there is none: the person pressed "Start". */
  chatWith(person: TgUser): Chat {
    const known = this.privateChats.get(person.id);
    if (known) return known;
    const chat = new Chat({
      id: person.id,
      type: "private",
      firstName: person.first_name,
      ...(person.username === undefined ? {} : { username: person.username }),
    });
    this.privateChats.set(person.id, chat);
    return chat;
  }

  close(): void {
    this.queue.close();
    this.webhook?.stop();
  }
}
