import type { Logger } from "../../lib/logger.ts";
import { holdsScope } from "../../protocol/index.ts";
import { type HttpOperator, isDirectLocal, type PeerFacts } from "../auth/index.ts";
import { MAX_HTTP_BODY_BYTES } from "../limits.ts";
import type { Metrics } from "../state/metrics.ts";
import { errorResponse, methodNotAllowed, notFound, payloadTooLarge, unauthorized } from "./responses.ts";
import type { Line, Route, RouteContext } from "./route.ts";
import { type Found, RouteTable } from "./route-table.ts";

/** Decides who an HTTP caller is: the operator, or the refusal to send. */
export interface HttpAuthority {
  admit(peer: PeerFacts): Promise<HttpOperator | Response>;
}

export interface HttpApiDeps {
  readonly routes: readonly Route[];
  readonly authority: HttpAuthority;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Value of `Strict-Transport-Security`, when the owner wants it sent. */
  readonly strictTransportSecurity: () => string | undefined;
}

type Admission = Pick<RouteContext, "trusted" | "operator">;

/** Plain HTTP on the gateway's port: looks the route up, checks size, method and caller, runs it. */
export class HttpApi {
  readonly #table: RouteTable;

  constructor(private readonly deps: HttpApiDeps) {
    this.#table = new RouteTable(deps.routes);
  }

  /** Whether a gateway that makes room for the next one still answers this itself. */
  answersWhileLeaving(request: Request): boolean {
    return this.#table.find(pathOf(request.url))?.route.whileLeaving === true;
  }

  async handle(request: Request, peer: PeerFacts, line: Line): Promise<Response> {
    const found = this.#table.find(pathOf(request.url));
    const response = await this.#answer(request, peer, line, found);
    const label = `path="${found?.route.path ?? "other"}",status="${response.status}"`;
    this.deps.metrics.count("openclaw_http_requests_total", "HTTP requests answered.", label);
    const policy = this.deps.strictTransportSecurity();
    if (policy !== undefined) response.headers.set("strict-transport-security", policy);
    return request.method === "HEAD" ? withoutBody(response) : response;
  }

  async #answer(request: Request, peer: PeerFacts, line: Line, found: Found | undefined): Promise<Response> {
    const route = found?.route;
    if (declaredLength(request) > (route?.maxBodyBytes ?? MAX_HTTP_BODY_BYTES)) return payloadTooLarge();
    if (!found || !route || route.enabled?.() === false) return notFound();
    if (peer.ingress === "canvas" && !route.onCanvasPort) return notFound();
    if (!route.methods.some((method) => method === request.method))
      return route.isRemainder ? notFound() : methodNotAllowed(route.methods);
    const admission = await this.#admit(found, peer);
    if (admission instanceof Response) return admission;
    return route.handle(request, { ...admission, peer, params: found.params, ...line });
  }

  async #admit({ route, params }: Found, peer: PeerFacts): Promise<Admission | Response> {
    const { auth, scope, admits } = route;
    if (auth === "pass") {
      const good = admits?.(params) ?? false;
      return good ? { trusted: false, operator: undefined } : unauthorized();
    }
    if (auth === "own") return { trusted: false, operator: undefined };
    if (auth === "none") return { trusted: await this.#isTrusted(peer), operator: undefined };
    if (auth === "local-or-operator" && isDirectLocal(peer)) return { trusted: true, operator: undefined };
    const operator = await this.deps.authority.admit(peer);
    if (operator instanceof Response) return operator;
    if (scope !== undefined && !holdsScope(operator.scopes, scope)) return missingScope(scope);
    return { trusted: true, operator };
  }

  /** A caller without a credential is not an attacker; only one that sends a wrong one is counted. */
  async #isTrusted(peer: PeerFacts): Promise<boolean> {
    if (isDirectLocal(peer)) return true;
    if (!peer.headers.has("authorization")) return false;
    return !((await this.deps.authority.admit(peer)) instanceof Response);
  }
}

/** The refusal of a caller who is known, and may not do this. */
export function missingScope(scope: string): Response {
  return errorResponse(403, "forbidden", `missing scope: ${scope}`);
}

/** Bytes of the body as announced; 0 when it is sent in chunks. */
function declaredLength(request: Request): number {
  return Number(request.headers.get("content-length") ?? 0);
}

function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  if (start < 0) return "/";
  const end = url.slice(start).search(/[?#]/);
  return end < 0 ? url.slice(start) : url.slice(start, start + end);
}

async function withoutBody(response: Response): Promise<Response> {
  // Who made it for HEAD knows how long the body would be.
  if (response.body === null) return response;
  const length = (await response.arrayBuffer()).byteLength;
  const headers = new Headers(response.headers);
  headers.set("content-length", String(length));
  return new Response(null, { status: response.status, headers });
}
