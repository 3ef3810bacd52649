import type { EventFrame, HelloOk, MethodSpec, ParamsOf, ResultOf } from "../protocol/index.ts";
import type { Clock, Timer } from "../lib/clock.ts";
import { GatewayTransportError } from "./errors.ts";
import type { ClientSignals, GatewayClient, RequestOptions } from "./gateway-client.ts";
import { readChallenge, readFrame } from "./incoming.ts";
import { CLOSE_GRACE_MS, MISSED_TICKS_ALLOWED } from "./limits.ts";
import { PendingRequests } from "./pending.ts";
import { Signals } from "./signals.ts";

/** Private close codes of clients, as the protocol assigns them. */
const CLOSE_TICK_TIMEOUT = 4000;

/** Codes of the operating system and the resolver; the others come from TLS. */
const SYSTEM_CODE = /^E[A-Z]+$/;

const UTF8 = new TextDecoder();

/** What is needed of a WebSocket; one that is not a browser's can be cut off as well. */
export type Socket = Pick<WebSocket, "addEventListener" | "close" | "readyState" | "send"> & {
  terminate?(): void;
};

/** One socket from its first packet to its last; `connectGateway` hands it out once the gateway has said hello. */
export class GatewayConnection implements GatewayClient {
  readonly url: string;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #pending: PendingRequests;
  readonly #signals = new Signals<ClientSignals>();
  readonly #events = new Signals<Record<string, EventFrame>>();
  readonly #challenge = Promise.withResolvers<{ nonce: string; ts: number }>();
  readonly #closed = Promise.withResolvers<void>();
  #hello: HelloOk | undefined;
  #failure: GatewayTransportError | undefined;
  #socketError: Error | undefined;
  #nextSeq: number | undefined;
  #watchdog: Timer | undefined;
  #framesSinceCheck = 0;

  constructor(url: string, socket: Socket, clock: Clock) {
    this.url = url;
    this.#socket = socket;
    this.#clock = clock;
    this.#pending = new PendingRequests(clock);
    // A refusal before the challenge is reported by whoever awaits it; nobody else needs to hear it.
    this.#challenge.promise.catch(() => {});
    socket.addEventListener("message", (event) => this.#receive(event.data));
    socket.addEventListener("error", (event) => this.#remember(event));
    socket.addEventListener("close", (event) => this.#ended(event.code, event.reason));
  }

  /** The gateway's challenge; rejects when the socket ends before it. */
  get challenge(): Promise<{ nonce: string; ts: number }> {
    return this.#challenge.promise;
  }

  get hello(): HelloOk {
    if (!this.#hello) throw new GatewayTransportError("closed", "The gateway has not said hello yet.");
    return this.#hello;
  }

  /** The handshake is done: from here on silence is watched. */
  welcome(hello: HelloOk): void {
    this.#hello = hello;
    const patience = hello.policy.tickIntervalMs * MISSED_TICKS_ALLOWED;
    this.#watchdog = this.#clock.every(patience, () => {
      if (this.#framesSinceCheck === 0) this.#socket.close(CLOSE_TICK_TIMEOUT, "tick timeout");
      this.#framesSinceCheck = 0;
    });
  }

  async request<M extends MethodSpec>(
    method: M["name"],
    params: ParamsOf<M>,
    options: RequestOptions = {},
  ): Promise<ResultOf<M>> {
    // The gateway validated its own result against the same declaration.
    return (await this.call(method, params, options)) as ResultOf<M>;
  }

  call(method: string, params: unknown, options: RequestOptions = {}): Promise<unknown> {
    if (this.#socket.readyState !== WebSocket.OPEN) {
      return Promise.reject(this.#failure ?? closedError(this.url, 1006, ""));
    }
    return this.#pending.start(method, params, options, (text) => this.#socket.send(text));
  }

  onEvent(event: string, listener: (frame: EventFrame) => void): () => void {
    return this.#events.on(event, listener);
  }

  on<S extends keyof ClientSignals>(signal: S, listener: (value: ClientSignals[S]) => void): () => void {
    return this.#signals.on(signal, listener);
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.close(1000);
    const timer = this.#clock.after(CLOSE_GRACE_MS, () => this.drop());
    await this.#closed.promise;
    timer.cancel();
  }

  /** Ends the connection for a reason of our own, which everyone who waits will hear. */
  fail(error: GatewayTransportError): void {
    this.#failure ??= error;
    this.drop();
    this.#ended(1006, "");
  }

  /** Drops the socket without ceremony. */
  drop(): void {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    if (this.#socket.terminate === undefined) this.#socket.close();
    else this.#socket.terminate();
  }

  #receive(data: unknown): void {
    this.#framesSinceCheck += 1;
    const text = typeof data === "string" ? data : data instanceof Uint8Array ? UTF8.decode(data) : undefined;
    const incoming = text === undefined ? undefined : readFrame(text);
    if (!incoming) return;
    if (incoming.kind === "response") this.#pending.settle(incoming);
    else this.#heard(incoming.frame);
  }

  #heard(frame: EventFrame): void {
    if (frame.event === "connect.challenge") {
      const challenge = readChallenge(frame.payload);
      if (challenge) this.#challenge.resolve(challenge);
      else this.fail(new GatewayTransportError("closed", "The gateway's challenge has no nonce or no time."));
      return;
    }
    if (frame.seq !== undefined) this.#count(frame.seq);
    this.#events.emit(frame.event, frame);
    this.#events.emit("*", frame);
  }

  #count(received: number): void {
    const expected = this.#nextSeq ?? received;
    this.#nextSeq = received + 1;
    if (received > expected) this.#signals.emit("gap", { expected, received });
  }

  #remember(event: Event): void {
    if ("error" in event && event.error instanceof Error) this.#socketError = event.error;
    else if ("message" in event) this.#socketError = new Error(String(event.message));
  }

  #ended(code: number, reason: string): void {
    this.#watchdog?.cancel();
    const error = this.#failure ?? this.#explain(code, reason);
    this.#failure = error;
    this.#challenge.reject(error);
    this.#pending.rejectAll(error);
    this.#closed.resolve();
    if (this.#hello) this.#signals.emit("disconnect", { code, reason });
  }

  #explain(code: number, reason: string): GatewayTransportError {
    const cause = this.#socketError;
    if (cause === undefined || this.#hello) return closedError(this.url, code, reason);
    const systemCode = "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
    if (systemCode === undefined) {
      const text = cause.message.replace(/^WebSocket connection to '[^']*' failed: /, "");
      return new GatewayTransportError("closed", `${this.url} did not take the connection: ${text}`, {
        closeCode: code,
        reason: text,
      });
    }
    if (!SYSTEM_CODE.test(systemCode)) {
      return new GatewayTransportError(
        "closed",
        `${this.url} shows a TLS certificate that is not trusted (${systemCode}).`,
        {
          code: systemCode,
          closeCode: code,
          reason: cause.message.replace(/^WebSocket connection to '[^']*' failed: /, ""),
        },
      );
    }
    return new GatewayTransportError("unreachable", `Gateway not reachable at ${this.url} (${systemCode}).`, {
      code: systemCode,
      reason: `connect ${systemCode} ${hostOf(this.url)}`,
    });
  }
}

function closedError(url: string, code: number, reason: string): GatewayTransportError {
  const why = reason === "" ? `code ${code}` : `code ${code}: ${reason}`;
  return new GatewayTransportError("closed", `The gateway at ${url} closed the connection (${why}).`, {
    closeCode: code,
    reason: reason === "" ? `closed with code ${code}` : reason,
  });
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
