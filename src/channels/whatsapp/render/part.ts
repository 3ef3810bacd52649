import { type Static, Type } from "@sinclair/typebox";
import { type OutboundPart, storedPart } from "../../outbound-message.ts";

const Words = Type.Object({ text: Type.String(), mentions: Type.Array(Type.String()) });

/** The message it quotes. */
const frame = { replyTo: Type.Optional(Type.String()) };

const TextPart = Type.Object({ kind: Type.Literal("text"), words: Words, ...frame });

const MEDIA_FORMS = ["image", "video", "voice", "audio", "document"] as const;

const MediaPart = Type.Object({
  kind: Type.Literal("media"),
  /** Path, http(s) address or data URL. */
  source: Type.String(),
  name: Type.Optional(Type.String()),
  mimeType: Type.Optional(Type.String()),
  /** A voice note, when the file is one. */
  asVoice: Type.Optional(Type.Literal(true)),
  asGif: Type.Optional(Type.Literal(true)),
  asDocument: Type.Optional(Type.Literal(true)),
  caption: Type.Optional(Words),
  ...frame,
});

const PollPart = Type.Object({
  kind: Type.Literal("poll"),
  question: Type.String(),
  options: Type.Array(Type.String()),
  selectable: Type.Integer(),
  ...frame,
});

const WhatsappPart = Type.Union([TextPart, MediaPart, PollPart]);

export type MediaForm = (typeof MEDIA_FORMS)[number];
export type Words = Static<typeof Words>;
export type TextPart = Static<typeof TextPart>;
export type MediaPart = Static<typeof MediaPart>;
export type PollPart = Static<typeof PollPart>;

/** One message, without the chat it goes to. */
export type WhatsappPart = Static<typeof WhatsappPart>;

/** Reads a part as it was stored. @throws SendError `refused` for one this program did not make */
export function partOf(part: OutboundPart): WhatsappPart {
  return storedPart(WhatsappPart, part);
}
