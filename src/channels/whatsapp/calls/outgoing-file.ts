import { randomBytes } from "node:crypto";
import type { proto } from "@whiskeysockets/baileys";
import type { Clock } from "../../../lib/clock.ts";
import type { ChannelAccount } from "../../channel.ts";
import {
  BYTES_PER_MB,
  nameOfSource,
  openSource,
  sniffedType,
  type SourceDeps,
  tooLarge,
  typeOfMedia,
} from "../../files/index.ts";
import { SendError } from "../../outbound-message.ts";
import { whatsappSettings } from "../account/index.ts";
import type { MediaType } from "../normalise/index.ts";
import type { MediaForm, MediaPart } from "../render/index.ts";
import { seal } from "./media-crypto.ts";
import type { MediaHost } from "./media-host.ts";
import { voiceSeconds } from "./ogg.ts";

export interface OutgoingFileDeps extends SourceDeps {
  readonly host: MediaHost;
  readonly account: () => ChannelAccount;
  readonly clock: Clock;
}

/** Types WhatsApp shows as what they are; every other one is a document. */
const FORMS: ReadonlyMap<string, MediaForm> = new Map([
  ["image/jpeg", "image"],
  ["image/png", "image"],
  ["image/webp", "image"],
  ["video/mp4", "video"],
  ["video/3gpp", "video"],
  ["audio/ogg", "audio"],
  ["audio/opus", "audio"],
  ["audio/mpeg", "audio"],
  ["audio/mp4", "audio"],
  ["audio/aac", "audio"],
  ["audio/amr", "audio"],
]);

/** Brings a file to WhatsApp and describes it as a message. @throws SendError */
export async function fileMessage(
  part: MediaPart,
  contextInfo: proto.IContextInfo | undefined,
  deps: OutgoingFileDeps,
  signal: AbortSignal,
): Promise<proto.IMessage> {
  const { mediaMaxMb } = whatsappSettings(deps.account());
  const rule = { maxBytes: mediaMaxMb * BYTES_PER_MB, key: "channels.whatsapp.mediaMaxMb" };
  const opened = await openSource(part.source, deps, rule, signal);
  const { bytes } = opened;
  if (bytes.length === 0) throw new SendError("refused", "The file is empty.");
  if (bytes.length > rule.maxBytes) throw new SendError("refused", tooLarge(bytes.length, rule));
  const name = part.name ?? opened.name ?? nameOfSource(part.source);
  const told = { source: "", ...(name !== undefined && { name }) };
  const mimeType =
    (part.mimeType === undefined ? undefined : typeOfMedia({ source: "", mimeType: part.mimeType })) ??
    sniffedType(bytes) ??
    typeOfMedia({ ...told, ...(opened.mimeType !== undefined && { mimeType: opened.mimeType }) }) ??
    "application/octet-stream";
  const form = part.asDocument === true ? "document" : (FORMS.get(mimeType) ?? "document");
  const type: MediaType = form === "voice" ? "audio" : form;
  const mediaKey = randomBytes(32);
  const sealed = seal(bytes, mediaKey, type);
  const { url, directPath } = await deps.host.upload(sealed.bytes, type, sealed.sealedSha256, signal);
  const file = {
    url,
    directPath,
    mediaKey,
    mimetype: mimeType,
    fileSha256: sealed.sha256,
    fileEncSha256: sealed.sealedSha256,
    fileLength: bytes.length,
    mediaKeyTimestamp: Math.floor(deps.clock.now() / 1_000),
    ...(contextInfo && { contextInfo }),
  };
  const caption = part.caption === undefined ? {} : { caption: part.caption.text };
  switch (form) {
    case "image":
      return { imageMessage: { ...file, ...caption } };
    case "video":
      return { videoMessage: { ...file, ...caption, ...(part.asGif === true && { gifPlayback: true }) } };
    case "voice":
    case "audio":
      return { audioMessage: { ...file, ...voiceFields(bytes, mimeType) } };
    case "document": {
      const fileName = name?.toWellFormed() ?? "file";
      return { documentMessage: { ...file, ...caption, fileName, title: fileName } };
    }
  }
}

/** WhatsApp plays as a voice note what is Opus in Ogg; anything else would be silent there. */
function voiceFields(bytes: Uint8Array, mimetype: string) {
  const seconds = voiceSeconds(bytes);
  return seconds === undefined
    ? { mimetype, ptt: false }
    : { mimetype: "audio/ogg; codecs=opus", ptt: true, seconds };
}
