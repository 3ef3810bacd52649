import type { Route } from "./route.ts";

/** A route, and what the wildcards of its path stand for. */
export interface Found {
  readonly route: Route;
  readonly params: readonly string[];
}

/** Routes by path: exact ones first, then those with wildcards in the order given. */
export class RouteTable {
  readonly #exact = new Map<string, Found>();
  readonly #patterns: { readonly route: Route; readonly segments: () => readonly string[] | undefined }[] =
    [];

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      if (route.path.includes("*")) this.#patterns.push({ route, segments: segmentsOf(route) });
      else this.#exact.set(route.path, { route, params: [] });
    }
  }

  /** The route of a path without query, and what its wildcards stand for. */
  find(path: string): Found | undefined {
    const exact = this.#exact.get(path);
    if (exact) return exact;
    const given = path.split("/");
    for (const { route, segments } of this.#patterns) {
      const wanted = segments();
      const params = wanted && match(wanted, given);
      if (params) return { route, params };
    }
    return undefined;
  }
}

function segmentsOf({ path, at }: Route): () => readonly string[] | undefined {
  if (at === undefined) {
    const fixed = path.split("/");
    return () => fixed;
  }
  return () => {
    const base = at();
    return base === undefined ? undefined : [...base.split("/"), "*"];
  };
}

function match(segments: readonly string[], given: readonly string[]): string[] | undefined {
  const open = segments.at(-1) === "*";
  if (open ? given.length < segments.length : given.length !== segments.length) return undefined;
  const params: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const part = given[index] ?? "";
    if (segment !== "*") {
      if (segment !== part) return undefined;
    } else if (index === segments.length - 1) {
      params.push(given.slice(index).join("/"));
    } else if (part === "") {
      return undefined;
    } else {
      params.push(part);
    }
  }
  return params;
}
