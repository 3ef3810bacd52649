/** What is known about the other end of a connection or HTTP request before anything was proven. */
export interface PeerFacts {
  /** The socket peer's address, IPv4-mapped IPv6 written as IPv4. */
  readonly remoteAddress: string;
  readonly headers: Headers;
  /** The `Origin` header, when there is one. */
  readonly origin: string | undefined;
  /** The `Host` header. */
  readonly host: string | undefined;
}

/** Reads the facts of one request. */
export function peerFacts(request: Request, remoteAddress: string | undefined): PeerFacts {
  return {
    remoteAddress: plainAddress(remoteAddress ?? ""),
    headers: request.headers,
    origin: request.headers.get("origin") ?? undefined,
    host: request.headers.get("host") ?? undefined,
  };
}

/** `::ffff:10.0.0.1` is the same host as `10.0.0.1`. */
export function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}

/** True for 127.0.0.0/8 and ::1. */
export function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}
