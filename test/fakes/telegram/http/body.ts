import type { IncomingMessage } from "node:http";
import { ApiError, badRequest } from "../errors.ts";
import type { Json } from "../shapes.ts";
import { isObject, Params, type Upload } from "./params.ts";

/** Uploads of a bot: 50 MB for a file, and a little for the rest of the form. */
const MAX_BODY_BYTES = 50 * 1024 * 1024 + 1024 * 1024;

/** Reads what a caller sent. @throws ApiError 413, 400 */
export async function readParams(request: IncomingMessage, url: URL): Promise<Params> {
  const query = Object.fromEntries(url.searchParams);
  const bytes = await bodyOf(request);
  if (bytes.length === 0) return new Params(query);
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("application/json")) return new Params({ ...query, ...decoded(bytes) });
  if (type.startsWith("multipart/form-data")) return multipart(bytes, type, query);
  return new Params({ ...query, ...Object.fromEntries(new URLSearchParams(bytes.toString())) });
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk as Buffer);
  }
  if (size > MAX_BODY_BYTES) throw new ApiError(413, "Request Entity Too Large");
  return Buffer.concat(chunks);
}

function decoded(bytes: Buffer): Json {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    if (isObject(value)) return value;
  } catch {
    // Refused below, like every other body that is no object.
  }
  throw badRequest("can't parse JSON object");
}

async function multipart(bytes: Buffer, type: string, query: Json): Promise<Params> {
  const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": type } })
    .formData()
    .catch(() => {
      throw badRequest("can't parse multipart form");
    });
  const values: Record<string, unknown> = { ...query };
  const uploads = new Map<string, Upload>();
  for (const [name, value] of form) {
    if (typeof value === "string") values[name] = value;
    else uploads.set(name, await uploadOf(value));
  }
  return new Params(values, uploads);
}

async function uploadOf(file: File): Promise<Upload> {
  return {
    name: file.name,
    mimeType: file.type || "application/octet-stream",
    bytes: new Uint8Array(await file.arrayBuffer()),
  };
}
