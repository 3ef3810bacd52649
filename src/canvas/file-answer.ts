import { openInside, type OpenedFile } from "../lib/path-jail/index.ts";
import { type ByteRange, byteRange } from "./byte-range.ts";
import { CHUNK_BYTES, WHOLE_FILE_BYTES } from "./limits.ts";

export interface FileRequest {
  readonly method: string;
  readonly headers: Headers;
}

export interface FileAnswer {
  /** Folder the file must lie in. */
  readonly root: string;
  /** Path below it. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Put after the file, and what distinguishes one such text from another; for pages only. */
  readonly tail?: { readonly text: string; readonly tag: string };
}

/** Answers with a file, or the part of it that is asked for. @throws PathJailError */
export async function answerFile(
  { method, headers: asked }: FileRequest,
  answer: FileAnswer,
): Promise<Response> {
  const file = await openInside({ root: answer.root }, answer.path);
  let kept = false;
  try {
    const { stats, path } = file;
    const tail = isPage(path) && answer.tail ? answer.tail : undefined;
    const etag = `"${stats.ino.toString(36)}-${stats.size.toString(36)}-${Math.round(stats.mtimeMs * 1_000).toString(36)}${tail ? `-${tail.tag}` : ""}"`;
    const headers: Record<string, string> = {
      ...answer.headers,
      "content-type": contentType(path),
      "accept-ranges": tail ? "none" : "bytes",
      etag,
      "last-modified": new Date(stats.mtimeMs).toUTCString(),
    };
    if (isKnown(asked, etag)) return new Response(null, { status: 304, headers });
    const range = tail || !isRangeOf(asked, etag) ? undefined : byteRange(asked.get("range"), stats.size);
    if (range === "unsatisfiable") {
      return new Response(null, {
        status: 416,
        headers: { ...headers, "content-range": `bytes */${stats.size}` },
      });
    }
    const part = range ?? { start: 0, end: stats.size };
    const tailBytes = Buffer.from(tail?.text ?? "");
    headers["content-length"] = String(part.end - part.start + tailBytes.length);
    if (range) headers["content-range"] = `bytes ${part.start}-${part.end - 1}/${stats.size}`;
    const status = range ? 206 : 200;
    if (method === "HEAD") return new Response(null, { status, headers });
    if (part.end - part.start <= WHOLE_FILE_BYTES) {
      return new Response(Buffer.concat([await readPart(file, part), tailBytes]), { status, headers });
    }
    kept = true;
    return new Response(streamOf(file, part, tailBytes), { status, headers });
  } finally {
    if (!kept) await file[Symbol.asyncDispose]();
  }
}

/** By the extension; what is unknown is bytes, which no browser runs. */
export function contentType(path: string): string {
  return Bun.file(path).type || "application/octet-stream";
}

function isPage(path: string): boolean {
  return /\.html?$/i.test(path);
}

function isKnown(asked: Headers, etag: string): boolean {
  const known = asked.get("if-none-match");
  if (known === null) return false;
  return known.trim() === "*" || known.split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}

/** A part of another state of the file is of no use to whoever has the first half of this one. */
function isRangeOf(asked: Headers, etag: string): boolean {
  const condition = asked.get("if-range");
  return condition === null || condition.trim() === etag;
}

/** May be shorter than the part when the file is cut off meanwhile. */
async function readPart({ handle }: OpenedFile, { start, end }: ByteRange): Promise<Buffer> {
  const bytes = Buffer.alloc(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** Reads on as the peer takes; closes the file at its end, or when the peer is gone. */
function streamOf(file: OpenedFile, { start, end }: ByteRange, tail: Buffer): ReadableStream<Uint8Array> {
  let position = start;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const to = Math.min(end, position + CHUNK_BYTES);
          const bytes = await readPart(file, { start: position, end: to });
          position += bytes.length;
          if (bytes.length > 0) controller.enqueue(bytes);
          if (position < end && bytes.length > 0) return;
          if (tail.length > 0) controller.enqueue(tail);
          controller.close();
          await file[Symbol.asyncDispose]();
        } catch (error) {
          await file[Symbol.asyncDispose]();
          throw error;
        }
      },
      cancel: () => file[Symbol.asyncDispose](),
    },
    { highWaterMark: 1 },
  );
}
