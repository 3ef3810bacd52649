import { proto } from "@whiskeysockets/baileys";
import { Undecryptable } from "../signal/index.ts";
import { Account, type AccountOptions } from "../state/account.ts";
import type { Chat } from "../state/chat.ts";
import type { Companion } from "../state/companion.ts";
import type { World } from "../state/world.ts";
import {
  type Attachment,
  attachmentContent,
  contactContent,
  locationContent,
  pollContent,
} from "./attachments.ts";
import { type Context, contextOf, keyFor, type Mentionable, textContent } from "./content.ts";
import { node } from "../wire/index.ts";
import type { Hearer, Incoming, Post, Spoken } from "./post.ts";
import { Received, Screen } from "./received.ts";
import { Said, type Sending } from "./said.ts";

const { Type } = proto.Message.ProtocolMessage;

/** Where and how something is said. */
export interface Saying extends Context, Sending {
  /** The chat; when not given the one with the first phone of all, or with oneself when that is one's own. */
  readonly in?: Chat;
}

/** Somebody with a phone. */
export class Person extends Account implements Hearer {
  readonly #world: World;
  readonly #post: Post;
  readonly #home: () => Account;
  readonly #screen: Screen;
  readonly #incoming = new Map<string, Incoming[]>();
  /** Messages the phone could not read, and asked for again. */
  readonly unreadable: string[] = [];
  /** Whether the phone tells that it has a message. */
  confirms = true;

  constructor(world: World, post: Post, home: () => Account, number: string, options: AccountOptions) {
    super(number, options);
    this.#world = world;
    this.#post = post;
    this.#home = home;
    this.#screen = new Screen(world);
    post.register(this, this);
  }

  /** What others sent it, oldest first; of one chat when it is given. */
  received(chat?: Chat): Received[] {
    return this.#screen.messages.filter(
      (message) => message.author !== this && (!chat || chat === message.chat || chat === message.author),
    );
  }

  /** The texts of what others sent it. */
  texts(chat?: Chat): (string | undefined)[] {
    return this.received(chat).map(({ text }) => text);
  }

  /** What this account's linked devices sent in its name, as the phone shows it. */
  sentByDevices(chat?: Chat): Received[] {
    return this.#screen.messages.filter(
      (message) => message.author === this && (!chat || chat === message.chat),
    );
  }

  /** How often something with this id came: a message, an edit, a reaction. */
  times(id: string): number {
    return this.#screen.times(id);
  }

  /** What others put on something it said, oldest first. */
  reactionsTo({ id }: Said): string[] {
    return this.#screen.reactionsTo(id);
  }

  says(text: string, saying: Saying = {}): Promise<Said> {
    return this.posts(textContent(text, contextOf(this.#chat(saying), saying)), saying);
  }

  /** Sends a file. */
  async sends(attachment: Attachment, saying: Saying = {}): Promise<Said> {
    const context = contextOf(this.#chat(saying), saying);
    return this.posts(await attachmentContent(this.#world.media, attachment, context), saying);
  }

  sharesLocation(latitude: number, longitude: number, name?: string, saying: Saying = {}): Promise<Said> {
    return this.posts(locationContent(latitude, longitude, name), saying);
  }

  sharesContact(name: string, number: string, saying: Saying = {}): Promise<Said> {
    return this.posts(contactContent(name, number), saying);
  }

  polls(question: string, options: readonly string[], saying: Saying = {}): Promise<Said> {
    return this.posts(pollContent(question, options), saying);
  }

  /** Is typing, or has stopped; linked devices of the others are told when they are there. */
  types(state: "composing" | "paused" = "composing", chat: Chat = this.#home()): void {
    const others = chat.kind === "group" ? chat.members : [chat];
    const place =
      chat.kind === "group"
        ? { from: chat.id, participant: this.jid(chat.addressing) }
        : { from: this.jid(this.addressing) };
    for (const other of others) {
      for (const { connection } of other === this ? [] : other.companions.values()) {
        connection?.send(node("chatstate", place, [node(state)]));
      }
    }
  }

  /** Posts a message of any content. */
  async posts(content: proto.IMessage, saying: Saying = {}): Promise<Said> {
    const chat = this.#chat(saying);
    const said = new Said(this.#world, this, chat, content, saying);
    if (saying.peer) {
      await said.to(saying.peer, true);
      return said;
    }
    const audience = chat.kind === "group" ? chat.members : new Set([chat, this]);
    for (const account of audience) {
      if (account !== this) this.#post.overhear(account, said);
      for (const companion of account.companions.values()) await said.to(companion, account === this);
    }
    return said;
  }

  /** Changes the text of what it said. */
  edits(said: Said, text: string): Promise<Said> {
    const protocolMessage = {
      key: keyFor(this, said),
      type: Type.MESSAGE_EDIT,
      editedMessage: { conversation: text },
      timestampMs: Date.now(),
    };
    return this.posts({ protocolMessage }, { in: said.chat, edit: "1" });
  }

  /** Deletes what it said, for everybody. */
  deletes(said: Said): Promise<Said> {
    return this.posts(
      { protocolMessage: { key: keyFor(this, said), type: Type.REVOKE } },
      { in: said.chat, edit: "7" },
    );
  }

  /** Puts an emoji on a message, in place of the one before; an empty one takes it away. */
  reacts(message: Mentionable, emoji: string): Promise<Said> {
    const reactionMessage = { key: keyFor(this, message), text: emoji, senderTimestampMs: Date.now() };
    return this.posts({ reactionMessage }, { in: this.#placeOf(message) });
  }

  /** Tells that it has read a message. */
  reads(message: Received): void {
    for (const incoming of this.#incoming.get(message.id) ?? []) this.#post.receipt(this, incoming, "read");
  }

  /** Forgets its sessions with a device, as a phone that was set up anew: it can read nothing until it asked again. */
  async forgets(companion: Companion): Promise<void> {
    await this.primary.forget(companion.lid);
  }

  async hear(incoming: Incoming): Promise<void> {
    const { id, from, author, chat, sentAt } = incoming;
    const all = [...(this.#incoming.get(id) ?? []), incoming];
    this.#incoming.set(id, all);
    try {
      const content: proto.IMessage = {};
      for (const part of incoming.parts) {
        const group = chat.kind === "group" ? chat.id : undefined;
        const message = await this.primary.decrypt(from.lid, group, part);
        Object.assign(content, message.deviceSentMessage?.message ?? message);
      }
      if (incoming.parts.length === 0) return;
      this.#screen.show(new Received(this.#world, id, author, chat, content, sentAt));
      if (this.confirms && author !== this) {
        incoming.afterwards(() => this.#post.receipt(this, incoming, undefined));
      }
    } catch (error) {
      if (!(error instanceof Undecryptable)) throw error;
      this.unreadable.push(id);
      incoming.afterwards(() => void this.#post.askAgain(this, incoming, all.length));
    }
  }

  overhear({ id, author, chat, content, sentAt }: Spoken): void {
    this.#screen.show(new Received(this.#world, id, author, chat, content, sentAt));
  }

  #chat(saying: Saying): Chat {
    return saying.in ?? (saying.quote ? this.#placeOf(saying.quote) : this.#home());
  }

  /** The chat somebody else's message is in, from here: their message to me is in the chat with them. */
  #placeOf(message: Mentionable): Chat {
    const { chat, author } = message;
    return chat === this && author !== this ? author : chat;
  }
}
