import type { MediaKind, MediaRef } from "../../inbound-event.ts";
import { type Fields, integerIn, numberIn, partIn, partsIn, textIn } from "./fields.ts";

interface Attachment {
  readonly field: string;
  readonly kind: MediaKind;
  /** When Telegram does not tell. */
  readonly mimeType?: string;
}

/** Where files are, the more telling field first: animations are documents too, for old programs. */
const ATTACHMENTS: readonly Attachment[] = [
  { field: "animation", kind: "animation", mimeType: "video/mp4" },
  { field: "video", kind: "video", mimeType: "video/mp4" },
  { field: "video_note", kind: "video", mimeType: "video/mp4" },
  { field: "voice", kind: "voice", mimeType: "audio/ogg" },
  { field: "audio", kind: "audio" },
  { field: "document", kind: "document" },
];

/** The file of a message; Telegram sends one per message, albums are several messages. */
export function mediaOf(message: Fields): readonly MediaRef[] {
  const photo = largest(partsIn(message, "photo"));
  if (photo !== undefined) return listed(photo, { field: "photo", kind: "image", mimeType: "image/jpeg" });
  const sticker = partIn(message, "sticker");
  if (sticker !== undefined) return stickerMedia(sticker);
  for (const attachment of ATTACHMENTS) {
    const fields = partIn(message, attachment.field);
    if (fields !== undefined) return listed(fields, attachment);
  }
  return [];
}

/** Only still stickers are pictures a model can look at; of the moving ones the emoji tells what they say. */
function stickerMedia(sticker: Fields): readonly MediaRef[] {
  if (sticker["is_animated"] === true || sticker["is_video"] === true) return [];
  return listed(sticker, { field: "sticker", kind: "sticker", mimeType: "image/webp" });
}

/** What stands for a file where only words can: `<media:image>`. Stickers have words of their own. */
export function mediaWord(message: Fields): string | undefined {
  const kind = mediaOf(message)[0]?.kind;
  if (kind === undefined || kind === "sticker") return undefined;
  if (kind === "voice") return "<media:audio>";
  return kind === "animation" ? "<media:video>" : `<media:${kind}>`;
}

function listed(fields: Fields, { kind, mimeType: usual }: Attachment): readonly MediaRef[] {
  const fileId = textIn(fields, "file_id");
  if (fileId === undefined) return [];
  const name = textIn(fields, "file_name");
  const mimeType = mimeTypeIn(fields) ?? usual;
  const sizeBytes = integerIn(fields, "file_size");
  const durationSeconds = numberIn(fields, "duration");
  return [
    {
      kind,
      fileId,
      ...(name !== undefined && { name }),
      ...(mimeType !== undefined && { mimeType }),
      ...(sizeBytes !== undefined && sizeBytes >= 0 && { sizeBytes }),
      ...(durationSeconds !== undefined && durationSeconds >= 0 && { durationSeconds }),
    },
  ];
}

/** A type as the sender's program says it, in its plain form: it is told among our own words. */
function mimeTypeIn(fields: Fields): string | undefined {
  const said = textIn(fields, "mime_type")?.toLowerCase();
  return said !== undefined && /^[a-z0-9.+_-]{1,64}\/[a-z0-9.+_-]{1,100}$/.test(said) ? said : undefined;
}

/** A photo comes in several sizes; the one with the most pixels is the photo. */
function largest(sizes: readonly Fields[]): Fields | undefined {
  const pixels = (size: Fields) => (numberIn(size, "width") ?? 0) * (numberIn(size, "height") ?? 0);
  let best: Fields | undefined;
  for (const size of sizes) {
    if (textIn(size, "file_id") === undefined) continue;
    if (best === undefined || pixels(size) >= pixels(best)) best = size;
  }
  return best;
}
