import type { InputFile } from "grammy";
import type { Message } from "grammy/types";
import type { Receipt, Target } from "../../outbound-message.ts";
import type { AlbumPart, MediaForm, MediaPart } from "../render/index.ts";
import { sendingTo } from "./address.ts";
import type { CallDeps } from "./deps.ts";
import { BAD_PHOTO, NO_VOICE, refusedWith } from "./failures.ts";
import { type MediaFile, openFile } from "./files/media-file.ts";
import { captionFields, frameFields } from "./options.ts";
import { albumReceipt, receiptOf } from "./receipt.ts";

/** Sends one file; what Telegram does not take as a picture or voice note goes as a file. @throws SendError */
export async function sendMedia(
  part: MediaPart,
  target: Target,
  deps: CallDeps,
  signal: AbortSignal,
): Promise<Receipt> {
  const file = await openFile(part.media, deps, signal);
  try {
    return receiptOf(await callFor(file.form, file, part, target, deps, signal));
  } catch (error) {
    const other = otherForm(error, file.form);
    if (other === undefined) throw error;
    return receiptOf(await callFor(other, file, part, target, deps, signal));
  }
}

/** Sends photos as one album. @throws SendError */
export async function sendAlbum(
  part: AlbumPart,
  target: Target,
  deps: CallDeps,
  signal: AbortSignal,
): Promise<Receipt> {
  const files: MediaFile[] = [];
  // One after the other: ten large files at once would be ten times the memory.
  for (const item of part.items) files.push(await openFile(item, deps, signal));
  const arePhotos = files.every(({ form }) => form === "photo");
  try {
    return await albumCall(arePhotos ? "photo" : "document", files, part, target, deps, signal);
  } catch (error) {
    if (!arePhotos || !refusedWith(error, BAD_PHOTO)) throw error;
    return await albumCall("document", files, part, target, deps, signal);
  }
}

async function albumCall(
  type: "photo" | "document",
  files: readonly MediaFile[],
  part: AlbumPart,
  target: Target,
  { client }: CallDeps,
  signal: AbortSignal,
): Promise<Receipt> {
  const caption = captionFields(part.caption);
  const media = files.map(({ bytes, name }, index) => ({
    type,
    media: client.upload(bytes, name),
    ...(index === 0 && caption),
  }));
  // The types tell albums of photos from albums of files.
  const photos = media.filter((one): one is typeof one & { type: "photo" } => one.type === "photo");
  const documents = media.filter((one): one is typeof one & { type: "document" } => one.type === "document");
  const payload = { ...sendingTo(target), ...frameFields(part) };
  const messages = await (type === "photo"
    ? client.call("sendMediaGroup", { ...payload, media: photos }, signal)
    : client.call("sendMediaGroup", { ...payload, media: documents }, signal));
  return albumReceipt(messages);
}

async function callFor(
  form: MediaForm,
  { bytes, name }: MediaFile,
  part: MediaPart,
  target: Target,
  { client }: CallDeps,
  signal: AbortSignal,
): Promise<Message> {
  const file: InputFile = client.upload(bytes, name);
  const rest = { ...sendingTo(target), ...captionFields(part.caption), ...frameFields(part) };
  switch (form) {
    case "photo":
      return await client.call("sendPhoto", { ...rest, photo: file }, signal);
    case "video":
      return await client.call("sendVideo", { ...rest, video: file, supports_streaming: true }, signal);
    case "animation":
      return await client.call("sendAnimation", { ...rest, animation: file }, signal);
    case "voice":
      return await client.call("sendVoice", { ...rest, voice: file }, signal);
    case "audio":
      return await client.call("sendAudio", { ...rest, audio: file }, signal);
    case "document":
      // Else Telegram makes a film or picture of it after all.
      return await client.call(
        "sendDocument",
        { ...rest, document: file, disable_content_type_detection: true },
        signal,
      );
  }
}

function otherForm(error: unknown, form: MediaForm): MediaForm | undefined {
  if (form === "photo" && refusedWith(error, BAD_PHOTO)) return "document";
  return form === "voice" && refusedWith(error, NO_VOICE) ? "audio" : undefined;
}
