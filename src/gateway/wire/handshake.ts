import { type Clock, pause } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import {
  ConnectParams,
  explain,
  fits,
  type HelloAuth,
  invalidRequest,
  PROTOCOL_VERSION,
  ProtocolError,
  type RequestFrame,
  unavailable,
} from "../../protocol/index.ts";
import type { Client } from "../method.ts";
import type { PeerFacts } from "../auth/index.ts";
import { reachedUrl } from "./peer-facts.ts";

/** Whether this gateway takes connections, and if not, why. */
export type Readiness =
  { phase: "ready" } | { phase: "starting" } | { phase: "stopping"; restarting: boolean };

export type ConnectVerdict =
  | { ok: true; client: Omit<Client, "connId">; hello: HelloAuth }
  | { ok: false; error: ProtocolError; close: CloseFrame; delayMs?: number | undefined };

export interface CloseFrame {
  readonly code: number;
  readonly reason: string;
}

/** Decides who a connecting client is and what it may do; see `auth/`. */
export interface ConnectAuthority {
  decide(params: ConnectParams, nonce: string, peer: PeerFacts): Promise<ConnectVerdict>;
}

export interface HandshakeDeps {
  readonly authority: ConnectAuthority;
  readonly readiness: () => Readiness;
  /** Builds the `hello-ok` payload, already serialised. */
  readonly hello: (client: Client, auth: HelloAuth) => string;
  readonly newNonce: () => string;
  readonly clock: Clock;
  readonly log: Logger;
}

export type HandshakeOutcome =
  | { ok: true; client: Client; hello: () => string }
  | { ok: false; response: string | undefined; close: CloseFrame };

/** The first exchange of a connection: challenge, `connect`, `hello-ok` or a refusal that says why. */
export class Handshake {
  constructor(
    private readonly deps: HandshakeDeps,
    private readonly connId: Client["connId"],
  ) {}

  challenge(): { nonce: string; frame: string } {
    const nonce = this.deps.newNonce();
    const payload = { nonce, ts: this.deps.clock.now() };
    return { nonce, frame: JSON.stringify({ type: "event", event: "connect.challenge", payload }) };
  }

  /** Decides the first request of a connection. Never rejects. */
  async decide(frame: RequestFrame, nonce: string, peer: PeerFacts): Promise<HandshakeOutcome> {
    try {
      return await this.judge(frame, nonce, peer);
    } catch (error) {
      this.deps.log.error("handshake failed", { error, conn: this.connId });
      return refuse(frame.id, unavailable("internal error during connect; the gateway log has the cause"), {
        code: 1011,
        reason: "internal error",
      });
    }
  }

  private async judge(frame: RequestFrame, nonce: string, peer: PeerFacts): Promise<HandshakeOutcome> {
    const params = frame.params;
    if (frame.method !== "connect") {
      return refuseInvalid(frame.id, "invalid handshake: first request must be connect");
    }
    if (!fits(ConnectParams, params)) {
      return refuseInvalid(
        frame.id,
        `invalid connect params: ${explain(ConnectParams, params) ?? "not valid"}`,
      );
    }
    if (asksForWorker(params)) {
      return { ok: false, response: undefined, close: { code: 1008, reason: "invalid-handshake" } };
    }
    const notNow = this.refusalWhileNotReady(frame.id);
    if (notNow) return notNow;
    const verdict = await this.deps.authority.decide(params, nonce, peer);
    if (!verdict.ok) {
      this.deps.log.info("connect refused", {
        conn: this.connId,
        client: params.client.id,
        mode: params.client.mode,
        reason: verdict.error.message,
        details: verdict.error.details?.["code"],
      });
      if (verdict.delayMs) await pause(this.deps.clock, verdict.delayMs);
      return refuse(frame.id, verdict.error, verdict.close);
    }
    const gatewayUrl = reachedUrl(peer);
    const client: Client = {
      ...verdict.client,
      connId: this.connId,
      protocol: Math.min(params.maxProtocol, PROTOCOL_VERSION),
      ...(gatewayUrl !== undefined && { gatewayUrl }),
    };
    const id = JSON.stringify(frame.id);
    const hello = (): string =>
      `{"type":"res","id":${id},"ok":true,"payload":${this.deps.hello(client, verdict.hello)}}`;
    return { ok: true, client, hello };
  }

  private refusalWhileNotReady(id: string): HandshakeOutcome | undefined {
    const readiness = this.deps.readiness();
    switch (readiness.phase) {
      case "ready":
        return undefined;
      case "starting":
        return refuse(
          id,
          unavailable("gateway starting; retry shortly", {
            details: { reason: "startup-sidecars" },
            retryable: true,
            retryAfterMs: 500,
          }),
          { code: 1013, reason: "gateway starting" },
        );
      case "stopping":
        return refuse(
          id,
          unavailable(readiness.restarting ? "gateway restarting; retry shortly" : "gateway stopping", {
            details: {
              reason: readiness.restarting ? "gateway-restarting" : "gateway-stopping",
              method: "connect",
            },
            retryable: true,
            retryAfterMs: 1_000,
          }),
          { code: 1013, reason: "gateway restart in progress" },
        );
    }
  }
}

/** Workers have an endpoint of their own; here they get no answer at all. */
function asksForWorker(params: ConnectParams): boolean {
  return (
    params.role === "worker" || params.client.id === "openclaw-worker" || params.client.mode === "worker"
  );
}

function refuseInvalid(id: string, message: string): HandshakeOutcome {
  return refuse(id, invalidRequest(message), { code: 1008, reason: message });
}

function refuse(id: string, error: ProtocolError, close: CloseFrame): HandshakeOutcome {
  const response = JSON.stringify({ type: "res", id, ok: false, error: error.toShape() });
  return { ok: false, response, close };
}
