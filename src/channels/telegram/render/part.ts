import { type Static, Type } from "@sinclair/typebox";
import { fits } from "../../../protocol/index.ts";
import { type OutboundPart, storedPart } from "../../outbound-message.ts";

/** Markup of a text and what is shown when Telegram cannot read it; only the latter for what goes out plain. */
const Words = Type.Object({ html: Type.Optional(Type.String()), plain: Type.String() });

const Draft = Type.Object({ chatId: Type.String(), messageId: Type.Integer() });

const Button = Type.Object({
  text: Type.String(),
  data: Type.Optional(Type.String()),
  url: Type.Optional(Type.String()),
});

/** What every part may have beside its content. */
const frame = {
  replyTo: Type.Optional(Type.Integer()),
  quote: Type.Optional(Type.String()),
  silent: Type.Optional(Type.Literal(true)),
  keyboard: Type.Optional(Type.Array(Type.Array(Button))),
  /** Pinned once it has arrived. */
  pin: Type.Optional(Type.Literal(true)),
  /** A preview in the chat: this part takes its place, … */
  replaces: Type.Optional(Draft),
  /** … or it is taken away once this part has arrived. */
  discards: Type.Optional(Draft),
};

const MEDIA_FORMS = ["photo", "video", "animation", "voice", "audio", "document"] as const;

const Media = Type.Object({
  /** Path, http(s) address or data URL. */
  source: Type.String(),
  name: Type.Optional(Type.String()),
  mimeType: Type.Optional(Type.String()),
  /** How it is shown; undefined when only the file itself tells. */
  form: Type.Optional(Type.Union(MEDIA_FORMS.map((form) => Type.Literal(form)))),
  asVoice: Type.Optional(Type.Literal(true)),
  asGif: Type.Optional(Type.Literal(true)),
});

const TextPart = Type.Object({
  kind: Type.Literal("text"),
  words: Words,
  /** False when links are shown without a preview. */
  preview: Type.Optional(Type.Literal(false)),
  ...frame,
});

const MediaPart = Type.Object({
  kind: Type.Literal("media"),
  media: Media,
  caption: Type.Optional(Words),
  ...frame,
});

const AlbumPart = Type.Object({
  kind: Type.Literal("album"),
  items: Type.Array(Media, { minItems: 2 }),
  caption: Type.Optional(Words),
  ...frame,
});

const PollPart = Type.Object({
  kind: Type.Literal("poll"),
  question: Type.String(),
  options: Type.Array(Type.String()),
  isAnonymous: Type.Boolean(),
  allowsMultiple: Type.Boolean(),
  openSeconds: Type.Optional(Type.Integer()),
  ...frame,
});

const TelegramPart = Type.Union([TextPart, MediaPart, AlbumPart, PollPart]);

const Frame = Type.Object(frame);

export type PartFrame = Static<typeof Frame>;
export type Words = Static<typeof Words>;
export type DraftRef = Static<typeof Draft>;
export type PartButton = Static<typeof Button>;
export type MediaForm = (typeof MEDIA_FORMS)[number];
export type PartMedia = Static<typeof Media>;
export type TextPart = Static<typeof TextPart>;
export type MediaPart = Static<typeof MediaPart>;
export type AlbumPart = Static<typeof AlbumPart>;
export type PollPart = Static<typeof PollPart>;

/** One call of the Bot API, without the chat it goes to. */
export type TelegramPart = Static<typeof TelegramPart>;

/** Reads a part as it was stored. @throws SendError `refused` for one this program did not make */
export function partOf(part: OutboundPart): TelegramPart {
  return storedPart(TelegramPart, part);
}

/** The preview an answer may take the place of; undefined for anything else. */
export function draftOf(value: unknown): DraftRef | undefined {
  return fits(Draft, value) ? value : undefined;
}

/** The same call without markup; undefined when there is none in it. */
export function plain(part: OutboundPart): OutboundPart | undefined {
  const known = partOf(part);
  switch (known.kind) {
    case "text":
      return known.words.html === undefined ? undefined : { ...known, words: { plain: known.words.plain } };
    case "media":
    case "album":
      return known.caption?.html === undefined
        ? undefined
        : { ...known, caption: { plain: known.caption.plain } };
    case "poll":
      return undefined;
  }
}
