import type { MediaType, proto } from "@whiskeysockets/baileys";
import { randomBytes } from "node:crypto";
import type { MediaReference, MediaStore } from "../state/media.ts";

/** One file somebody sends. */
export interface Attachment {
  readonly kind: "image" | "video" | "audio" | "voice" | "document" | "sticker";
  readonly bytes: Uint8Array;
  readonly mimetype?: string;
  /** Of an image, a video or a document. */
  readonly caption?: string;
  /** Of a document. */
  readonly name?: string;
  /** Of sound and video. */
  readonly seconds?: number;
}

const TYPES: Readonly<Record<Attachment["kind"], MediaType>> = {
  image: "image",
  video: "video",
  audio: "audio",
  voice: "ptt",
  document: "document",
  sticker: "sticker",
};

const MIMETYPES: Readonly<Record<Attachment["kind"], string>> = {
  image: "image/jpeg",
  video: "video/mp4",
  audio: "audio/mpeg",
  voice: "audio/ogg; codecs=opus",
  document: "application/octet-stream",
  sticker: "image/webp",
};

/** Brings a file to the media host, and makes the message that names it. */
export async function attachmentContent(
  store: MediaStore,
  attachment: Attachment,
  contextInfo: proto.IContextInfo | undefined,
): Promise<proto.IMessage> {
  const { kind, caption, name, seconds, bytes } = attachment;
  const file: MediaReference = await store.put(bytes, TYPES[kind]);
  const mimetype = attachment.mimetype ?? MIMETYPES[kind];
  const all = { ...file, mimetype, ...(contextInfo ? { contextInfo } : {}) };
  switch (kind) {
    case "image":
      return { imageMessage: { ...all, caption, width: 1, height: 1 } };
    case "video":
      return { videoMessage: { ...all, caption, seconds } };
    case "audio":
    case "voice":
      return { audioMessage: { ...all, seconds, ptt: kind === "voice" } };
    case "document": {
      const documentMessage = { ...all, caption, fileName: name ?? "file", title: name ?? "file" };
      if (caption === undefined) return { documentMessage };
      return { documentWithCaptionMessage: { message: { documentMessage } } };
    }
    case "sticker":
      return { stickerMessage: all };
  }
}

/** A place on the map. */
export function locationContent(
  latitude: number,
  longitude: number,
  name: string | undefined,
): proto.IMessage {
  return { locationMessage: { degreesLatitude: latitude, degreesLongitude: longitude, name } };
}

/** Somebody's card. */
export function contactContent(name: string, number: string): proto.IMessage {
  const digits = number.replace(/\D/g, "");
  const vcard = `BEGIN:VCARD\nVERSION:3.0\nFN:${name}\nTEL;type=CELL;waid=${digits}:+${digits}\nEND:VCARD`;
  return { contactMessage: { displayName: name, vcard } };
}

/** A question with answers to choose from. */
export function pollContent(question: string, options: readonly string[]): proto.IMessage {
  return {
    messageContextInfo: { messageSecret: randomBytes(32) },
    pollCreationMessageV3: {
      name: question,
      options: options.map((optionName) => ({ optionName })),
      selectableOptionsCount: 1,
    },
  };
}
