import type { Server } from "bun";
import type { Ingress, PeerFacts } from "../auth/index.ts";

/** What is known of a request's sender before anything was proven. */
export function peerFacts<T>(
  request: Request,
  server: Pick<Server<T>, "requestIP" | "protocol">,
  ingress: Ingress,
): PeerFacts {
  return {
    remoteAddress: server.requestIP(request)?.address ?? "",
    headers: request.headers,
    origin: request.headers.get("origin") ?? undefined,
    host: request.headers.get("host") ?? undefined,
    // Not by the request's URL: to be asked for it costs a quarter of a whole handshake.
    secure: server.protocol === "https",
    ingress,
  };
}

/**
 * `http(s)://host:port` by which a peer that was let in reaches the gateway. What a proxy says of it counts: one that nobody
 * vouched for is not let in.
 */
export function reachedUrl({ headers, host, secure }: PeerFacts): string | undefined {
  const first = (name: string) => headers.get(name)?.split(",", 1)[0]?.trim();
  const name = first("x-forwarded-host") ?? host;
  const scheme = (first("x-forwarded-proto") ?? (secure ? "https" : "http")).toLowerCase();
  const isSecure = scheme === "https" || scheme === "wss";
  if (name === undefined || (!isSecure && scheme !== "http" && scheme !== "ws")) return undefined;
  const url = URL.parse(`${isSecure ? "https" : "http"}://${name}`);
  return url && url.pathname === "/" && url.username === "" && url.search === "" ? url.origin : undefined;
}
