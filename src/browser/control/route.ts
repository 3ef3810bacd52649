import type { BrowserAsk } from "../request.ts";

/** A request as a route sees it. */
export interface RouteAsk {
  /** Parts of the path that the route leaves open, decoded. */
  readonly params: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One row of what browser control can be asked. */
export interface BrowserRoute {
  readonly method: BrowserAsk["method"];
  /** `*` stands for one segment. */
  readonly path: string;
  /** @throws BrowserError */
  readonly run: (ask: RouteAsk) => Promise<Readonly<Record<string, unknown>>>;
}

/** The route of a request and what the open parts of its path are; undefined when there is none. */
export function findRoute(
  routes: readonly BrowserRoute[],
  { method, path }: Pick<BrowserAsk, "method" | "path">,
): { readonly route: BrowserRoute; readonly params: readonly string[] } | undefined {
  const given = segments(path);
  for (const route of routes) {
    const wanted = segments(route.path);
    if (route.method !== method || wanted.length !== given.length) continue;
    const fits = wanted.every((segment, index) => segment === "*" || segment === given[index]);
    if (fits) return { route, params: given.filter((_, index) => wanted[index] === "*").map(decoded) };
  }
  return undefined;
}

function segments(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
