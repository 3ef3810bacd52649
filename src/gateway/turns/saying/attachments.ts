import type { Attachment } from "../../../agent/index.ts";
import type { OpenClawConfig } from "../../../config/index.ts";
import { invalidRequest, type ProtocolError } from "../../../protocol/index.ts";
import { MAX_ATTACHMENT_MB, MAX_ATTACHMENTS, MAX_IMAGE_BYTES, MAX_TEXT_ATTACHMENT_CHARS } from "../limits.ts";

/** What is read of an attachment on the wire; the rest is for clients. */
interface Sent {
  readonly label: string;
  readonly mimeType: string | undefined;
  readonly content: string;
}

const IMAGE_SIGNATURES: readonly (readonly [mimeType: string, hex: RegExp])[] = [
  ["image/png", /^89504e470d0a1a0a/],
  ["image/jpeg", /^ffd8ff/],
  ["image/gif", /^47494638/],
  ["image/webp", /^52494646.{8}57454250/],
];

/** Types of files that are text, though their names do not say so. */
const TEXT_TYPE =
  /^(?:text\/|application\/(?:json|xml|yaml|x-yaml|toml|javascript|sql|x-sh)|[^;]+\+(?:json|xml))/;

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const DATA_URL = /^data:([^;,]+);base64,/;

/**
 * The attachments of a message: pictures and text files, base64 or data URLs, `maxBytes` each. What has no content is
 * left out, as clients send such rows. @throws ProtocolError naming the attachment
 */
export function attachmentsOf(list: readonly unknown[] | undefined, maxBytes: number): Attachment[] {
  const sent = (list ?? []).flatMap((item, index) => sentOf(item, index) ?? []);
  if (sent.length > MAX_ATTACHMENTS) {
    throw invalidRequest(`too many attachments (${sent.length} > ${MAX_ATTACHMENTS})`);
  }
  return sent.map((one) => decoded(one, maxBytes));
}

/** Decoded bytes one attachment may have. */
export function attachmentLimit({ agents }: Pick<OpenClawConfig, "agents">): number {
  return Math.floor((agents?.defaults?.mediaMaxMb ?? MAX_ATTACHMENT_MB) * 1024 * 1024);
}

function sentOf(item: unknown, index: number): Sent | undefined {
  const fields = objectOf(item);
  const source = objectOf(fields["source"]);
  const inline = source["type"] === "base64" ? source["data"] : undefined;
  const content = fields["content"] ?? inline;
  if (content === undefined || content === null) return undefined;
  const label = textOf(fields["fileName"]) ?? textOf(fields["type"]) ?? `attachment-${index + 1}`;
  if (typeof content !== "string") throw fault(label, "content must be base64 string");
  const [prefix = "", ofUrl] = DATA_URL.exec(content.trim()) ?? [];
  const mimeType = textOf(fields["mimeType"]) ?? textOf(source["media_type"]) ?? ofUrl;
  return { label, mimeType: mimeType?.toLowerCase(), content: content.trim().slice(prefix.length) };
}

function decoded({ label, mimeType, content }: Sent, maxBytes: number): Attachment {
  const base64 = content.replace(/\s+/g, "");
  if (base64 === "") throw fault(label, "empty payload");
  if (base64.length % 4 === 1 || !BASE64.test(base64)) throw fault(label, "invalid base64 content");
  const size = Math.floor((base64.replace(/=+$/, "").length * 3) / 4);
  if (size > maxBytes) throw fault(label, `exceeds size limit (${size} > ${maxBytes} bytes)`);
  return attachmentOf(label, mimeType, Buffer.from(base64, "base64"));
}

/**
 * A picture or a text file for the model, by what its bytes are. @throws ProtocolError for what is neither, or is too
 * large
 */
export function attachmentOf(label: string, mimeType: string | undefined, bytes: Buffer): Attachment {
  const picture = pictureType(bytes);
  if (picture !== undefined) {
    if (bytes.length > MAX_IMAGE_BYTES) {
      throw fault(label, `image exceeds size limit (${bytes.length} > ${MAX_IMAGE_BYTES} bytes)`);
    }
    return {
      name: label,
      mimeType: picture,
      content: { type: "image", data: bytes.toString("base64"), mimeType: picture },
    };
  }
  if (mimeType?.startsWith("image/")) throw fault(label, "is no PNG, JPEG, GIF or WebP image");
  const text = textIn(bytes);
  if (text === undefined || (mimeType !== undefined && isBinaryType(mimeType))) {
    throw fault(label, `${mimeType ?? "unknown type"} is not supported; images and text files are`);
  }
  if (text.length > MAX_TEXT_ATTACHMENT_CHARS) {
    throw fault(label, `exceeds size limit (${text.length} > ${MAX_TEXT_ATTACHMENT_CHARS} characters)`);
  }
  return { name: label, mimeType: mimeType ?? "text/plain", content: { type: "text", text } };
}

/** What the bytes are, whatever the sender calls them. */
function pictureType(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, 12).toString("hex");
  return IMAGE_SIGNATURES.find(([, signature]) => signature.test(head))?.[0];
}

function isBinaryType(mimeType: string): boolean {
  return mimeType !== "application/octet-stream" && !TEXT_TYPE.test(mimeType);
}

/** Undefined for what is no UTF-8 text. */
function textIn(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function fault(label: string, what: string): ProtocolError {
  return invalidRequest(`attachment ${label}: ${what}`);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
