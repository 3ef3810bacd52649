import { type Static, Type } from "@sinclair/typebox";
import type { proto } from "@whiskeysockets/baileys";
import { fits } from "../../../protocol/index.ts";
import type { MediaKind, MediaRef } from "../../inbound-event.ts";

/** What keys of a file are derived for. */
const MEDIA_TYPES = ["image", "video", "audio", "document", "sticker"] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

/** What a file is fetched and opened by; base64 where it is bytes. */
const Locator = Type.Object({
  type: Type.Union(MEDIA_TYPES.map((type) => Type.Literal(type))),
  path: Type.String({ pattern: "^/" }),
  key: Type.String(),
  sha256: Type.Optional(Type.String()),
});

type Locator = Static<typeof Locator>;

/** The locator in a reference. @throws Error for one this program did not make */
export function locatorOf({ fileId }: Pick<MediaRef, "fileId">): Locator {
  const value: unknown = JSON.parse(fileId);
  if (fits(Locator, value)) return value;
  throw new Error("WhatsApp does not say where the file is.");
}

type File = Pick<
  proto.Message.IDocumentMessage,
  "directPath" | "mediaKey" | "fileSha256" | "fileLength" | "mimetype"
>;

/** The files of a message; what has no place to fetch it from is none. */
export function mediaOf(content: proto.IMessage): readonly MediaRef[] {
  const { imageMessage, videoMessage, ptvMessage, audioMessage, documentMessage, stickerMessage } = content;
  const video = videoMessage ?? ptvMessage;
  return [
    ref("image", "image", imageMessage, {}),
    ref(video?.gifPlayback === true ? "animation" : "video", "video", video, lengthOf(video?.seconds)),
    ref(
      audioMessage?.ptt === true ? "voice" : "audio",
      "audio",
      audioMessage,
      lengthOf(audioMessage?.seconds),
    ),
    ref("document", "document", documentMessage, nameOf(documentMessage?.fileName)),
    ref("sticker", "sticker", stickerMessage, {}),
  ].flatMap((one) => one ?? []);
}

function ref(
  kind: MediaKind,
  type: MediaType,
  file: File | null | undefined,
  extra: Pick<MediaRef, "name" | "durationSeconds">,
): MediaRef | undefined {
  if (!file?.directPath?.startsWith("/") || !file.mediaKey) return undefined;
  const locator: Locator = {
    type,
    path: file.directPath,
    key: Buffer.from(file.mediaKey).toString("base64"),
    ...(file.fileSha256 && { sha256: Buffer.from(file.fileSha256).toString("base64") }),
  };
  const size = Number(file.fileLength ?? Number.NaN);
  const mimeType = file.mimetype?.split(";")[0]?.trim().toLowerCase() ?? "";
  return {
    kind,
    fileId: JSON.stringify(locator),
    ...(mimeType !== "" && { mimeType }),
    ...(Number.isSafeInteger(size) && size >= 0 && { sizeBytes: size }),
    ...extra,
  };
}

function lengthOf(seconds: number | null | undefined): Pick<MediaRef, "durationSeconds"> {
  return typeof seconds === "number" && seconds > 0 ? { durationSeconds: seconds } : {};
}

function nameOf(name: string | null | undefined): Pick<MediaRef, "name"> {
  return name === null || name === undefined || name === "" ? {} : { name };
}
