import type { Attachment } from "../../../../agent/index.ts";
import type { InputLimits } from "./limits.ts";
import { type Content, InputError } from "./source.ts";

interface Picture {
  readonly attachment: Attachment;
  readonly bytes: number;
}

/** A picture for the agent; what it is follows from its bytes, not from what its sender says. @throws InputError */
export function pictureOf({ bytes }: Content, limits: InputLimits): Picture {
  const mimeType = sniffImage(bytes);
  if (mimeType === undefined) throw new InputError("the content is no picture of a known kind");
  if (!limits.allowedMimes.includes(mimeType)) throw new InputError(`${mimeType} is not accepted`);
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return { bytes: bytes.byteLength, attachment: { mimeType, content: { type: "image", data, mimeType } } };
}

const HEIC_BRANDS = ["heic", "heix", "hevc", "hevx", "heim", "heis"];
const HEIF_BRANDS = ["mif1", "msf1"];

/** The kind of picture that bytes begin as; undefined for anything else. */
export function sniffImage(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 12));
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "image/gif";
  if (head.startsWith("RIFF") && head.slice(8) === "WEBP") return "image/webp";
  if (head.slice(4, 8) !== "ftyp") return undefined;
  const brand = head.slice(8);
  if (HEIC_BRANDS.includes(brand)) return "image/heic";
  return HEIF_BRANDS.includes(brand) ? "image/heif" : undefined;
}
