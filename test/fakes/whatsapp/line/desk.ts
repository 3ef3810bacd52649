import { getBinaryNodeChild, getBinaryNodeChildren } from "@whiskeysockets/baileys";
import type { Fault, Faults } from "../faults.ts";
import { ANSWERERS, Refused } from "../iq/index.ts";
import type { Journal } from "../journal.ts";
import type { Post } from "../people/post.ts";
import { keyOf, signedKeyOf } from "../signal/index.ts";
import type { Companion } from "../state/companion.ts";
import type { World } from "../state/world.ts";
import {
  type BinaryNode,
  bytesOf,
  type Connection,
  endWith,
  firstChild,
  node,
  seconds,
} from "../wire/index.ts";

/** What is said to a stanza, and what is done after that. */
interface Outcome {
  readonly answer?: BinaryNode | undefined;
  readonly afterwards?: () => void;
}

/** What a stanza brings about. */
type Effect = () => Promise<Outcome>;

/** Deals with what a linked device sends. */
export class Desk {
  constructor(
    readonly world: World,
    readonly journal: Journal,
    readonly faults: Faults,
    readonly post: Post,
    readonly activate: (companion: Companion) => Promise<void>,
  ) {}

  async take(companion: Companion, connection: Connection, incoming: BinaryNode): Promise<void> {
    const names = [incoming.tag, ...(incoming.attrs.xmlns ? [incoming.attrs.xmlns] : [])];
    const fault = this.faults.strike(names, incoming);
    const effect = () => this.#effectOf(companion, incoming);
    if (fault) await this.#goWrong(connection, incoming, effect, fault);
    else this.#conclude(connection, await effect());
    this.world.changed();
  }

  async #goWrong(connection: Connection, incoming: BinaryNode, effect: Effect, fault: Fault): Promise<void> {
    if (fault.kind === "refuse") {
      this.#conclude(connection, { answer: refusalOf(incoming, fault.code) });
      return;
    }
    if (fault.kind === "delay") {
      void this.#later(connection, effect, fault);
      return;
    }
    if (fault.after) (await effect()).afterwards?.();
    if (fault.kind === "reset") connection.reset();
    else if (fault.kind === "end") endWith(connection, fault.code);
  }

  async #later(
    connection: Connection,
    effect: Effect,
    fault: Extract<Fault, { readonly kind: "delay" }>,
  ): Promise<void> {
    const early = fault.after ? await effect() : undefined;
    early?.afterwards?.();
    await fault.until();
    this.#conclude(connection, early ? { answer: early.answer } : await effect());
  }

  #conclude(connection: Connection, { answer, afterwards }: Outcome): void {
    if (answer) connection.send(answer);
    afterwards?.();
  }

  async #effectOf(companion: Companion, incoming: BinaryNode): Promise<Outcome> {
    switch (incoming.tag) {
      case "iq":
        return { answer: await this.#question(companion, incoming) };
      case "message":
        return this.#message(companion, incoming);
      case "receipt":
        return { answer: this.#receipt(companion, incoming) };
      case "ack":
        companion.outbox.confirm(incoming.attrs.class ?? "", incoming.attrs.id);
        return {};
      case "presence": {
        const { type } = incoming.attrs;
        if (type === "available" || type === "unavailable") companion.presence = type;
        return {};
      }
      case "chatstate": {
        const what = firstChild(incoming);
        const state = what?.attrs.media === "audio" ? "recording" : (what?.tag ?? "");
        companion.chatStates.push({ to: incoming.attrs.to ?? "", state });
        return {};
      }
      default:
        return {};
    }
  }

  async #question(companion: Companion, iq: BinaryNode): Promise<BinaryNode | undefined> {
    const { id, type, xmlns = "" } = iq.attrs;
    const what = firstChild(iq);
    if (type === "result" || type === "error") return undefined;
    const result = (content: BinaryNode[]) =>
      node("iq", { id, from: iq.attrs.to ?? "s.whatsapp.net", type: "result" }, content);
    if (xmlns === "passive") {
      // Its answer goes first: what waited for the device comes after it.
      companion.connection?.send(result([]));
      await this.activate(companion);
      return undefined;
    }
    if (xmlns === "md" && what?.tag === "remove-companion-device") {
      this.world.unlink(companion);
      return result([]);
    }
    const answerer = ANSWERERS[xmlns];
    if (!answerer) {
      this.journal.unknown.push(`${xmlns} ${type} ${what?.tag}`);
      return refusalOf(iq, 501);
    }
    try {
      return result(await answerer({ world: this.world, companion, iq, what: what ?? node("nothing") }));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return refusalOf(iq, error.code, error.message);
    }
  }

  async #message(companion: Companion, message: BinaryNode): Promise<Outcome> {
    const { refused, afterwards } = await this.post.carry(companion, message);
    return { answer: refused === undefined ? ackOf(message) : refusalOf(message, refused), afterwards };
  }

  #receipt(companion: Companion, receipt: BinaryNode): BinaryNode {
    const { id = "", type = "delivered" } = receipt.attrs;
    const rest = getBinaryNodeChildren(getBinaryNodeChild(receipt, "list"), "item");
    for (const one of [id, ...rest.map(({ attrs }) => attrs.id ?? "")]) {
      if (type !== "retry") companion.outbox.confirm("message", one);
      this.world.said.get(one)?.acknowledge(companion, type);
    }
    if (type === "retry") {
      const keys = getBinaryNodeChild(receipt, "keys");
      if (keys) {
        const once = getBinaryNodeChild(keys, "key");
        companion.upload(
          {
            registrationId: bytesOf(getBinaryNodeChild(receipt, "registration")).readUInt32BE(),
            identity: bytesOf(getBinaryNodeChild(keys, "identity")),
            signed: signedKeyOf(getBinaryNodeChild(keys, "skey")),
          },
          once ? [keyOf(once)] : [],
        );
      }
      const count = Number(getBinaryNodeChild(receipt, "retry")?.attrs.count ?? 1);
      void this.world.said.get(id)?.again(companion, count);
    }
    const { to, participant } = receipt.attrs;
    return node("ack", { class: "receipt", id, type: receipt.attrs.type, from: to, participant });
  }
}

function ackOf({ tag, attrs }: BinaryNode): BinaryNode {
  return node("ack", { class: tag, id: attrs.id, from: attrs.to, t: seconds() });
}

/** Says no to a stanza, with a code. */
function refusalOf(incoming: BinaryNode, code: number, text = "refused"): BinaryNode {
  const { tag, attrs } = incoming;
  if (tag !== "iq")
    return node("ack", { class: tag, id: attrs.id, from: attrs.to, error: code, t: seconds() });
  return node("iq", { id: attrs.id, from: attrs.to ?? "s.whatsapp.net", type: "error" }, [
    node("error", { code, text }),
  ]);
}
