import { badRequest } from "../errors.ts";
import type { Params, Upload } from "../http/params.ts";
import type { Json } from "../shapes.ts";
import type { FileStore, StoredFile } from "../state/files.ts";

export type MediaKind =
  "photo" | "voice" | "audio" | "video" | "video_note" | "animation" | "document" | "sticker";

/** Where a kind of file lies, and as what it goes when nobody says. */
const FOLDERS: Readonly<Record<MediaKind, readonly [folder: string, mimeType: string]>> = {
  photo: ["photos", "image/jpeg"],
  voice: ["voice", "audio/ogg"],
  audio: ["music", "audio/mpeg"],
  video: ["videos", "video/mp4"],
  video_note: ["video_notes", "video/mp4"],
  animation: ["animations", "video/mp4"],
  document: ["documents", "application/octet-stream"],
  sticker: ["stickers", "image/webp"],
};

const MAX_PHOTO_BYTES = 10 * 1024 * 1024;
/** Width and height of a photo together. */
const MAX_PHOTO_SIDES = 10_000;
const MAX_PHOTO_RATIO = 20;

/** Details of a file that senders tell and receivers are told. */
export interface MediaDetails {
  readonly name?: string;
  readonly mimeType?: string;
  readonly duration?: number;
  readonly width?: number;
  readonly height?: number;
  readonly emoji?: string;
  readonly title?: string;
  readonly performer?: string;
  /** What is said of the size; the true one when not given, nothing for null. */
  readonly size?: number | null;
  /** Instead of one that is made up. */
  readonly fileId?: string;
}

/** Stores a file and returns the fields a message carries for it: `{photo: […]}`, `{voice: {…}}`. */
export function storeMedia(
  files: FileStore,
  kind: MediaKind,
  bytes: Uint8Array,
  details: MediaDetails = {},
): Json {
  const [folder, mimeType] = FOLDERS[kind];
  const file = files.put(bytes, {
    folder,
    mimeType: details.mimeType ?? mimeType,
    ...(details.name === undefined ? {} : { name: details.name }),
    ...(details.fileId === undefined ? {} : { id: details.fileId }),
    ...(details.size === undefined ? {} : { size: details.size }),
  });
  return mediaFields(kind, file, details);
}

/** The fields a message carries for a file Telegram has. */
export function mediaFields(kind: MediaKind, file: StoredFile, details: MediaDetails = {}): Json {
  const { width = 640, height = 480, duration = 1 } = details;
  const base = {
    file_id: file.id,
    file_unique_id: file.uniqueId,
    ...(file.size === undefined ? {} : { file_size: file.size }),
  };
  const mime = { mime_type: file.mimeType };
  const name = file.name === undefined ? {} : { file_name: file.name };
  switch (kind) {
    case "photo": {
      const small = { file_id: `${file.id}-s`, file_unique_id: `${file.uniqueId}s`, width: 90, height: 67 };
      return {
        photo: [
          { ...small, file_size: 1000 },
          { ...base, width, height },
        ],
      };
    }
    case "voice":
      return { voice: { ...base, ...mime, duration } };
    case "audio": {
      const { title, performer } = details;
      return { audio: { ...base, ...mime, ...name, duration, ...defined({ title, performer }) } };
    }
    case "video":
      return { video: { ...base, ...mime, ...name, duration, width, height } };
    case "video_note":
      return { video_note: { ...base, duration, length: width } };
    case "animation": {
      const animation = { ...base, ...mime, ...name, duration, width, height };
      return { animation, document: { ...base, ...mime, ...name } };
    }
    case "document":
      return { document: { ...base, ...mime, ...name } };
    case "sticker": {
      const sticker = { type: "regular", width: 512, height: 512, is_animated: false, is_video: false };
      return { sticker: { ...base, ...sticker, emoji: details.emoji ?? "🙂", set_name: "fake_set" } };
    }
  }
}

function defined(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/**
 * The file a caller names: an upload (also by `attach://name`) or the id of a file Telegram has. Addresses are refused
 * as Telegram refuses those it cannot fetch.
 * @throws ApiError 400
 */
export function givenMedia(
  files: FileStore,
  kind: MediaKind,
  params: Params,
  value: string | undefined,
  details: MediaDetails = {},
): Json {
  const upload = uploadNamed(kind, params, value);
  if (upload) {
    check(kind, upload);
    const declared = upload.mimeType === "application/octet-stream" ? {} : { mimeType: upload.mimeType };
    return storeMedia(files, kind, upload.bytes, { ...details, ...declared, name: upload.name });
  }
  const what = kind === "video_note" ? "video note" : kind;
  if (value === undefined) throw badRequest(`there is no ${what} in the request`);
  if (/^https?:\/\//.test(value)) throw badRequest("failed to get HTTP URL content");
  const file = files.get(value);
  if (!file) throw badRequest("wrong remote file identifier specified: Wrong padding in the string");
  return mediaFields(kind, file, details);
}

function uploadNamed(kind: MediaKind, params: Params, value: string | undefined): Upload | undefined {
  if (value?.startsWith("attach://")) return params.uploads.get(value.slice("attach://".length));
  return value === undefined ? params.uploads.get(kind) : undefined;
}

function check(kind: MediaKind, { bytes }: Upload): void {
  if (bytes.length === 0) throw badRequest("file must be non-empty");
  if (kind !== "photo") return;
  if (bytes.length > MAX_PHOTO_BYTES) throw badRequest("too big for a photo");
  if (!isPicture(bytes)) throw badRequest("IMAGE_PROCESS_FAILED");
  const { width, height } = sidesOf(bytes) ?? { width: 1, height: 1 };
  const ratio = Math.max(width, height) / Math.max(1, Math.min(width, height));
  if (width + height > MAX_PHOTO_SIDES || ratio > MAX_PHOTO_RATIO)
    throw badRequest("PHOTO_INVALID_DIMENSIONS");
}

const SIGNATURES = ["\u0089PNG", "\u00ff\u00d8\u00ff", "GIF8", "RIFF", "BM"];

function isPicture(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 4)).toString("latin1");
  return SIGNATURES.some((signature) => head.startsWith(signature));
}

/** Sides of a PNG; others are believed. */
function sidesOf(bytes: Uint8Array): { width: number; height: number } | undefined {
  if (bytes[0] !== 0x89 || bytes.length < 24) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
