import { notFound } from "../responses.ts";
import { wants } from "./accepts.ts";
import { BuiltInPage } from "./built-in-page.ts";
import type { ControlUiDeps } from "./deps.ts";
import { OwnPage } from "./own-page.ts";
import type { Pages } from "./pages.ts";

/** Addresses of the programs' side of the gateway: nothing there is a page. */
const NOT_PAGES = /^\/(?:api|v1|__openclaw(?:__)?)(?:\/|$)/;

/** What is at the addresses that are nobody else's: a file where one is named, else the page. */
export class Serving {
  readonly #basePath: string;
  readonly #pages: Pages;

  constructor({
    basePath,
    root,
    version,
    environment,
  }: Pick<ControlUiDeps, "basePath" | "root" | "version" | "environment">) {
    this.#basePath = basePath;
    this.#pages =
      root === undefined
        ? new BuiltInPage(() => ({ basePath, version, environment: environment() }))
        : new OwnPage(root);
  }

  async answer(request: Request): Promise<Response> {
    const base = this.#basePath;
    const { pathname, search } = new URL(request.url);
    if (base !== "" && pathname === base) {
      return new Response(null, { status: 302, headers: { location: `${base}/${search}` } });
    }
    if (!pathname.startsWith(`${base}/`)) return notFound();
    const path = pathname.slice(base.length);
    if (NOT_PAGES.test(path)) return notFound();
    if (path.startsWith("/assets/") || (path.split("/").at(-1) ?? "").includes(".")) {
      const name = decoded(path.slice(1));
      return name === undefined ? notFound() : this.#pages.file(request, name);
    }
    return wants(request.headers.get("accept"), "text/html") > 0 ? this.#pages.page(request) : notFound();
  }
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
