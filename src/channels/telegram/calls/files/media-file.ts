import { PUBLIC_API_ROOT } from "../../client/index.ts";
import {
  megabytes,
  nameOfSource,
  openSource,
  sniffedType,
  tooLarge,
  typeOfMedia,
} from "../../../files/index.ts";
import { refuse } from "../../../outbound-message.ts";
import {
  formOf,
  type MediaForm,
  outgoingRules,
  type PartMedia,
  telegramSettings,
} from "../../render/index.ts";
import type { CallDeps } from "../deps.ts";
import { CLOUD_PHOTO_MAX_BYTES, CLOUD_UPLOAD_MAX_BYTES } from "../limits.ts";

/** The key that says how large a file may be. */
export const SIZE_KEY = "channels.telegram.mediaMaxMb";

/** A file that is about to be sent. */
export interface MediaFile {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly form: MediaForm;
}

/** Endings for names that have none, so that Telegram knows the file again. */
const ENDINGS: Readonly<Record<MediaForm, string>> = {
  photo: "jpg",
  video: "mp4",
  animation: "gif",
  voice: "ogg",
  audio: "mp3",
  document: "bin",
};

/**
 * Fetches a file that is to be sent. Addresses are fetched by us, from the public internet only: Telegram would fetch them with
 * a view of the network that is not ours. @throws SendError `refused`, or `busy` when it may be there later
 */
export async function openFile(media: PartMedia, deps: CallDeps, signal: AbortSignal): Promise<MediaFile> {
  const account = deps.account();
  const maxBytes = outgoingRules(account).mediaMaxBytes;
  const rule = { maxBytes, key: SIZE_KEY };
  const opened = await openSource(media.source, deps, rule, signal);
  const { bytes } = opened;
  if (bytes.length === 0) refuse("The file is empty, and Telegram takes no empty files.");
  if (bytes.length > maxBytes) refuse(tooLarge(bytes.length, rule));
  const name = media.name ?? opened.name ?? nameOfSource(media.source);
  const told = { source: "", ...(name !== undefined && { name }) };
  const type =
    (media.mimeType === undefined ? undefined : typeOfMedia({ source: "", mimeType: media.mimeType })) ??
    sniffedType(bytes) ??
    typeOfMedia({ ...told, ...(opened.mimeType !== undefined && { mimeType: opened.mimeType }) });
  const wanted = media.form ?? formOf(type ?? "application/octet-stream", media);
  const form = sizedForm(wanted, bytes.length, usesCloud(deps));
  return { bytes, name: fullName(name, form), form };
}

/** True when it is Telegram's own server that is spoken to, whose limits are known. */
export function usesCloud({ account }: Pick<CallDeps, "account">): boolean {
  const { apiRoot } = telegramSettings(account());
  return apiRoot === undefined || apiRoot.replace(/\/+$/, "") === PUBLIC_API_ROOT;
}

function sizedForm(form: MediaForm, bytes: number, isCloud: boolean): MediaForm {
  if (!isCloud) return form;
  if (bytes > CLOUD_UPLOAD_MAX_BYTES) {
    refuse(
      `The file has ${megabytes(bytes)} MB; Telegram takes at most ${megabytes(CLOUD_UPLOAD_MAX_BYTES)} MB from a bot. A Bot API server of your own (channels.telegram.apiRoot) takes more.`,
    );
  }
  return form === "photo" && bytes > CLOUD_PHOTO_MAX_BYTES ? "document" : form;
}

function fullName(name: string | undefined, form: MediaForm): string {
  if (name === undefined) return `file.${ENDINGS[form]}`;
  return name.toWellFormed();
}
