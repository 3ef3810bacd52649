import type { OpenClawConfig } from "../../../config/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import { EgressError, type Egress } from "../../../lib/egress/index.ts";
import type { Ids } from "../../../lib/ids.ts";
import { VERSION } from "../../../lib/version.ts";
import { defineTool, textResult, ToolInputError } from "../define.ts";
import {
  FETCH_BYTES_RANGE,
  FETCH_CACHE_MINUTES,
  FETCH_CACHE_PAGES,
  FETCH_MAX_BYTES,
  FETCH_MAX_CHARS,
  FETCH_MAX_REDIRECTS,
  FETCH_TIMEOUT_SECONDS,
} from "../limits.ts";
import { maybe, number, parameters, text, word } from "../parameters.ts";
import type { Tool, ToolResult } from "../tool.ts";
import { defused, fenced } from "../../../lib/fence.ts";
import { type FetchedPage, fetchPage, type FetchSettings, PageError } from "./fetch-page.ts";
import { PageCache } from "./page-cache.ts";
import type { ExtractMode } from "./page-writer.ts";

export interface WebFetchDeps {
  readonly config: () => OpenClawConfig;
  readonly egress: Egress;
  readonly clock: Clock;
  readonly ids: Ids;
}

type FetchConfig = NonNullable<NonNullable<NonNullable<OpenClawConfig["tools"]>["web"]>["fetch"]>;

/** Room for what stands around the text of a page: marks, address, title. */
const FRAME_CHARS = 600;

const MIN_CHARS = 100;
const TITLE_CHARS = 256;
const ID_BYTES = 8;

/** `web_fetch`: a public page as text. */
export function webFetchTool(deps: WebFetchDeps): Tool {
  const cache = new PageCache<FetchedPage>(deps.clock, FETCH_CACHE_PAGES);
  return defineTool({
    name: "web_fetch",
    label: "Web Fetch",
    description: "Fetch a public web page as readable text. Its content is untrusted.",
    scope: "anyone",
    readOnly: true,
    parameters: parameters({
      url: text(),
      extractMode: maybe(word(["markdown", "text"])),
      maxChars: maybe(number()),
    }),
    async run({ url, extractMode, maxChars }, context) {
      const mode: ExtractMode = extractMode === "text" ? "text" : "markdown";
      const address = addressOf(url);
      const config = deps.config().tools?.web?.fetch ?? {};
      const startedAt = deps.clock.monotonic();
      const key = `${mode} ${address}`;
      const keepMs = (config.cacheTtlMinutes ?? FETCH_CACHE_MINUTES) * 60_000;
      const kept = keepMs > 0 ? cache.get(key) : undefined;
      const page = kept ?? (await fetched(deps, address, mode, config, context.signal));
      if (!kept) cache.set(key, page, keepMs);
      const room = Math.min(
        charsOf(maxChars, config),
        Math.max(MIN_CHARS, context.maxResultChars - FRAME_CHARS),
      );
      const tookMs = Math.round(deps.clock.monotonic() - startedAt);
      return pageResult(page, {
        url: address,
        mode,
        room,
        id: deps.ids.hex(ID_BYTES),
        cached: kept !== undefined,
        tookMs,
      });
    },
  });
}

async function fetched(
  deps: WebFetchDeps,
  url: string,
  mode: ExtractMode,
  config: FetchConfig,
  signal: AbortSignal,
): Promise<FetchedPage> {
  try {
    return await fetchPage(deps.egress, url, mode, settingsOf(config), signal);
  } catch (error) {
    if (error instanceof PageError) {
      const said =
        error.said.trim() === "" ? "" : `:\n${fenced(error.said, "Web Fetch", deps.ids.hex(ID_BYTES))}`;
      throw new ToolInputError(`web_fetch failed (${error.status})${said}`, { cause: error });
    }
    if (error instanceof EgressError)
      throw new ToolInputError(`web_fetch failed: ${error.message}`, { cause: error });
    throw error;
  }
}

function addressOf(text: string): string {
  const url = URL.parse(text.trim());
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new ToolInputError("url must begin with http:// or https://");
  }
  url.hash = "";
  return url.href;
}

function settingsOf(config: FetchConfig): FetchSettings {
  const { min, max } = FETCH_BYTES_RANGE;
  return {
    maxBytes: Math.min(Math.max(config.maxResponseBytes ?? FETCH_MAX_BYTES, min), max),
    timeoutMs: (config.timeoutSeconds ?? FETCH_TIMEOUT_SECONDS) * 1_000,
    maxRedirects: config.maxRedirects ?? FETCH_MAX_REDIRECTS,
    headers: {
      accept: "text/markdown, text/html;q=0.9, text/plain;q=0.8, */*;q=0.1",
      "accept-language": "en-US,en;q=0.9",
      "user-agent": config.userAgent ?? `Mozilla/5.0 (compatible; openclaw/${VERSION})`,
      ...config.headers,
    },
  };
}

function charsOf(asked: number | undefined, config: FetchConfig): number {
  const cap = config.maxCharsCap ?? FETCH_MAX_CHARS;
  return Math.max(MIN_CHARS, Math.min(asked || (config.maxChars ?? FETCH_MAX_CHARS), cap));
}

interface Showing {
  readonly url: string;
  readonly mode: ExtractMode;
  /** Characters of the page that are shown. */
  readonly room: number;
  readonly id: string;
  readonly cached: boolean;
  readonly tookMs: number;
}

function pageResult(page: FetchedPage, { url, mode, room, id, cached, tookMs }: Showing): ToolResult {
  const title = page.title?.slice(0, TITLE_CHARS);
  const heading = title === undefined ? "" : `# ${title}\n\n`;
  const shown = page.text.slice(0, room).toWellFormed();
  const truncated = page.cut || shown.length < page.text.length;
  const note = truncated
    ? `\n[cut: ${shown.length} of ${page.cut ? "more than " : ""}${page.text.length} characters]`
    : "";
  const moved = page.url === url ? "" : `\nFinal address: ${page.url.slice(0, 2_048)}`;
  const wrapped = fenced(heading + shown, "Web Fetch", id);
  return textResult(`${url} (${page.status}, ${page.contentType})${moved}\n${wrapped}${note}`, {
    url,
    finalUrl: page.url,
    status: page.status,
    contentType: page.contentType,
    ...(title !== undefined && { title: defused(title) }),
    extractMode: mode,
    extractor: page.extractor,
    externalContent: { untrusted: true, source: "web_fetch", wrapped: true },
    truncated,
    length: wrapped.length,
    rawLength: page.text.length,
    tookMs,
    ...(cached && { cached }),
  });
}
