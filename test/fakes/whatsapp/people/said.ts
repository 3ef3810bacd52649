import type { proto } from "@whiskeysockets/baileys";
import { type Encrypted, encNode } from "../signal/index.ts";
import type { Account } from "../state/account.ts";
import { otherAddressing } from "../state/addressing.ts";
import type { Chat } from "../state/chat.ts";
import type { Companion } from "../state/companion.ts";
import type { Pending } from "../state/outbox.ts";
import type { World } from "../state/world.ts";
import { type BinaryNode, node, seconds } from "../wire/index.ts";
import { kindOf } from "./content.ts";

/** What a device said about a message: `delivered`, `inactive` (delivered, nobody looks), `read`, `played`, `retry`. */
export interface Receipt {
  readonly by: Companion;
  readonly type: string;
  /** Epoch ms. */
  readonly at: number;
}

/** How a message is sent. */
export interface Sending {
  /** The first so many copies arrive damaged: nobody can read them. */
  readonly spoiled?: number;
  /** `1` an edit, `7` a deletion, as the stanza says it. */
  readonly edit?: string;
  /** For this device of one's own only, and not for eyes. */
  readonly peer?: Companion;
  readonly id?: string;
  /** Epoch seconds; now when not given. */
  readonly sentAt?: number;
}

/** A message somebody's phone sent, and what became of it. */
export class Said {
  readonly id: string;
  readonly sentAt: number;
  readonly receipts: Receipt[] = [];
  /** What was queued for each device, every time it was. */
  readonly copies = new Map<Companion, Pending[]>();
  #spoiled: number;

  constructor(
    readonly world: World,
    readonly author: Account,
    readonly chat: Chat,
    readonly content: proto.IMessage,
    readonly sending: Sending = {},
  ) {
    this.id = sending.id ?? world.messageId();
    this.sentAt = sending.sentAt ?? seconds();
    this.#spoiled = sending.spoiled ?? 0;
    world.said.set(this.id, this);
  }

  /** Some device has it. */
  get isDelivered(): boolean {
    return this.receipts.some(({ type }) => type !== "retry");
  }

  get isRead(): boolean {
    return this.receipts.some(({ type }) => type === "read");
  }

  /** How often devices asked for it again. */
  get retries(): number {
    return this.receipts.filter(({ type }) => type === "retry").length;
  }

  /** How often it went over the wire. */
  get attempts(): number {
    return [...this.copies.values()].flat().reduce((sum, { attempts }) => sum + attempts, 0);
  }

  /** Queues it for a device. */
  async to(companion: Companion, isOwn: boolean): Promise<void> {
    const { chat, author } = this;
    const { primary } = author;
    await this.#queue(
      companion,
      async () => {
        if (chat.kind !== "group" || this.sending.peer) {
          return [
            await primary.encrypt(companion.lid, this.#contentFor(isOwn), () => companion.takeBundle()),
          ];
        }
        const { encrypted, distribution } = await primary.encryptFor(chat.id, this.content);
        const knows = author.keyHolders(chat.id);
        const key = `${companion.lid} ${chat.addressing}`;
        if (knows.has(key)) return [encrypted];
        knows.add(key);
        return [await primary.encrypt(companion.lid, distribution, () => companion.takeBundle()), encrypted];
      },
      isOwn,
    );
  }

  /** A device could not read it: it gets it again, encrypted for it alone and with a new session. */
  async again(companion: Companion, count: number): Promise<void> {
    const { author, chat } = this;
    const { primary } = author;
    const isOwn = author.companions.get(companion.id) === companion;
    await this.#queue(
      companion,
      async () => {
        await primary.renew(companion.lid, companion.takeBundle());
        const distribution =
          chat.kind === "group" ? (await primary.encryptFor(chat.id, {})).distribution : undefined;
        const content = { ...this.#contentFor(isOwn), ...distribution };
        return [await primary.encrypt(companion.lid, content, () => companion.takeBundle())];
      },
      isOwn,
      count,
    );
  }

  acknowledge(by: Companion, type: string): void {
    this.receipts.push({ by, type, at: Date.now() });
    this.world.changed();
  }

  #contentFor(isOwn: boolean): proto.IMessage {
    const { chat } = this;
    if (!isOwn || chat.kind === "group" || this.sending.peer) return this.content;
    return { deviceSentMessage: { destinationJid: chat.jid(chat.addressing), message: this.content } };
  }

  async #queue(
    companion: Companion,
    encrypt: () => Promise<Encrypted[]>,
    isOwn: boolean,
    count?: number,
  ): Promise<void> {
    const copies = this.copies.get(companion) ?? [];
    this.copies.set(companion, copies);
    const pending = companion.post(async () => {
      const parts = await encrypt();
      const spoil = this.#spoiled > 0;
      if (spoil) this.#spoiled -= 1;
      const attrs = {
        count: count === undefined ? undefined : String(count),
        "decrypt-fail": this.content.reactionMessage ? "hide" : undefined,
      };
      return node(
        "message",
        this.#attrs(isOwn),
        parts.map((part) => encNode(spoil ? damaged(part) : part, attrs)),
      );
    });
    const queued = await pending;
    if (queued) copies.push(queued);
  }

  #attrs(isOwn: boolean): BinaryNode["attrs"] {
    const { author, chat, id, sentAt, content, sending } = this;
    const about = {
      id,
      t: String(sentAt),
      type: kindOf(content),
      notify: author.name,
      ...(sending.edit ? { edit: sending.edit } : {}),
    };
    if (sending.peer) return { ...about, from: author.jid("pn"), category: "peer" };
    if (chat.kind === "group") {
      const { addressing } = chat;
      const other = otherAddressing(addressing);
      return {
        ...about,
        from: chat.id,
        participant: author.jid(addressing),
        [`participant_${other}`]: author.jid(other),
        addressing_mode: addressing,
      };
    }
    const { addressing } = isOwn ? chat : author;
    const other = otherAddressing(addressing);
    if (isOwn) {
      return {
        ...about,
        from: author.jid(addressing),
        recipient: chat.jid(addressing),
        [`peer_recipient_${other}`]: chat.jid(other),
      };
    }
    return { ...about, from: author.jid(addressing), [`sender_${other}`]: author.jid(other) };
  }
}

/** So far from the end there is something that the checksum guards, in every type. */
const GUARDED = 12;

/** The same with one bit turned. */
function damaged({ type, content }: Encrypted): Encrypted {
  const bytes = Buffer.from(content);
  const at = bytes.length - GUARDED;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return { type, content: bytes };
}
