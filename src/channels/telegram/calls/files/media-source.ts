import { EgressError } from "../../../../lib/egress/index.ts";
import { SendError } from "../../../outbound-message.ts";
import { BYTES_PER_MB, nameOfSource, type PartMedia } from "../../render/index.ts";
import type { CallDeps } from "../deps.ts";
import { refuse, wordsOf } from "../failures.ts";
import { MEDIA_FETCH_TIMEOUT_MS } from "../limits.ts";

/** What a source brought, and what it said of it. */
export interface Opened {
  readonly bytes: Uint8Array;
  readonly name?: string | undefined;
  readonly mimeType?: string | undefined;
}

/** Brings the bytes of a source. @throws SendError `refused`, or `busy` when it may be there later */
export async function openSource(
  media: PartMedia,
  deps: CallDeps,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Opened> {
  const { source } = media;
  if (/^data:/i.test(source)) return fromData(source, maxBytes);
  if (/^https?:\/\//i.test(source)) return await fromAddress(source, deps, maxBytes, signal);
  const path = source.startsWith("file://") ? pathOfUrl(source) : source;
  try {
    return await deps.openMedia(path, maxBytes);
  } catch (error) {
    throw new SendError("refused", `The file cannot be sent: ${wordsOf(error)}`, { cause: error });
  }
}

function pathOfUrl(source: string): string {
  try {
    return Bun.fileURLToPath(source);
  } catch {
    return refuse("The file cannot be sent: its address names no file of this machine.");
  }
}

function fromData(source: string, maxBytes: number): Opened {
  const comma = source.indexOf(",");
  const head = comma < 0 ? source : source.slice(0, comma);
  const body = comma < 0 ? "" : source.slice(comma + 1);
  const isBase64 = /;base64$/i.test(head);
  // Four characters are three bytes.
  if (body.length > maxBytes * 2) refuse(tooLarge(Math.round((body.length * 3) / 4), maxBytes));
  try {
    const bytes = isBase64 ? Buffer.from(body, "base64") : Buffer.from(decodeURIComponent(body));
    return { bytes, mimeType: /^data:([^;,]+)/i.exec(head)?.[1] };
  } catch {
    return refuse("The data URL cannot be read.");
  }
}

async function fromAddress(
  source: string,
  { egress }: CallDeps,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Opened> {
  if (!URL.canParse(source)) refuse("The address of the file cannot be read.");
  const { hostname } = new URL(source);
  try {
    const limits = { maxBytes, totalTimeoutMs: MEDIA_FETCH_TIMEOUT_MS };
    const response = await egress.request(source, { signal }, { reach: "public" }, limits);
    if (!response.ok) {
      await response.body?.cancel();
      const failure = response.status >= 500 || response.status === 429 ? "busy" : "refused";
      throw new SendError(failure, `The file cannot be sent: ${hostname} answered HTTP ${response.status}.`);
    }
    const mimeType = response.headers.get("content-type") ?? undefined;
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { bytes, name: nameOfSource(response.url === "" ? source : response.url), mimeType };
  } catch (error) {
    throw fetchError(error, maxBytes);
  }
}

/** Nothing was sent to the chat yet, so whatever broke off may be tried again. */
function fetchError(error: unknown, maxBytes: number): unknown {
  if (!(error instanceof EgressError)) {
    return error instanceof SendError
      ? error
      : new SendError("busy", "The file to be sent was not fetched: it was broken off.", { cause: error });
  }
  if (error.kind === "too-large") {
    return new SendError(
      "refused",
      `The file is larger than the ${megabytes(maxBytes)} MB channels.telegram.mediaMaxMb allows.`,
    );
  }
  const failure = error.kind === "refused" || error.kind === "redirects" ? "refused" : "busy";
  return new SendError(failure, `The file cannot be sent: ${error.message}.`, { cause: error });
}

/** Why a file is not carried, with the key that allows it. */
export function tooLarge(bytes: number, maxBytes: number): string {
  return `The file has ${megabytes(bytes)} MB; channels.telegram.mediaMaxMb allows ${megabytes(maxBytes)} MB.`;
}

/** Bytes as people read them. */
export function megabytes(bytes: number): string {
  return String(Math.round((bytes / BYTES_PER_MB) * 10) / 10);
}
