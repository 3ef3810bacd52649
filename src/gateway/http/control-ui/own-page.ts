import { PathJailError, readInside } from "../../../lib/path-jail/index.ts";
import { textResponse } from "../responses.ts";
import { missing } from "./built-in-page.ts";
import { OWN_PAGE_HEADERS } from "./headers.ts";
import type { Pages } from "./pages.ts";

/** A file of an interface; larger ones are no part of a page. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json; charset=utf-8",
  map: "application/json; charset=utf-8",
  webmanifest: "application/manifest+json",
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  webp: "image/webp",
  ico: "image/x-icon",
  woff2: "font/woff2",
  wasm: "application/wasm",
  txt: "text/plain; charset=utf-8",
};

/** An interface of the owner's in a folder (`gateway.controlUi.root`), under the same policy as our own. */
export class OwnPage implements Pages {
  constructor(private readonly root: string) {}

  async page(): Promise<Response> {
    const index = await this.#read("index.html");
    if (index !== undefined) return index;
    return textResponse(
      503,
      `There is no readable index.html in ${this.root}. Use the built-in interface: openclaw config unset gateway.controlUi.root`,
    );
  }

  async file(_request: Request, path: string): Promise<Response> {
    return (await this.#read(path)) ?? missing();
  }

  async #read(path: string): Promise<Response | undefined> {
    // Anybody may ask, and what is hidden beside an interface (`.env`, `.git`) is no part of it.
    if (path.split(/[\\/]/).some((name) => name.startsWith("."))) return undefined;
    try {
      const { bytes } = await readInside({ root: this.root }, path, MAX_FILE_BYTES);
      const contentType = CONTENT_TYPES[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
      return new Response(new Uint8Array(bytes), {
        headers: { ...OWN_PAGE_HEADERS, "content-type": contentType ?? "application/octet-stream" },
      });
    } catch (error) {
      if (error instanceof PathJailError) return undefined;
      throw error;
    }
  }
}
