import type { HttpOperator, PeerFacts } from "../auth/index.ts";
import type { OperatorScope } from "../../protocol/index.ts";

/**
 * Who may use a route: anyone, an operator, an operator unless the peer is on this machine, who has the address, in
 * which a pass stands, or whom the route itself lets in by a secret of its own.
 */
export type RouteAuth = "none" | "operator" | "local-or-operator" | "pass" | "own";

/** The connection a request came over. */
export interface Line {
  /** Lifts the time-out of a silent connection, for answers that take long. */
  readonly keepOpen: () => void;
  /** Gives up a peer that does not read: unless it takes something within a second, the request is aborted. */
  readonly hangUp: () => void;
}

/** What a route is told about one request, besides the request. */
export interface RouteContext extends Line {
  readonly peer: PeerFacts;
  /** True when the caller is on this machine or proved to be an operator. */
  readonly trusted: boolean;
  /** Who called; always there on a route with `auth: "operator"`. */
  readonly operator: HttpOperator | undefined;
  /** What the wildcards of the path stand for, in order, as sent (still percent-encoded). */
  readonly params: readonly string[];
}

/** One row of the route table; tests for methods, sizes and authorisation are generated from it. */
export interface Route {
  /** Exact, or with wildcards: `*` as a whole segment is one segment, as the last one all that follows. */
  readonly path: string;
  /** Where a path that ends in a wildcard begins now, when the configuration says so; nowhere while undefined. */
  readonly at?: () => string | undefined;
  /** Everything it answers, in the order of the `Allow` header. */
  readonly methods: readonly ("GET" | "HEAD" | "POST")[];
  readonly auth: RouteAuth;
  /** For `pass`: whether the pass among what the wildcards stand for is good. */
  readonly admits?: (params: readonly string[]) => boolean;
  /** What the operator must be allowed besides. */
  readonly scope?: OperatorScope;
  /** Longest body; `MAX_HTTP_BODY_BYTES` unless told. */
  readonly maxBodyBytes?: number;
  /** False while the configuration switches it off: the path is nobody's then. */
  readonly enabled?: () => boolean;
  /** Answered at the port of the canvas as well, where nothing else is. */
  readonly onCanvasPort?: true;
  /** Answered by a gateway that makes room for the next one as well: it is about this gateway. */
  readonly whileLeaving?: true;
  /** It takes what is left over: another method than its own is at an address where nobody is. */
  readonly isRemainder?: true;
  readonly summary: string;
  readonly handle: (request: Request, context: RouteContext) => Response | Promise<Response>;
}
