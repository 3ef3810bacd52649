import { isDirectLocal } from "../auth/index.ts";
import { errorResponse, jsonResponse } from "../http/responses.ts";
import { peerFacts } from "./peer-facts.ts";
import type { Arrival, ListeningSockets, Tenant } from "./listening-sockets.ts";

/** On this machine only: who is let in from elsewhere follows from what cannot be read yet. */
const LOOPBACK = [
  { host: "127.0.0.1", required: true },
  { host: "::1", required: false },
] as const;

/** Answers at the port of a gateway that waits for its disk: that the process lives, and what it waits for. */
export class WaitingRoom implements Tenant {
  constructor(
    private readonly sockets: ListeningSockets,
    /** What is waited for, for a person. */
    private readonly reason: string,
  ) {}

  /** Takes the port. Throws the system's bind error. */
  open(port: number): void {
    this.sockets.listen({ port, addresses: LOOPBACK });
    this.sockets.admit(this);
  }

  answer({ request, server, ingress }: Arrival): Response {
    const { pathname } = new URL(request.url);
    switch (pathname) {
      case "/health":
      case "/healthz":
        return jsonResponse(200, { ok: true, status: "live" });
      case "/startup":
      case "/startupz":
        return jsonResponse(503, { ok: false, status: "starting" });
      case "/ready":
      case "/readyz": {
        const trusted = isDirectLocal(peerFacts(request, server, ingress));
        return jsonResponse(503, { ready: false, ...(trusted && { failing: [this.reason] }) });
      }
      default:
        return errorResponse(
          503,
          "api_error",
          "The gateway waits for its disk; see /readyz on its machine.",
          {
            "retry-after": "5",
          },
        );
    }
  }
}
