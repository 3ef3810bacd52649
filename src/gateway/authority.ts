import type { ConnectParams } from "../protocol/index.ts";
import { type Clock, pause } from "../lib/clock.ts";
import type { ApprovedVia } from "../store/index.ts";
import type { GatewayAuth, HttpOperator, HttpRefusal, PeerFacts } from "./auth/index.ts";
import type { HttpAuthority } from "./http/api.ts";
import { COMMON_HEADERS } from "./http/responses.ts";
import type { NodeClaim } from "./method.ts";
import type { ConnectAuthority, ConnectVerdict } from "./wire/handshake.ts";

const ADMISSION: Readonly<Record<ApprovedVia, NodeClaim["admission"]>> = {
  owner: "asked",
  silent: "silent",
  bootstrap: "entrusted",
  "trusted-proxy": "silent",
  "trusted-cidr": "silent",
};

/** The gate as sockets and routes see it: the auth part's decisions, with what a node claims added. */
export class GatewayAuthority implements ConnectAuthority, HttpAuthority {
  constructor(
    private readonly auth: GatewayAuth,
    private readonly clock: Clock,
  ) {}

  async decide(params: ConnectParams, nonce: string, peer: PeerFacts): Promise<ConnectVerdict> {
    const decision = await this.auth.decide(params, nonce, peer);
    if (!decision.ok || decision.client.role !== "node") return decision;
    const node = claimOf(params, decision.approvedVia);
    return { ...decision, client: { ...decision.client, node } };
  }

  /** Refuses a WebSocket upgrade whose sender cannot be known. */
  refuseUpgrade(peer: PeerFacts): Response | undefined {
    const refusal = this.auth.refuseUpgrade(peer);
    return refusal && asResponse(refusal);
  }

  async admit(peer: PeerFacts): Promise<HttpOperator | Response> {
    const verdict = await this.auth.authorizeHttp(peer);
    if (verdict.ok) return verdict;
    // Guessing has to take time, as it does on a socket.
    if (verdict.delayMs) await pause(this.clock, verdict.delayMs);
    return asResponse(verdict);
  }
}

function asResponse({ status, headers, body }: HttpRefusal): Response {
  return new Response(body, { status, headers: { ...COMMON_HEADERS, ...headers } });
}

function claimOf(params: ConnectParams, approvedVia: ApprovedVia | undefined): NodeClaim {
  return {
    commands: params.commands ?? [],
    admission: approvedVia === undefined ? "silent" : ADMISSION[approvedVia],
    ...(params.permissions !== undefined && { permissions: params.permissions }),
    ...(params.pathEnv !== undefined && { pathEnv: params.pathEnv }),
  };
}
