import {
  FAVICON_SVG,
  loadPage,
  type PageFile,
  type ShellFacts,
  shellHtml,
  webManifest,
} from "../../../ui/index.ts";
import { textResponse } from "../responses.ts";
import { encodingFor } from "./accepts.ts";
import { IMMUTABLE, PAGE_HEADERS } from "./headers.ts";
import type { Pages } from "./pages.ts";

/** The interface inside this program; unpacked when the first browser asks. */
export class BuiltInPage implements Pages {
  #files: Promise<readonly PageFile[]> | undefined;

  /** @param facts what the page is told of this gateway, asked anew for each browser */
  constructor(private readonly facts: () => ShellFacts) {}

  async page(): Promise<Response> {
    const names = (await this.#load()).map(({ name }) => name);
    return new Response(shellHtml(this.facts(), names), {
      headers: { ...PAGE_HEADERS, "content-type": "text/html; charset=utf-8" },
    });
  }

  async file(request: Request, path: string): Promise<Response> {
    if (path === "favicon.svg") return plain(FAVICON_SVG, "image/svg+xml");
    if (path === "manifest.webmanifest")
      return plain(webManifest(this.facts().basePath), "application/manifest+json");
    const file = path.startsWith("assets/")
      ? (await this.#load()).find(({ name }) => path === `assets/${name}`)
      : undefined;
    if (file === undefined) return missing();
    const encoding = encodingFor(request.headers.get("accept-encoding"));
    const packed = await (encoding === "br" ? file.brotli : file.gzip).bytes();
    return new Response(encoding === undefined ? Bun.gunzipSync(packed) : packed, {
      headers: {
        ...PAGE_HEADERS,
        "content-type": file.contentType,
        "cache-control": IMMUTABLE,
        vary: "Accept-Encoding",
        ...(encoding !== undefined && { "content-encoding": encoding }),
      },
    });
  }

  #load(): Promise<readonly PageFile[]> {
    this.#files ??= loadPage();
    return this.#files;
  }
}

/** Nothing there, said in the headers of the interface. */
export function missing(): Response {
  const response = textResponse(404, "Not Found");
  for (const [name, value] of Object.entries(PAGE_HEADERS)) response.headers.set(name, value);
  return response;
}

function plain(body: string, contentType: string): Response {
  return new Response(body, { headers: { ...PAGE_HEADERS, "content-type": contentType } });
}
