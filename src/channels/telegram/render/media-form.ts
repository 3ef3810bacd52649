import type { MediaForm, PartMedia } from "./part.ts";

/** How Telegram shows what; every other type is a document. */
const FORMS: ReadonlyMap<string, MediaForm> = new Map([
  ["image/jpeg", "photo"],
  ["image/png", "photo"],
  ["image/webp", "photo"],
  ["image/gif", "animation"],
  ["video/mp4", "video"],
  ["audio/mpeg", "audio"],
  ["audio/mp3", "audio"],
  ["audio/mp4", "audio"],
  ["audio/x-m4a", "audio"],
  ["audio/m4a", "audio"],
  // Music in this container is played as well, and as voice when that is wanted.
  ["audio/ogg", "audio"],
  ["audio/opus", "audio"],
]);

/** Types a voice note may have. */
const VOICES = new Set([
  "audio/ogg",
  "audio/opus",
  "audio/mpeg",
  "audio/mp3",
  "audio/mp4",
  "audio/x-m4a",
  "audio/m4a",
]);

/** How a file of this type is shown. */
export function formOf(
  mimeType: string,
  { asVoice, asGif }: Pick<PartMedia, "asVoice" | "asGif">,
): MediaForm {
  if (asVoice === true && VOICES.has(mimeType)) return "voice";
  const form = FORMS.get(mimeType) ?? "document";
  return form === "video" && asGif === true ? "animation" : form;
}
