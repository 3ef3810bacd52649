import { getBinaryNodeChild, getBinaryNodeChildren, type proto } from "@whiskeysockets/baileys";
import { bundleNodes, type Encrypted, encryptedOf } from "../signal/index.ts";
import type { Account } from "../state/account.ts";
import type { Chat } from "../state/chat.ts";
import type { Companion } from "../state/companion.ts";
import type { World } from "../state/world.ts";
import { type BinaryNode, bytesOf, node, seconds } from "../wire/index.ts";

/** Something that a linked device sent to a phone. */
export interface Incoming {
  readonly id: string;
  readonly author: Account;
  readonly from: Companion;
  readonly chat: Chat;
  /** As the sender named the chat. */
  readonly to: string;
  readonly parts: readonly Encrypted[];
  readonly stanza: BinaryNode;
  /** Epoch seconds. */
  readonly sentAt: number;
  /** Has this done once the sender knows that the server has its message. */
  readonly afterwards: (act: () => void) => void;
}

/** What became of a message that was handed in. */
export interface Carried {
  /** The error code when it could not be carried. */
  readonly refused?: number;
  /** What is to be done once the sender was answered: receipts go after the answer. */
  readonly afterwards: () => void;
}

/** Something that another phone said, which needs no wire. */
export interface Spoken {
  readonly id: string;
  readonly author: Account;
  readonly chat: Chat;
  readonly content: proto.IMessage;
  readonly sentAt: number;
}

/** A phone that gets messages. */
export interface Hearer {
  hear(incoming: Incoming): Promise<void>;
  overhear(spoken: Spoken): void;
}

/** Attributes of a message that its recipients see as they were sent. */
const PASSED_ON = ["edit", "type"] as const;

/** Carries what linked devices send to the phones and devices that are to have it. */
export class Post {
  readonly #hearers = new Map<Account, Hearer>();

  constructor(readonly world: World) {}

  register(account: Account, hearer: Hearer): void {
    this.#hearers.set(account, hearer);
  }

  /** Another phone said something. */
  overhear(account: Account, spoken: Spoken): void {
    this.#hearers.get(account)?.overhear(spoken);
  }

  /** Takes a message of a linked device to whom it is for. */
  async carry(from: Companion, stanza: BinaryNode): Promise<Carried> {
    const acts: (() => void)[] = [];
    const refused = await this.#carry(from, stanza, (act) => acts.push(act));
    return {
      ...(refused === undefined ? {} : { refused }),
      afterwards: () => {
        for (const act of acts) act();
      },
    };
  }

  async #carry(
    from: Companion,
    stanza: BinaryNode,
    afterwards: Incoming["afterwards"],
  ): Promise<number | undefined> {
    const { id = "", to = "", participant, recipient } = stanza.attrs;
    const author = this.world.account(from.jid);
    const chat = this.world.chat(recipient ?? to);
    if (!author || !chat) return 404;
    if (chat.kind === "group" && !chat.members.has(author)) return 403;
    const letter = { id, author, from, chat, to: recipient ?? to, stanza, sentAt: seconds(), afterwards };
    const whole = getBinaryNodeChildren(stanza, "enc").map(encryptedOf);
    const copies = getBinaryNodeChildren(getBinaryNodeChild(stanza, "participants"), "to");
    const byDevice = new Map(copies.map((copy) => [this.#device(copy.attrs.jid), copy] as const));
    if (chat.kind === "group" && participant === undefined) {
      for (const member of chat.members) {
        const own = byDevice.get(`${member.number}:0`);
        const parts = [...(own ? encOf(own) : []), ...whole];
        await this.#hearers.get(member)?.hear({ ...letter, parts });
        for (const companion of member.companions.values()) {
          if (companion === from) continue;
          const copy = byDevice.get(`${member.number}:${companion.id}`);
          this.#forward(companion, letter, [
            ...(copy ? getBinaryNodeChildren(copy, "enc") : []),
            ...getBinaryNodeChildren(stanza, "enc"),
          ]);
        }
      }
      return undefined;
    }
    const one = copies.length === 0 ? [node("to", { jid: participant ?? to }, stanza.content)] : copies;
    for (const copy of one) {
      const account = this.world.account(copy.attrs.jid);
      const device = Number(this.#device(copy.attrs.jid).split(":")[1]);
      if (!account) continue;
      if (device === 0) await this.#hearers.get(account)?.hear({ ...letter, parts: encOf(copy) });
      else {
        const companion = account.companions.get(device);
        if (companion) this.#forward(companion, letter, getBinaryNodeChildren(copy, "enc"));
      }
    }
    return undefined;
  }

  /** Asks the device that sent a message for it again, with keys to begin anew. */
  async askAgain(who: Account, incoming: Incoming, count: number): Promise<void> {
    const { id, from, sentAt } = incoming;
    const [registration, ...keys] = bundleNodes(await who.primary.bundle());
    from.tell(
      node("receipt", { ...this.#from(who, incoming), id, type: "retry", t: seconds() }, [
        node("retry", { count, id, t: sentAt, v: "1" }),
        node("registration", {}, bytesOf(registration)),
        node("keys", {}, keys),
      ]),
    );
  }

  /** Tells the device that sent a message what became of it. */
  receipt(who: Account, incoming: Incoming, type: "read" | "played" | undefined): void {
    incoming.from.tell(
      node("receipt", { ...this.#from(who, incoming), id: incoming.id, type, t: seconds() }),
    );
  }

  #from(who: Account, { chat, to }: Incoming): Record<string, string> {
    if (chat.kind === "group") return { from: chat.id, participant: who.jid(chat.addressing) };
    return { from: who.jid(to.endsWith("@lid") ? "lid" : "pn") };
  }

  #forward(companion: Companion, letter: Omit<Incoming, "parts">, encs: BinaryNode[]): void {
    const { chat, author, from, stanza, id, sentAt, to } = letter;
    const isOwn = this.world.account(companion.jid) === author;
    const named = to.endsWith("@lid") ? "lid" : "pn";
    const place =
      chat.kind === "group"
        ? {
            from: chat.id,
            participant: author.jid(chat.addressing, from.id),
            addressing_mode: chat.addressing,
          }
        : { from: author.jid(named, from.id), ...(isOwn ? { recipient: chat.jid(named) } : {}) };
    const passed = Object.fromEntries(PASSED_ON.map((name) => [name, stanza.attrs[name]]));
    companion.tell(node("message", { ...passed, ...place, id, t: sentAt, notify: author.name }, encs));
  }

  /** A device as `number:device`. */
  #device(jid: string | undefined): string {
    const device = /:(\d+)@/.exec(jid ?? "")?.[1] ?? "0";
    return `${this.world.account(jid)?.number}:${device}`;
  }
}

function encOf(holder: BinaryNode): Encrypted[] {
  return getBinaryNodeChildren(holder, "enc").map(encryptedOf);
}
