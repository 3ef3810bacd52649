import type { BrowserAsk, BrowserReply } from "../../browser/index.ts";
import type { PeerFacts } from "../auth/index.ts";
import type { HttpAuthority } from "../http/api.ts";
import { readJson } from "../http/body.ts";
import { hostName } from "../http/host-guard.ts";
import { errorResponse, jsonResponse, methodNotAllowed } from "../http/responses.ts";
import type { Line } from "../http/route.ts";
import { MAX_HTTP_BODY_BYTES } from "../limits.ts";

const METHODS = ["GET", "POST", "DELETE"] as const;

const LOOPBACK_NAMES = ["127.0.0.1", "localhost", "::1"];

export interface ControlHttpDeps {
  readonly authority: HttpAuthority;
  readonly browser: { request(ask: BrowserAsk): Promise<BrowserReply> };
}

/**
 * The browser control service over HTTP, on a port of its own. Whoever controls a browser is who is logged in there, so it
 * is never open: the gateway's token or password is wanted in every mode of authentication, and no web page may ask.
 */
export class ControlHttp {
  constructor(private readonly deps: ControlHttpDeps) {}

  /** Answers one request that came in by the control port. */
  async handle(request: Request, peer: PeerFacts, line: Line): Promise<Response> {
    const stranger = refusePages(peer);
    if (stranger) return stranger;
    const refused = await this.#refuseStrangers(peer);
    if (refused) return refused;
    const method = METHODS.find((one) => one === request.method);
    if (method === undefined) return methodNotAllowed(METHODS);
    const type = request.headers.get("content-type");
    if (type !== null && !/^application\/json\b/i.test(type)) {
      return errorResponse(415, "invalid_request_error", "The body must be application/json.");
    }
    const body = method === "POST" ? await readJson(request, MAX_HTTP_BODY_BYTES) : undefined;
    if (body?.ok === false) return body.response;
    line.keepOpen();
    const url = new URL(request.url);
    const reply = await this.deps.browser.request({
      method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: body?.value,
      signal: request.signal,
    });
    return jsonResponse(reply.status, reply.body);
  }

  async #refuseStrangers(peer: PeerFacts): Promise<Response | undefined> {
    const operator = await this.deps.authority.admit(asBearer(peer));
    if (operator instanceof Response) return operator;
    if (operator.method === "token" || operator.method === "password") return undefined;
    return errorResponse(
      403,
      "forbidden",
      "Browser control over HTTP wants a secret, and this gateway has none. Set one: openclaw config set " +
        "gateway.auth.mode token. Without one, openclaw browser works.",
    );
  }
}

/** A name that points here, or a page from anywhere, is no program of this machine (DNS rebinding, requests across sites). */
function refusePages({ host, origin, headers }: PeerFacts): Response | undefined {
  const name = host === undefined ? undefined : hostName(host);
  if (name === undefined || !LOOPBACK_NAMES.includes(name)) {
    return errorResponse(
      421,
      "misdirected_request",
      "Browser control answers for 127.0.0.1 and localhost alone.",
    );
  }
  const site = headers.get("sec-fetch-site");
  if (origin === undefined && (site === null || site === "none" || site === "same-origin")) return undefined;
  if (origin === `http://${host}`) return undefined;
  return errorResponse(403, "forbidden", "Browser control does not answer web pages.");
}

/** The password may also come in a header of its own, or by HTTP Basic with any name. */
function asBearer(peer: PeerFacts): PeerFacts {
  const basic = /^Basic\s+(\S+)$/i.exec(peer.headers.get("authorization") ?? "")?.[1];
  const password = peer.headers.get("x-openclaw-password") ?? (basic && passwordIn(basic));
  if (!password) return peer;
  const headers = new Headers(peer.headers);
  headers.set("authorization", `Bearer ${password}`);
  return { ...peer, headers };
}

function passwordIn(basic: string): string {
  const text = Buffer.from(basic, "base64").toString("utf8");
  return text.slice(text.indexOf(":") + 1);
}
