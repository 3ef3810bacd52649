import { hostOf } from "./destination.ts";
import { codeOf, EgressError, isUnsent } from "./errors.ts";
import { MAX_ADDRESS_TRIES } from "./limits.ts";
import type { Leg } from "./redirect.ts";

/** Methods that change nothing. */
const REPEATABLE = new Set(["GET", "HEAD"]);

interface DialOptions {
  readonly signal: AbortSignal;
  readonly proxy?: string | undefined;
  /** Address to connect to in place of what the host's name resolves to. */
  readonly address?: string;
}

/**
 * Connects to the checked addresses themselves, one after the other: what the name resolves to a moment later does not
 * matter. The certificate must still be the name's. @throws EgressError `network`, or the signal's reason
 */
export async function dialPinned(
  leg: Leg,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<Response> {
  let failure: unknown;
  for (const address of addresses.slice(0, MAX_ADDRESS_TRIES)) {
    try {
      return await dial(leg, { signal, address });
    } catch (error) {
      failure = error;
      // What may have been heard is not said to a second server; a body that streams cannot be said twice at all.
      const unheard = error instanceof EgressError && error.unsent;
      if (signal.aborted || leg.body instanceof ReadableStream || !(unheard || REPEATABLE.has(leg.method)))
        break;
    }
  }
  throw failure;
}

/** Sends one request and follows nothing. The environment's own proxy settings are never looked at. @throws EgressError `network`, or the signal's reason */
export async function dial(leg: Leg, { signal, proxy, address }: DialOptions): Promise<Response> {
  const target = new URL(leg.url);
  const headers = new Headers(leg.headers);
  if (address !== undefined) {
    target.hostname = address.includes(":") ? `[${address}]` : address;
    headers.set("host", leg.url.host);
  }
  try {
    return await fetch(target.href, {
      method: leg.method,
      headers,
      ...(leg.body !== undefined && { body: leg.body }),
      signal,
      redirect: "manual",
      ...(leg.fresh === true && { keepalive: false }),
      proxy: proxy === undefined ? false : { url: proxy, respectNoProxy: false },
      ...(address !== undefined && target.protocol === "https:" && { tls: { serverName: hostOf(leg.url) } }),
    });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new EgressError("network", `no connection to ${hostOf(leg.url)}: ${codeOf(error)}`, {
      cause: error,
      unsent: isUnsent(error),
    });
  }
}
