import type { Ingress, PeerFacts } from "../auth/index.ts";

/** What is known of a request's sender before anything was proven. */
export function peerFacts(request: Request, address: string | undefined, ingress: Ingress): PeerFacts {
  return {
    remoteAddress: address ?? "",
    headers: request.headers,
    origin: request.headers.get("origin") ?? undefined,
    host: request.headers.get("host") ?? undefined,
    ingress,
  };
}
