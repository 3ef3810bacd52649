import type { Egress } from "../../../../lib/egress/index.ts";
import type { InputLimits } from "./limits.ts";

/** Where an input's bytes are. */
export type Source =
  | { readonly type: "base64"; readonly data: string; readonly mimeType?: string | undefined }
  | { readonly type: "url"; readonly url: string };

/** An input that is not taken; the message is for the log. */
export class InputError extends Error {}

/** Bytes with what their sender says they are. */
export interface Content {
  readonly bytes: Uint8Array;
  /** Lower case, without parameters. */
  readonly mimeType: string | undefined;
  readonly charset: string | undefined;
}

const DATA_URL = /^data:([^,]*),/i;

/** Reads an address: a `data:` URL holds the bytes itself. @throws InputError */
export function sourceOf(url: string): Source {
  const head = DATA_URL.exec(url);
  if (!head) return { type: "url", url };
  const [mimeType, ...parameters] = (head[1] ?? "").split(";").map((part) => part.trim());
  if (!parameters.some((parameter) => parameter.toLowerCase() === "base64")) {
    throw new InputError("a data: URL must be base64 encoded");
  }
  const charset = parameters.find((parameter) => parameter.toLowerCase().startsWith("charset="));
  const type = charset === undefined ? mimeType : `${mimeType};${charset}`;
  return { type: "base64", data: url.slice(head[0].length), mimeType: type || undefined };
}

/** The bytes of a source within its limits. @throws InputError, EgressError */
export async function contentOf(
  source: Source,
  limits: InputLimits,
  egress: Pick<Egress, "request">,
  signal: AbortSignal,
): Promise<Content> {
  if (source.type === "base64") return { bytes: decode(source.data, limits), ...mimeOf(source.mimeType) };
  return fetched(source.url, limits, egress, signal);
}

function decode(data: string, { maxBytes }: InputLimits): Uint8Array {
  const text = data.replace(/\s+/g, "");
  // Judged before it is decoded: four characters are three bytes.
  if (Math.floor((text.length * 3) / 4) - 2 > maxBytes) throw tooLarge(maxBytes);
  if (text === "" || text.length % 4 === 1 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) {
    throw new InputError("the data is not base64");
  }
  const bytes = Buffer.from(text, "base64");
  if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
  return bytes;
}

async function fetched(
  url: string,
  limits: InputLimits,
  egress: Pick<Egress, "request">,
  signal: AbortSignal,
): Promise<Content> {
  if (!limits.allowUrl) throw new InputError("URLs are not allowed here");
  const hosts = limits.urlAllowlist;
  if (hosts.length > 0 && !hosts.some((host) => isHost(url, host))) {
    throw new InputError("the host is not on the list of allowed ones");
  }
  const response = await egress.request(
    url,
    { signal },
    { reach: "public" },
    {
      maxBytes: limits.maxBytes,
      // Where a listed host sends the request on to is on no list.
      maxRedirects: hosts.length > 0 ? 0 : limits.maxRedirects,
      responseTimeoutMs: limits.timeoutMs,
      totalTimeoutMs: limits.timeoutMs,
    },
  );
  if (!response.ok) {
    await response.body?.cancel();
    throw new InputError(`the URL answered ${response.status}`);
  }
  return { bytes: await response.bytes(), ...mimeOf(response.headers.get("content-type")) };
}

function isHost(url: string, allowed: string): boolean {
  const name = URL.parse(url)?.hostname.toLowerCase();
  if (name === undefined) return false;
  return allowed.startsWith("*.") ? name.endsWith(allowed.slice(1)) : name === allowed;
}

function mimeOf(type: string | null | undefined): Pick<Content, "mimeType" | "charset"> {
  const [name, ...parameters] = (type ?? "").split(";").map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith("charset="))?.slice("charset=".length);
  return { mimeType: name || undefined, charset: charset?.replace(/^"|"$/g, "") || undefined };
}

function tooLarge(maxBytes: number): InputError {
  return new InputError(`larger than ${maxBytes} bytes`);
}
