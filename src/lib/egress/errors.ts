/**
 * `refused`: the rules forbid it, nothing was sent; `unresolved`: the name has no address; `network`: no connection, or
 * it broke; `timeout`: too slow; `too-large`: more bytes than allowed; `redirects`: sent round and round.
 */
export type EgressErrorKind = "refused" | "unresolved" | "network" | "timeout" | "too-large" | "redirects";

/** An outbound request that came to nothing; the message names the host, never a path, query or credential. */
export class EgressError extends Error {
  /** Nothing of the request was sent, so it may be sent again whatever it asks for. Not told of what redirects led to. */
  readonly unsent: boolean;

  constructor(
    readonly kind: EgressErrorKind,
    message: string,
    options?: ErrorOptions & { readonly unsent?: boolean },
  ) {
    super(message, options);
    this.name = "EgressError";
    this.unsent = options?.unsent ?? (kind === "refused" || kind === "unresolved");
  }
}

/** How the system calls a connection that did not come about; a reset is none of them, it can come at any time. */
const NOT_CONNECTED = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ERR_PROXY_TUNNEL",
  "UnsupportedProxyProtocol",
]);

/** A certificate or handshake that failed: before it, nothing is said. */
const NO_TRUST = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|ERR_(?:TLS|SSL)/;

/** True when `error` came before anything of a request was sent. */
export function isUnsent(error: unknown): boolean {
  const code = codeOf(error);
  return NOT_CONNECTED.has(code) || NO_TRUST.test(code);
}

/** What an error of the system is called: its code, else its name. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
