import type { ChannelAccount } from "../../channel.ts";
import { typeOfMedia } from "../../files/index.ts";
import { type OutboundMessage, type OutboundPart, SendError } from "../../outbound-message.ts";
import { telegramCaption, telegramTexts } from "../markup/index.ts";
import { keyboardOf, whyNoButtons } from "./keyboard.ts";
import { ALBUM_MAX_ITEMS, QUOTE_MAX_CHARS } from "./limits.ts";
import { formOf } from "./media-form.ts";
import {
  type AlbumPart,
  draftOf,
  type MediaPart,
  type PartButton,
  type PartFrame,
  type PartMedia,
  type TextPart,
  type Words,
} from "./part.ts";
import { outgoingRules, type OutgoingRules } from "./settings.ts";

type Part = TextPart | MediaPart | AlbumPart;

/**
 * A message as calls, in the order they are to be made: files first, the text as the first one's caption when it is short
 * enough, else after them. Pure. @throws SendError `refused`
 */
export function renderMessage(message: OutboundMessage, account: ChannelAccount): readonly OutboundPart[] {
  const rules = outgoingRules(account);
  const keyboard = keyboardOf(message.buttons);
  const why = keyboard && rules.buttons === "off" ? whyNoButtons("off", { chatId: "" }) : undefined;
  if (why !== undefined) throw new SendError("refused", why);
  const media = (message.media ?? []).map((one) => mediaOf(one, message));
  const caption = media.length === 0 ? undefined : telegramCaption(message.text, { tables: rules.tables });
  const texts = caption === undefined ? textsOf(message.text, rules) : [];
  const files = mediaParts(media, keyboard !== undefined);
  const parts: Part[] = [...files, ...texts];
  const [first, ...rest] = parts;
  if (first === undefined) {
    throw new SendError("refused", "There is nothing to send: the message has neither text nor a file.");
  }
  const head: Part = caption === undefined || first.kind === "text" ? first : { ...first, caption };
  return withKeyboard([{ ...head, ...framed(message, head) }, ...rest], keyboard).map((part, index) => ({
    ...part,
    ...shared(message, rules, index === 0),
  }));
}

/** A message id as Telegram counts; undefined for what cannot be one, then nothing is answered. */
export function messageIdOf(id: string | undefined): number | undefined {
  const number = id !== undefined && /^[1-9]\d{0,9}$/.test(id) ? Number(id) : undefined;
  return number !== undefined && number <= 0x7fffffff ? number : undefined;
}

function textsOf(text: string, { textLimit, chunkMode, tables, linkPreview }: OutgoingRules): TextPart[] {
  return telegramTexts(text, { limit: textLimit, chunkMode, tables }).map((words: Words) => ({
    kind: "text",
    words: { html: words.html, plain: words.plain },
    ...(!linkPreview && { preview: false }),
  }));
}

function mediaOf(
  { source, name, mimeType }: NonNullable<OutboundMessage["media"]>[number],
  message: OutboundMessage,
): PartMedia {
  const wishes = {
    ...(message.asVoice === true && { asVoice: true as const }),
    ...(message.gifPlayback === true && { asGif: true as const }),
  };
  const known = typeOfMedia({
    source,
    ...(name !== undefined && { name }),
    ...(mimeType !== undefined && { mimeType }),
  });
  const form =
    message.forceDocument === true ? "document" : known === undefined ? undefined : formOf(known, wishes);
  return {
    source,
    ...(name !== undefined && { name }),
    ...(mimeType !== undefined && { mimeType }),
    ...(form !== undefined && { form }),
    ...wishes,
  };
}

/** Photos that follow each other are albums; a message with buttons has none, since albums have no buttons. */
function mediaParts(media: readonly PartMedia[], isSeparate: boolean): Part[] {
  const groups: PartMedia[][] = [];
  for (const one of media) {
    const last = groups.at(-1);
    const joins =
      !isSeparate && one.form === "photo" && last?.[0]?.form === "photo" && last.length < ALBUM_MAX_ITEMS;
    if (joins) last.push(one);
    else groups.push([one]);
  }
  return groups.flatMap((items): Part[] => {
    const [only] = items;
    if (only === undefined) return [];
    return [items.length === 1 ? { kind: "media", media: only } : { kind: "album", items }];
  });
}

function withKeyboard(parts: readonly Part[], keyboard: PartButton[][] | undefined): readonly Part[] {
  if (keyboard === undefined) return parts;
  return parts.map((part, index) => (index === parts.length - 1 ? { ...part, keyboard } : part));
}

/** What only the first part has: the pin, the quote, the preview it takes the place of. */
function framed(message: OutboundMessage, head: Part): PartFrame {
  const replyTo = messageIdOf(message.replyToId);
  const quote = replyTo === undefined ? undefined : quoteOf(message.quote);
  const draft = draftOf(message.replaces);
  // An edit makes neither an answer nor a picture of what stands there.
  const mayEdit = head.kind === "text" && replyTo === undefined;
  return {
    ...(quote !== undefined && { quote }),
    ...(message.pin === true && { pin: true }),
    ...(draft !== undefined && (mayEdit ? { replaces: draft } : { discards: draft })),
  };
}

function shared(message: OutboundMessage, rules: OutgoingRules, isFirst: boolean): PartFrame {
  const replyTo = isFirst || rules.repliesTo === "all" ? messageIdOf(message.replyToId) : undefined;
  return {
    ...(replyTo !== undefined && { replyTo }),
    ...(message.silent === true && { silent: true }),
  };
}

/** A quote has to stand in the message word for word, so a long one is cut at its end. */
function quoteOf(quote: string | undefined): string | undefined {
  if (quote === undefined || quote.trim() === "") return undefined;
  const cut = quote.slice(0, QUOTE_MAX_CHARS);
  // Half a character at the end is none of the message's.
  return (cut.isWellFormed() ? cut : cut.slice(0, -1)).toWellFormed();
}
