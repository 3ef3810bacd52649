import { type MediaType, proto } from "@whiskeysockets/baileys";
import type { Account } from "../state/account.ts";
import type { Chat } from "../state/chat.ts";
import type { World } from "../state/world.ts";
import { contentName, referencesOf, textOf } from "./content.ts";

const { Type } = proto.Message.ProtocolMessage;

/** What kind of file each content holds. */
const MEDIA: ReadonlyMap<string, MediaType> = new Map([
  ["imageMessage", "image"],
  ["videoMessage", "video"],
  ["audioMessage", "audio"],
  ["documentMessage", "document"],
  ["stickerMessage", "sticker"],
]);

/** A message as a phone shows it. */
export class Received {
  /** How often it came; it is shown once. */
  times = 1;
  /** Texts it was changed to, oldest first. */
  readonly edits: string[] = [];
  /** What each put on it last. */
  readonly reactions = new Map<Account, string>();
  isDeleted = false;

  constructor(
    readonly world: World,
    readonly id: string,
    readonly author: Account,
    readonly chat: Chat,
    readonly content: proto.IMessage,
    /** Epoch seconds. */
    readonly sentAt: number,
  ) {}

  /** Text or caption, as it reads now. */
  get text(): string | undefined {
    return this.edits.at(-1) ?? textOf(this.content);
  }

  /** The name of what it holds: `conversation`, `imageMessage` … */
  get holds(): string {
    return contentName(this.content);
  }

  /** What it answers. */
  get quoted(): { readonly id: string; readonly text: string | undefined } | undefined {
    const { stanzaId, quotedMessage } = referencesOf(this.content) ?? {};
    return stanzaId ? { id: stanzaId, text: quotedMessage ? textOf(quotedMessage) : undefined } : undefined;
  }

  /** Jids it mentions. */
  get mentions(): readonly string[] {
    return referencesOf(this.content)?.mentionedJid ?? [];
  }

  /** The file it holds, fetched and decrypted. @throws when it holds none, or none that can be read */
  async file(): Promise<{
    readonly bytes: Buffer;
    readonly mimetype: string;
    readonly name: string | undefined;
  }> {
    const { imageMessage, videoMessage, audioMessage, documentMessage, stickerMessage } = this.content;
    const captioned = this.content.documentWithCaptionMessage?.message?.documentMessage;
    const document = documentMessage ?? captioned;
    const fields = imageMessage ?? videoMessage ?? audioMessage ?? document ?? stickerMessage;
    const type = MEDIA.get(this.holds);
    if (!fields || !type) throw new Error(`${this.id} holds no file but ${this.holds}`);
    return {
      bytes: await this.world.media.read(fields, type),
      mimetype: fields.mimetype ?? "",
      name: document?.fileName ?? undefined,
    };
  }
}

/** What a phone shows, with edits, deletions and reactions put where they belong. */
export class Screen {
  readonly #messages = new Map<string, Received>();
  /** How often each id came, of what shows nothing too. */
  readonly #times = new Map<string, number>();
  readonly #reactions: { readonly to: string; readonly emoji: string }[] = [];

  constructor(readonly world: World) {}

  /** What others put on a message, oldest first; an empty text took it away. */
  reactionsTo(id: string): string[] {
    return this.#reactions.flatMap(({ to, emoji }) => (to === id ? [emoji] : []));
  }

  /** Messages from others, oldest first. */
  get messages(): Received[] {
    return [...this.#messages.values()];
  }

  /** How often something with this id came. */
  times(id: string): number {
    return this.#times.get(id) ?? 0;
  }

  /** Shows something new, or what it does to something shown before. */
  show(message: Received): void {
    const { content, author } = message;
    const times = this.times(message.id) + 1;
    this.#times.set(message.id, times);
    const { reactionMessage, protocolMessage } = content;
    if (times > 1) {
      const known = this.#messages.get(message.id);
      if (known) known.times = times;
    } else if (reactionMessage) {
      const emoji = reactionMessage.text ?? "";
      this.#reactions.push({ to: reactionMessage.key?.id ?? "", emoji });
      this.#target(reactionMessage.key)?.reactions.set(author, emoji);
    } else if (protocolMessage?.type === Type.MESSAGE_EDIT) {
      const text = textOf(protocolMessage.editedMessage ?? {});
      if (text !== undefined) this.#target(protocolMessage.key)?.edits.push(text);
    } else if (protocolMessage?.type === Type.REVOKE) {
      const target = this.#target(protocolMessage.key);
      if (target) target.isDeleted = true;
    } else if (Object.keys(content).some((name) => !SILENT.has(name))) {
      this.#messages.set(message.id, message);
    }
    this.world.changed();
  }

  #target(key: proto.IMessageKey | null | undefined): Received | undefined {
    return this.#messages.get(key?.id ?? "");
  }
}

/** Parts of a message that show nothing. */
const SILENT = new Set(["messageContextInfo", "senderKeyDistributionMessage", "protocolMessage"]);
