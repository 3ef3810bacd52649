import { jsonResponse, notFound } from "../responses.ts";
import type { Route } from "../route.ts";
import { wants } from "./accepts.ts";
import { BuiltInPage, missing } from "./built-in-page.ts";
import type { Pages } from "./pages.ts";

export interface ControlUiDeps {
  /** Path everything is served below: empty, or `/name`. */
  readonly basePath: string;
  /** Where the files come from, when not from this program. */
  readonly own?: Pages | undefined;
  readonly enabled: () => boolean;
  readonly version: string;
  readonly environment: () => { readonly label: string; readonly color: string } | undefined;
  /** The agent a new visitor meets. */
  readonly assistant: () => {
    readonly id: string;
    readonly name: string;
    readonly avatar?: string | undefined;
  };
}

/** Addresses of the programs' side of the gateway: nothing there is a page. */
const NOT_PAGES = /^\/(?:api|v1|__openclaw(?:__)?)(?:\/|$)/;

/** The interface for browsers: its page at every address that is nobody else's, its files, and what it is told. */
export function controlUiRoutes(deps: ControlUiDeps): Route[] {
  const { basePath, enabled, version, environment } = deps;
  const pages = deps.own ?? new BuiltInPage(() => ({ basePath, version, environment: environment() }));
  return [
    {
      path: `${basePath}/control-ui-config.json`,
      methods: ["GET"],
      auth: "operator",
      scope: "operator.read",
      enabled,
      summary: "What the Control UI is told of this gateway.",
      handle: () => jsonResponse(200, configOf(deps)),
    },
    {
      path: "/*",
      methods: ["GET", "HEAD"],
      auth: "none",
      enabled,
      isRemainder: true,
      summary: "The Control UI.",
      handle: (request) => answer(request, basePath, pages),
    },
  ];
}

async function answer(request: Request, basePath: string, pages: Pages): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  if (basePath !== "" && pathname === basePath) {
    return new Response(null, { status: 302, headers: { location: `${basePath}/${search}` } });
  }
  if (!pathname.startsWith(`${basePath}/`)) return notFound();
  const path = pathname.slice(basePath.length);
  if (NOT_PAGES.test(path)) return notFound();
  if (path.startsWith("/assets/") || (path.split("/").at(-1) ?? "").includes(".")) {
    const name = decoded(path.slice(1));
    return name === undefined ? missing() : pages.file(request, name);
  }
  return wants(request.headers.get("accept"), "text/html") > 0 ? pages.page(request) : notFound();
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function configOf({ basePath, version, environment, assistant }: ControlUiDeps): Record<string, unknown> {
  const { id, name, avatar } = assistant();
  const badge = environment();
  return {
    basePath,
    assistantAgentId: id,
    assistantName: name,
    assistantAvatar: avatar ?? name.slice(0, 1).toUpperCase(),
    serverVersion: version,
    terminalEnabled: false,
    ...(badge && { environment: badge }),
  };
}

/** `openclaw`, `/openclaw/` and ` /openclaw` are the same path: `/openclaw`; nothing and `/` are none. */
export function normalisedBasePath(text: string | undefined): string {
  const path = (text ?? "").trim().replaceAll(/^\/+|\/+$/g, "");
  return path === "" ? "" : `/${path}`;
}
