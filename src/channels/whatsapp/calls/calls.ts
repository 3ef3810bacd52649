import { createHmac } from "node:crypto";
import type { GroupMetadata, proto, WASocket } from "@whiskeysockets/baileys";
import type { Clock } from "../../../lib/clock.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { ActionResult, ChannelAction } from "../../action.ts";
import type { ChannelAccount, FetchedMedia } from "../../channel.ts";
import type { SourceDeps } from "../../files/index.ts";
import type { MediaRef } from "../../inbound-event.ts";
import { type OutboundPart, type Receipt, refuse, SendError, type Target } from "../../outbound-message.ts";
import type { RecentMessage, RecentMessages, SentMessages } from "../line/index.ts";
import { isGroup } from "../normalise/index.ts";
import { jidOf, partOf, type PollPart } from "../render/index.ts";
import type { WebPlace, WhatsappSocket } from "../socket/index.ts";
import { Acknowledgements } from "./acknowledgements.ts";
import { act, type ActionDeps, react } from "./actions.ts";
import { sendFailure, wordsOf } from "./failures.ts";
import { fetchFile } from "./incoming-file.ts";
import { REACHED_REMEMBERED } from "./limits.ts";
import { MediaHost } from "./media-host.ts";
import { messageIdOf } from "./message-id.ts";
import { fileMessage } from "./outgoing-file.ts";

export interface CallDeps extends SourceDeps {
  readonly socket: Pick<WhatsappSocket, "wire" | "library">;
  readonly place: WebPlace;
  readonly clock: Clock;
  readonly log: Logger;
  readonly account: () => ChannelAccount;
  /** What makes the ids of messages this account's: its number. */
  readonly identity: string;
  readonly recent: RecentMessages;
  readonly sent: Pick<SentMessages, "put">;
  readonly groupOf: (group: string) => Promise<GroupMetadata | undefined>;
}

/** Everything that is asked of WhatsApp over one open connection. */
export class WhatsappCalls {
  readonly #deps: CallDeps;
  readonly #wire: WASocket;
  readonly #acks: Acknowledgements;
  readonly #host: MediaHost;
  /** Numbers that have an account there. */
  readonly #reached = new Set<string>();

  constructor(deps: CallDeps) {
    this.#deps = deps;
    this.#wire = deps.socket.wire;
    this.#acks = new Acknowledgements(this.#wire, deps.clock);
    this.#host = new MediaHost({ wire: this.#wire, egress: deps.egress, place: deps.place });
  }

  /** @throws SendError */
  async send(stored: OutboundPart, target: Target, signal: AbortSignal, name: string): Promise<Receipt> {
    const part = partOf(stored);
    const jid = jidOf(target);
    const id = messageIdOf(this.#deps.identity, name);
    try {
      await this.#demandReachable(jid, target);
      const quoted = part.replyTo === undefined ? undefined : this.#quoted(target, part.replyTo);
      switch (part.kind) {
        case "text":
          await this.#acks.of(id, signal, () =>
            this.#say(target, id, {
              extendedTextMessage: textOf(part.words, quoted && contextOf(quoted, this.#wire)),
            }),
          );
          break;
        case "media": {
          const context = withMentions(quoted && contextOf(quoted, this.#wire), part.caption?.mentions ?? []);
          const message = await fileMessage(part, context, { ...this.#deps, host: this.#host }, signal);
          await this.#acks.of(id, signal, () => this.#say(target, id, message));
          break;
        }
        case "poll":
          await this.#acks.of(id, signal, () => this.#poll(jid, id, part, quoted));
          break;
      }
    } catch (error) {
      throw sendFailure(error);
    }
    return { messageId: id, chatId: target.chatId, at: this.#deps.clock.now() };
  }

  /** Shows that an answer is being made; never throws. */
  async typing(target: Target): Promise<void> {
    await this.#wire.sendPresenceUpdate("composing", jidOf(target)).catch((error: unknown) => {
      this.#deps.log.debug("that an answer is being made could not be shown", { error: wordsOf(error) });
    });
  }

  /** @throws SendError */
  async react(target: Target, messageId: string, emoji: string | undefined): Promise<void> {
    await react(target, messageId, emoji, this.#actionDeps()).catch((error: unknown) => {
      throw sendFailure(error);
    });
  }

  /** @throws SendError */
  async act(action: ChannelAction): Promise<ActionResult> {
    return await act(action, this.#actionDeps()).catch((error: unknown) => {
      throw sendFailure(error);
    });
  }

  /** @throws Error that says why not */
  async fetchMedia(media: MediaRef, maxBytes: number, signal: AbortSignal): Promise<FetchedMedia> {
    return await fetchFile(media, maxBytes, { host: this.#host, account: this.#deps.account }, signal);
  }

  /** Best effort; never throws. */
  async read({ key }: RecentMessage): Promise<void> {
    await this.#wire.readMessages([key]).catch((error: unknown) => {
      this.#deps.log.debug("that a message was read could not be told", { error: wordsOf(error) });
    });
  }

  /** Asks the server for a sign of life. @throws Error */
  async ping(): Promise<void> {
    const ping = { tag: "ping", attrs: {} };
    const attrs = { to: "s.whatsapp.net", type: "get", xmlns: "w:p" };
    if ((await this.#wire.query({ tag: "iq", attrs, content: [ping] })) === undefined) {
      throw new Error("WhatsApp does not answer.");
    }
  }

  /** The connection ended. */
  close(): void {
    this.#acks.close();
  }

  async #say(target: Target, messageId: string, message: proto.IMessage): Promise<void> {
    const jid = jidOf(target);
    this.#deps.recent.put(target.chatId, { key: { remoteJid: jid, id: messageId, fromMe: true }, message });
    // Before it can be asked for again.
    await this.#deps.sent.put(messageId, this.#deps.socket.library.proto.Message.encode(message).finish());
    await this.#wire.relayMessage(jid, message, { messageId });
  }

  /** The secret that votes are encrypted with is the same for every attempt, and nobody else's to know. */
  async #poll(
    jid: string,
    messageId: string,
    part: PollPart,
    quoted: RecentMessage | undefined,
  ): Promise<void> {
    const { question, options, selectable } = part;
    const { advSecretKey } = this.#wire.authState.creds;
    const messageSecret = createHmac("sha256", advSecretKey).update(messageId).digest();
    const poll = { name: question, values: options, selectableCount: selectable, messageSecret };
    const isKnown = quoted && contextOf(quoted, this.#wire) !== undefined;
    await this.#wire.sendMessage(jid, { poll }, { messageId, ...(isKnown && { quoted }) });
  }

  #quoted(target: Target, id: string): RecentMessage {
    const unknown = { remoteJid: jidOf(target), id, fromMe: false };
    return this.#deps.recent.get(target.chatId, id) ?? { key: unknown, message: { conversation: "" } };
  }

  /** A number nobody has takes no messages, and the server says nothing of it. */
  async #demandReachable(jid: string, { chatId }: Target): Promise<void> {
    if (!jid.endsWith("@s.whatsapp.net") || this.#reached.has(jid)) return;
    const devices = await this.#wire.getUSyncDevices([jid], true, false);
    if (devices.length === 0) refuse(`${chatId} is not on WhatsApp. Check the number and its country.`);
    this.#reached.add(jid);
    const [oldest] = this.#reached;
    if (this.#reached.size > REACHED_REMEMBERED && oldest !== undefined) this.#reached.delete(oldest);
  }

  #actionDeps(): ActionDeps {
    const { account, clock, groupOf, recent } = this.#deps;
    return { wire: this.#wire, recent, account, groupOf, now: () => clock.now() };
  }
}

function textOf(
  { text, mentions }: { readonly text: string; readonly mentions: readonly string[] },
  context: proto.IContextInfo | undefined,
): proto.Message.IExtendedTextMessage {
  const contextInfo = withMentions(context, mentions);
  return { text, ...(contextInfo && { contextInfo }) };
}

function withMentions(
  context: proto.IContextInfo | undefined,
  mentions: readonly string[],
): proto.IContextInfo | undefined {
  const mentionedJid = mentions.map((digits) => `${digits}@s.whatsapp.net`);
  return mentionedJid.length === 0 ? context : { ...context, mentionedJid };
}

/** What a quote is made of. */
function contextOf({ key, message }: RecentMessage, wire: WASocket): proto.IContextInfo | undefined {
  const participant = key.fromMe === true ? wire.user?.id : (key.participant ?? key.remoteJid);
  if (!key.id || !participant) return undefined;
  // A group's own id is nobody; without the author the quote would be of nobody.
  if (isGroup(participant)) return undefined;
  return { stanzaId: key.id, participant: participant.replace(/:\d+@/, "@"), quotedMessage: message };
}

/** @throws SendError `not-ready` */
export function notReady(why: string | undefined, isNotLinked: boolean): never {
  throw new SendError("not-ready", `WhatsApp cannot be used now${why === undefined ? "" : `: ${why}`}`, {
    ...(isNotLinked && { isNotLinked: true }),
  });
}
