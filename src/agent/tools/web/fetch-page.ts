import type { Egress } from "../../../lib/egress/index.ts";
import { ToolInputError } from "../define.ts";
import { FETCH_ERROR_CHARS } from "../limits.ts";
import { readPage } from "./html.ts";
import type { ExtractMode } from "./page-writer.ts";

/** How a page is fetched. */
export interface FetchSettings {
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly maxRedirects: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A page as it was read. */
export interface FetchedPage {
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly title: string | undefined;
  readonly text: string;
  /** `html`, `markdown`, `json` or `text`: how the text was taken. */
  readonly extractor: string;
  /** The answer was longer than what is read. */
  readonly cut: boolean;
}

/** What came instead of a page. */
export class PageError extends Error {
  constructor(
    readonly status: number,
    /** What the server said, from a stranger. */
    readonly said: string,
  ) {
    super(`the server answered with status ${status}`);
    this.name = "PageError";
  }
}

const TEXT_TYPE =
  /^text\/|[/+](?:json|xml|javascript|x-javascript|ecmascript|yaml|x-yaml|toml|csv|x-sh|sql|graphql|x-ndjson)$/;

/** Gets a public page and takes its text. @throws PageError, ToolInputError, EgressError */
export async function fetchPage(
  egress: Egress,
  url: string,
  mode: ExtractMode,
  settings: FetchSettings,
  signal: AbortSignal,
): Promise<FetchedPage> {
  const response = await egress.request(
    url,
    { headers: settings.headers, signal },
    { reach: "public" },
    {
      responseTimeoutMs: settings.timeoutMs,
      totalTimeoutMs: settings.timeoutMs,
      maxRedirects: settings.maxRedirects,
      // Cut here, not refused there; one chunk more than what is kept may come.
      maxBytes: settings.maxBytes * 2 + CHUNK_BYTES,
    },
  );
  const header = response.headers.get("content-type") ?? "text/plain";
  const contentType = (header.split(";", 1)[0] ?? "").trim().toLowerCase();
  if (!TEXT_TYPE.test(contentType)) {
    await response.body?.cancel();
    throw new ToolInputError(`${url} is ${contentType.slice(0, 100)}, not text`);
  }
  const { bytes, cut } = await readUpTo(response, settings.maxBytes);
  const raw = decode(bytes, header);
  const page = extract(raw, contentType, response.url, mode);
  if (!response.ok) throw new PageError(response.status, page.text.slice(0, FETCH_ERROR_CHARS));
  return { url: response.url, status: response.status, contentType, cut, ...page };
}

const CHUNK_BYTES = 1024 * 1024;

async function readUpTo(
  response: Response,
  maxBytes: number,
): Promise<{ readonly bytes: Uint8Array; readonly cut: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: ReadableStream<Uint8Array> | null = response.body;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (size > maxBytes) break;
  }
  const whole = Buffer.concat(chunks);
  return { bytes: whole.subarray(0, maxBytes), cut: size > maxBytes };
}

/** Encodings pages are written in, by the names they use. */
const ENCODINGS = [
  "utf-8",
  "utf8",
  "us-ascii",
  "latin1",
  "iso-8859-1",
  "iso-8859-2",
  "iso-8859-5",
  "iso-8859-7",
  "iso-8859-9",
  "iso-8859-15",
  "windows-1250",
  "windows-1251",
  "windows-1252",
  "windows-1253",
  "windows-1254",
  "windows-1256",
  "koi8-r",
  "utf-16le",
  "utf-16be",
  "gb2312",
  "gbk",
  "gb18030",
  "big5",
  "shift_jis",
  "euc-jp",
  "iso-2022-jp",
  "euc-kr",
] as const;

const CHARSET = /charset\s*=\s*["']?([\w-]+)/i;

/** By the encoding the header names, else the first bytes of the page; UTF-8 when that is nobody's. */
function decode(bytes: Uint8Array, header: string): string {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 1_024));
  const label = (CHARSET.exec(header) ?? CHARSET.exec(head))?.[1]?.toLowerCase();
  const known = ENCODINGS.find((name) => name === label) ?? "utf-8";
  return new TextDecoder(known).decode(bytes);
}

function extract(
  raw: string,
  contentType: string,
  url: string,
  mode: ExtractMode,
): Pick<FetchedPage, "title" | "text" | "extractor"> {
  if (contentType === "text/html" || contentType === "application/xhtml+xml") {
    return { ...readPage(raw, url, mode), extractor: "html" };
  }
  const extractor =
    contentType === "text/markdown" ? "markdown" : contentType.endsWith("json") ? "json" : "text";
  return { title: undefined, text: raw.trim(), extractor };
}
