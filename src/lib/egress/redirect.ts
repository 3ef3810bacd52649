import { EgressError } from "./errors.ts";

/** One request as it goes out; a redirect makes the next one of it. */
export interface Leg {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: NonNullable<RequestInit["body"]> | undefined;
  /** On a connection of its own, not on one that was kept from before. */
  readonly fresh?: boolean;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Headers another origin may see: none of them says who is asking. */
const HARMLESS = ["accept", "accept-language", "user-agent", "range", "if-modified-since", "if-none-match"];

/** Where an answer sends the request on to; undefined when it is an answer. */
export function redirectTarget(response: Response, from: URL): URL | undefined {
  if (!REDIRECTS.has(response.status)) return undefined;
  const location = response.headers.get("location");
  if (location === null) return undefined;
  if (!URL.canParse(location, from.href)) {
    throw new EgressError("redirects", `${from.hostname} redirects to an address that cannot be read`);
  }
  const next = new URL(location, from);
  next.hash ||= from.hash;
  return next;
}

/**
 * The request after a redirect. To another origin it carries no credential and no body.
 * @throws EgressError when the body would have to follow
 */
export function nextLeg(leg: Leg, status: number, url: URL): Leg {
  const foreign = url.origin !== leg.url.origin;
  const keepsBody = status === 307 || status === 308;
  if (keepsBody && leg.body !== undefined) {
    if (foreign)
      throw new EgressError(
        "redirects",
        `${leg.url.hostname} would send what was posted on to ${url.hostname}`,
      );
    if (leg.body instanceof ReadableStream) {
      throw new EgressError("redirects", `${leg.url.hostname} redirects a request that cannot be sent twice`);
    }
  }
  const becomesGet =
    (status === 303 && leg.method !== "HEAD") ||
    ((status === 301 || status === 302) && leg.method === "POST");
  const headers = foreign ? harmless(leg.headers) : new Headers(leg.headers);
  if (becomesGet)
    for (const name of ["content-type", "content-length", "content-encoding"]) headers.delete(name);
  return {
    url,
    method: becomesGet ? "GET" : leg.method,
    headers,
    body: becomesGet ? undefined : leg.body,
  };
}

function harmless(headers: Headers): Headers {
  const kept = new Headers();
  for (const name of HARMLESS) {
    const value = headers.get(name);
    if (value !== null) kept.set(name, value);
  }
  return kept;
}
