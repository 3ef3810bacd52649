import type { ChannelAccount } from "../../channel.ts";
import {
  type OutboundMedia,
  type OutboundMessage,
  type OutboundPart,
  refuse,
} from "../../outbound-message.ts";
import { whatsappSettings } from "../account/index.ts";
import { whatsappTexts } from "../markup/index.ts";
import { CAPTION_LIMIT } from "./limits.ts";
import type { MediaPart, TextPart } from "./part.ts";

/**
 * A message as calls, in the order they are to be made: files first, the text as the first one's caption when it is short enough,
 * else after them; a voice note has none. Buttons are told in words. Pure. @throws SendError `refused`
 */
export function renderMessage(message: OutboundMessage, account: ChannelAccount): readonly OutboundPart[] {
  const { textChunkLimit, streaming, markdown, replyToMode } = whatsappSettings(account);
  const cut = {
    chunkMode: streaming?.chunkMode ?? "length",
    tables: markdown?.tables ?? "bullets",
  } as const;
  const text = withButtons(message);
  const files = (message.media ?? []).map((one) => mediaPart(one, message));
  const [caption, ...more] = whatsappTexts(text, { ...cut, limit: CAPTION_LIMIT });
  const [head, ...rest] = files;
  const isCaption = head !== undefined && head.asVoice !== true && caption !== undefined && more.length === 0;
  const texts: readonly TextPart[] = isCaption
    ? []
    : whatsappTexts(text, { ...cut, limit: textChunkLimit }).map((words) => ({
        kind: "text",
        words: { text: words.text, mentions: [...words.mentions] },
      }));
  const first = isCaption
    ? [{ ...head, caption: { text: caption.text, mentions: [...caption.mentions] } }]
    : head === undefined
      ? []
      : [head];
  const parts = [...first, ...rest, ...texts];
  if (parts.length === 0) {
    refuse("There is nothing to send: the message has neither text nor a file.");
  }
  const { replyToId } = message;
  return parts.map((part, index) =>
    replyToId !== undefined && (index === 0 || replyToMode === "all")
      ? { ...part, replyTo: replyToId }
      : part,
  );
}

function mediaPart({ source, name, mimeType }: OutboundMedia, message: OutboundMessage): MediaPart {
  return {
    kind: "media",
    source,
    ...(name !== undefined && { name }),
    ...(mimeType !== undefined && { mimeType }),
    ...(message.asVoice === true && { asVoice: true }),
    ...(message.gifPlayback === true && { asGif: true }),
    ...(message.forceDocument === true && { asDocument: true }),
  };
}

/** WhatsApp Web shows no buttons; what they say is offered in words. */
function withButtons({ text, buttons = [] }: OutboundMessage): string {
  const lines = buttons
    .flat()
    .map(
      ({ text: label, url, data }) => `- ${label}${url === undefined ? replyOf(data, label) : `: ${url}`}`,
    );
  return lines.length === 0 ? text : [text, lines.join("\n")].filter((part) => part !== "").join("\n\n");
}

function replyOf(data: string | undefined, label: string): string {
  return data === undefined || data === label ? "" : ` (answer “${data}”)`;
}
