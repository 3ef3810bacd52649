import type { EventFrame, HelloOk, MethodSpec, ParamsOf, ResultOf } from "../protocol/index.ts";

export interface RequestOptions {
  /** Longest wait for the response, ms. */
  timeoutMs?: number;
  /** Skip an early `accepted` answer and wait for the final one. */
  expectFinal?: boolean;
  /** Hears the early `accepted` answer that `expectFinal` skips. */
  onAccepted?: (payload: unknown) => void;
}

/** Some events were dropped between two that arrived; nothing replays them, so read the state anew. */
export interface EventGap {
  readonly expected: number;
  readonly received: number;
}

/** Why a connection that had said hello ended. */
export interface Disconnect {
  readonly code: number;
  readonly reason: string;
}

/** What a client can listen to, besides the gateway's own events. */
export interface ClientSignals {
  gap: EventGap;
  disconnect: Disconnect;
}

/** An open, authenticated connection. */
export interface GatewayClient {
  readonly hello: HelloOk;
  /** The address it is connected to. */
  readonly url: string;
  /**
   * Runs a declared method; name the declaration as the type argument, so that a client need not load the schemas:
   * `request<typeof status.health>("health", {})`. Rejects with `GatewayRequestError` or `GatewayTransportError`.
   */
  request<M extends MethodSpec>(
    method: M["name"],
    params: ParamsOf<M>,
    options?: RequestOptions,
  ): Promise<ResultOf<M>>;
  /** Runs a method by name only. */
  call(method: string, params: unknown, options?: RequestOptions): Promise<unknown>;
  /** Hears one event by name, or every event as `*`; returns what stops it. */
  onEvent(event: string, listener: (frame: EventFrame) => void): () => void;
  /** Hears a gap in the event sequence, or the end of the connection. */
  on<S extends keyof ClientSignals>(signal: S, listener: (value: ClientSignals[S]) => void): () => void;
  /** Closes politely; resolves when the socket is gone. Pending requests are rejected. */
  close(): Promise<void>;
}
