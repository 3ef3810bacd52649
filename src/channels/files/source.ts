import { type Egress, EgressError } from "../../lib/egress/index.ts";
import { refuse, SendError } from "../outbound-message.ts";
import { BYTES_PER_MB, MEDIA_FETCH_TIMEOUT_MS } from "./limits.ts";
import { nameOfSource } from "./types.ts";

/**
 * Reads a file of this machine that is to be sent, under the rules the agent's own file tools have. Rejects with an Error whose
 * message is fit for whoever wants it sent.
 */
export type OpenMedia = (
  path: string,
  maxBytes: number,
) => Promise<{ readonly bytes: Uint8Array; readonly name?: string }>;

export interface SourceDeps {
  /** For files that are fetched from elsewhere to be sent. */
  readonly egress: Pick<Egress, "request">;
  readonly openMedia: OpenMedia;
}

/** How large a file may be, and the key that says so. */
export interface SizeRule {
  readonly maxBytes: number;
  /** For example `channels.telegram.mediaMaxMb`. */
  readonly key: string;
}

/** What a source brought, and what it said of it. */
export interface Opened {
  readonly bytes: Uint8Array;
  readonly name?: string | undefined;
  readonly mimeType?: string | undefined;
}

/** Brings the bytes of a source. @throws SendError `refused`, or `busy` when it may be there later */
export async function openSource(
  source: string,
  deps: SourceDeps,
  rule: SizeRule,
  signal: AbortSignal,
): Promise<Opened> {
  if (/^data:/i.test(source)) return fromData(source, rule);
  if (/^https?:\/\//i.test(source)) return await fromAddress(source, deps, rule, signal);
  const path = source.startsWith("file://") ? pathOfUrl(source) : source;
  try {
    return await deps.openMedia(path, rule.maxBytes);
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

function fromData(source: string, rule: SizeRule): Opened {
  const comma = source.indexOf(",");
  const head = comma < 0 ? source : source.slice(0, comma);
  const body = comma < 0 ? "" : source.slice(comma + 1);
  const isBase64 = /;base64$/i.test(head);
  // Four characters are three bytes.
  if (body.length > rule.maxBytes * 2) refuse(tooLarge(Math.round((body.length * 3) / 4), rule));
  try {
    const bytes = isBase64 ? Buffer.from(body, "base64") : Buffer.from(decodeURIComponent(body));
    return { bytes, mimeType: /^data:([^;,]+)/i.exec(head)?.[1] };
  } catch {
    return refuse("The data URL cannot be read.");
  }
}

async function fromAddress(
  source: string,
  { egress }: SourceDeps,
  rule: SizeRule,
  signal: AbortSignal,
): Promise<Opened> {
  if (!URL.canParse(source)) refuse("The address of the file cannot be read.");
  const { hostname } = new URL(source);
  try {
    const limits = { maxBytes: rule.maxBytes, totalTimeoutMs: MEDIA_FETCH_TIMEOUT_MS };
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
    throw fetchError(error, rule);
  }
}

/** Nothing was sent to the chat yet, so whatever broke off may be tried again. */
function fetchError(error: unknown, { maxBytes, key }: SizeRule): unknown {
  if (!(error instanceof EgressError)) {
    return error instanceof SendError
      ? error
      : new SendError("busy", "The file to be sent was not fetched: it was broken off.", { cause: error });
  }
  if (error.kind === "too-large") {
    return new SendError("refused", `The file is larger than the ${megabytes(maxBytes)} MB ${key} allows.`);
  }
  const failure = error.kind === "refused" || error.kind === "redirects" ? "refused" : "busy";
  return new SendError(failure, `The file cannot be sent: ${error.message}.`, { cause: error });
}

/** Why a file is not carried, with the key that allows it. */
export function tooLarge(bytes: number, { maxBytes, key }: SizeRule): string {
  return `The file has ${megabytes(bytes)} MB; ${key} allows ${megabytes(maxBytes)} MB.`;
}

/** Bytes as people read them. */
export function megabytes(bytes: number): string {
  return String(Math.round((bytes / BYTES_PER_MB) * 10) / 10);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
