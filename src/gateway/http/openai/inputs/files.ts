import { fenced } from "../../../../lib/fence.ts";
import { invalid } from "../refusal.ts";
import type { FileLimits } from "./limits.ts";
import { type Content, InputError } from "./source.ts";

/** Kinds by the end of a name, for senders that do not say. */
const MIME_BY_EXTENSION: Readonly<Record<string, string>> = {
  txt: "text/plain",
  log: "text/plain",
  md: "text/markdown",
  markdown: "text/markdown",
  html: "text/html",
  htm: "text/html",
  csv: "text/csv",
  json: "application/json",
  pdf: "application/pdf",
};

/** A file as the agent reads it: its text, fenced off as somebody else's. @throws InputError, Refusal */
export function fileBlock(
  content: Content,
  filename: string | undefined,
  limits: FileLimits,
  newId: () => string,
): string {
  const name = filename?.trim() || "file";
  const mimeType = kindOf(content, name);
  if (mimeType === undefined) throw new InputError("the file does not say what it is");
  if (!limits.allowedMimes.includes(mimeType)) throw new InputError(`${mimeType} is not accepted`);
  if (mimeType === "application/pdf") {
    throw invalid("PDF files are not supported yet; send their text as input_text or as a text/plain file.");
  }
  const text = decode(content).slice(0, limits.maxChars).toWellFormed();
  const body = text.trim() === "" ? "[No extractable text]" : fenced(text, "External", newId());
  return `<file name="${attribute(name)}">\n${body}\n</file>`;
}

function kindOf({ bytes, mimeType }: Content, name: string): string | undefined {
  if (Buffer.from(bytes.subarray(0, 5)).toString("latin1") === "%PDF-") return "application/pdf";
  if (mimeType !== undefined && mimeType !== "application/octet-stream") return mimeType;
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase();
  return extension === undefined ? undefined : MIME_BY_EXTENSION[extension];
}

/** Names of encodings as senders write them. */
const ENCODINGS: Readonly<Record<string, "utf-8" | "utf-16le" | "utf-16be" | "windows-1252">> = {
  "utf-8": "utf-8",
  utf8: "utf-8",
  "us-ascii": "utf-8",
  "utf-16": "utf-16le",
  "utf-16le": "utf-16le",
  "utf-16be": "utf-16be",
  "windows-1252": "windows-1252",
  "iso-8859-1": "windows-1252",
  latin1: "windows-1252",
};

function decode({ bytes, charset = "utf-8" }: Content): string {
  const encoding = byteOrderMark(bytes) ?? ENCODINGS[charset] ?? "utf-8";
  const text = new TextDecoder(encoding).decode(bytes);
  if (text.includes("\0")) throw new InputError("the file is not text");
  return text;
}

function byteOrderMark(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : undefined;
}

function attribute(name: string): string {
  return name
    .slice(0, 200)
    .replace(/[\u0000-\u001f\u007f]/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
