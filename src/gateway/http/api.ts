import type { Logger } from "../../lib/logger.ts";
import type { Metrics } from "../state/metrics.ts";
import { isDirectLocal, type PeerFacts } from "../auth/index.ts";
import { errorResponse } from "./responses.ts";

/** Who may use a route: anyone, an operator, or an operator unless the peer is on this machine. */
export type RouteAuth = "none" | "operator" | "local-or-operator";

export interface RouteContext {
  readonly peer: PeerFacts;
  /** True when the caller is on this machine or proved to be an operator. */
  readonly trusted: boolean;
}

/** One row of the route table; tests for methods, sizes and authorisation are generated from it. */
export interface Route {
  readonly path: string;
  readonly methods: readonly ("GET" | "POST")[];
  readonly auth: RouteAuth;
  readonly summary: string;
  readonly handle: (request: Request, context: RouteContext) => Response | Promise<Response>;
}

/** Decides whether an HTTP caller is an operator; `undefined` when it is, else the refusal to send. */
export interface HttpAuthority {
  refuse(peer: PeerFacts): Promise<Response | undefined>;
}

export interface HttpApiDeps {
  readonly routes: readonly Route[];
  readonly authority: HttpAuthority;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Value of `Strict-Transport-Security`, when the owner wants it sent. */
  readonly strictTransportSecurity: () => string | undefined;
}

/** Plain HTTP on the gateway's port: looks the route up, checks method and caller, runs it. */
export class HttpApi {
  private readonly routes = new Map<string, Route>();

  constructor(private readonly deps: HttpApiDeps) {
    for (const route of deps.routes) this.routes.set(route.path, route);
  }

  async handle(request: Request, peer: PeerFacts): Promise<Response> {
    const path = pathOf(request.url);
    const route = this.routes.get(path);
    const response = route
      ? await this.run(route, request, peer)
      : errorResponse(404, "not_found", `There is nothing at ${path.slice(0, 200)}.`);
    const label = `path="${route?.path ?? "other"}",status="${response.status}"`;
    this.deps.metrics.count("openclaw_http_requests_total", "HTTP requests answered.", label);
    const policy = this.deps.strictTransportSecurity();
    if (policy !== undefined) response.headers.set("strict-transport-security", policy);
    return request.method === "HEAD" ? withoutBody(response) : response;
  }

  private async run(route: Route, request: Request, peer: PeerFacts): Promise<Response> {
    const allowed = allowedMethods(route);
    if (!allowed.includes(request.method)) {
      return errorResponse(405, "method_not_allowed", `${route.path} takes ${allowed.join(", ")}.`, {
        allow: allowed.join(", "),
      });
    }
    if (route.auth === "none") return route.handle(request, { peer, trusted: await this.isTrusted(peer) });
    if (route.auth === "local-or-operator" && isDirectLocal(peer)) {
      return route.handle(request, { peer, trusted: true });
    }
    const refusal = await this.deps.authority.refuse(peer);
    return refusal ?? route.handle(request, { peer, trusted: true });
  }

  /** A caller without a credential is not an attacker; only one that sends a wrong one is counted. */
  private async isTrusted(peer: PeerFacts): Promise<boolean> {
    if (isDirectLocal(peer)) return true;
    if (!peer.headers.has("authorization")) return false;
    return (await this.deps.authority.refuse(peer)) === undefined;
  }
}

/** GET implies HEAD. */
export function allowedMethods(route: Route): string[] {
  return route.methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
}

function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  if (start < 0) return "/";
  const end = url.slice(start).search(/[?#]/);
  return end < 0 ? url.slice(start) : url.slice(start, start + end);
}

async function withoutBody(response: Response): Promise<Response> {
  const length = (await response.arrayBuffer()).byteLength;
  const headers = new Headers(response.headers);
  headers.set("content-length", String(length));
  return new Response(null, { status: response.status, headers });
}
