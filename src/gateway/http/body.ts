import { isNestedDeeper } from "../../lib/records.ts";
import { jsonFault } from "./json-fault.ts";
import { errorResponse, payloadTooLarge } from "./responses.ts";

/** Nesting of a body that is taken; what works on one goes down into it, and nobody's request is a hundredth as deep. */
const MAX_BODY_DEPTH = 1_000;

/** A body that was read, or the refusal to send. */
export type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string; readonly response: Response };

/** Reads a JSON body of at most `maxBytes`, never keeping more; an empty one is `{}`. */
export async function readJson(request: Request, maxBytes: number): Promise<JsonBody> {
  const text = await readText(request, maxBytes);
  if (text === undefined) return { ok: false, message: "payload too large", response: payloadTooLarge() };
  if (text.trim() === "") return { ok: true, value: {} };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return invalid(jsonFault(text) ?? (error instanceof Error ? error.message : "not JSON"));
  }
  if (isNestedDeeper(value, MAX_BODY_DEPTH)) {
    return invalid(`the body nests deeper than ${MAX_BODY_DEPTH} levels`);
  }
  return { ok: true, value };
}

function invalid(message: string): JsonBody {
  return { ok: false, message, response: errorResponse(400, "invalid_request_error", message) };
}

async function readText(request: Request, maxBytes: number): Promise<string | undefined> {
  const declared = request.headers.get("content-length");
  // The parser of HTTP holds the sender to the length it announced.
  if (declared !== null) return Number(declared) > maxBytes ? undefined : request.text();
  const body: ReadableStream<Uint8Array> | null = request.body;
  if (!body) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
