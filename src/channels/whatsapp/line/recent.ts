import type { proto, WAMessageKey } from "@whiskeysockets/baileys";
import { RECENT_MESSAGES } from "./limits.ts";

/** A message as it is quoted. */
export interface RecentMessage {
  readonly key: WAMessageKey;
  readonly message: proto.IMessage;
}

/** Small pictures of large ones would be most of what is remembered. */
function withoutPreview(message: proto.IMessage): proto.IMessage {
  const { imageMessage, videoMessage, documentMessage } = message;
  return {
    ...message,
    ...(imageMessage && { imageMessage: { ...imageMessage, jpegThumbnail: null } }),
    ...(videoMessage && { videoMessage: { ...videoMessage, jpegThumbnail: null } }),
    ...(documentMessage && { documentMessage: { ...documentMessage, jpegThumbnail: null } }),
  };
}

/**
 * The newest messages of an account: a quote repeats what was said, and in groups a reaction names who said it. Senders choose
 * the ids of their messages: one is known in its chat alone, and whoever uses an id again is not who said it.
 */
export class RecentMessages {
  readonly #messages = new Map<string, RecentMessage>();

  /** `chat` as targets name it. */
  put(chat: string, recent: RecentMessage): void {
    const { id } = recent.key;
    if (!id) return;
    const name = nameOf(chat, id);
    const before = this.#messages.get(name);
    if (before && authorOf(before) !== authorOf(recent)) return;
    this.#messages.delete(name);
    this.#messages.set(name, { key: recent.key, message: withoutPreview(recent.message) });
    const [oldest] = this.#messages.keys();
    if (this.#messages.size > RECENT_MESSAGES && oldest !== undefined) this.#messages.delete(oldest);
  }

  get(chat: string, id: string): RecentMessage | undefined {
    return this.#messages.get(nameOf(chat, id));
  }
}

function nameOf(chat: string, id: string): string {
  return `${chat} ${id}`;
}

function authorOf({ key }: RecentMessage): string {
  return key.fromMe === true ? "" : (key.participant ?? key.remoteJid ?? "");
}
