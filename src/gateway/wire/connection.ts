import type { ServerWebSocket } from "bun";
import type { Clock, Timer } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import {
  type ConnId,
  type ErrorShape,
  explain,
  fits,
  MAX_CLOSE_REASON_BYTES,
  PREAUTH_MAX_FRAME_BYTES,
  RequestFrame,
} from "../../protocol/index.ts";
import type { EventSink } from "./broadcast.ts";
import type { EndOfTurn } from "./end-of-turn.ts";
import type { Handshake, HandshakeOutcome } from "./handshake.ts";
import { MAX_PENDING_HANDSHAKE_FRAMES, MAX_UNAUTHORIZED_CALLS, SLOW_CONSUMER_GRACE_MS } from "../limits.ts";
import type { Client } from "../method.ts";
import type { Metrics } from "../state/metrics.ts";
import type { PeerFacts } from "../auth/index.ts";
import { Outlet } from "./outlet.ts";
import type { Replies, Router } from "./router.ts";

/** What every connection shares. */
export interface ConnectionDeps {
  readonly router: Router;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly turn: EndOfTurn;
  readonly handshakeTimeoutMs: number;
  /** `hello-ok` was sent. */
  readonly arrived: (connection: Connection, client: Client) => void;
  /** The client proved itself and waits for `hello-ok`, which is sent when this settles. */
  readonly arriving: (connection: Connection, client: Client) => Promise<void>;
  /** An authenticated connection is gone. */
  readonly left: (connection: Connection, client: Client) => void;
  /** A connection is gone that never authenticated. */
  readonly neverArrived: (connection: Connection) => void;
}

export type Socket = ServerWebSocket<Connection>;

type State =
  | { phase: "challenged"; nonce: string; deadline: Timer }
  | { phase: "deciding"; queued: string[] }
  | { phase: "ready"; client: Client }
  | { phase: "closed" };

/** One WebSocket: the handshake, then requests and events. Knows frames, not what methods do. */
export class Connection implements EventSink, Replies {
  private state: State = { phase: "closed" };
  private socket: Socket | undefined;
  private outlet: Outlet | undefined;
  private seq = 0;
  private unauthorizedCalls = 0;
  private aborter: AbortController | undefined;
  private frameAt = 0;
  private awaitingPong = false;
  private awaitingLife: (() => void)[] = [];
  /** It did not read what it was sent: nothing more is sent to it or taken from it. */
  private givenUp = false;

  constructor(
    readonly connId: ConnId,
    readonly peer: PeerFacts,
    private readonly deps: ConnectionDeps,
    private readonly handshake: Handshake,
  ) {}

  /** The authenticated client. Throws before `hello-ok`: only the broadcaster and router ask, and only after it. */
  get client(): Client {
    if (this.state.phase !== "ready") throw new Error(`connection ${this.connId} is not authenticated`);
    return this.state.client;
  }

  get isReady(): boolean {
    return this.state.phase === "ready";
  }

  /** Wall clock of the last frame or pong; what liveness is judged by. */
  get lastFrameAt(): number {
    return this.frameAt;
  }

  opened(socket: Socket): void {
    this.socket = socket;
    const { nonce, frame } = this.handshake.challenge();
    const deadline = this.deps.clock.after(this.deps.handshakeTimeoutMs, () => this.close(1000, ""));
    this.state = { phase: "challenged", nonce, deadline };
    this.frameAt = this.deps.clock.now();
    this.outlet = new Outlet({ socket, turn: this.deps.turn, slow: () => this.giveUpOnSlowConsumer() });
    this.outlet.send(frame);
  }

  received(message: string | Uint8Array): void {
    this.seenAlive();
    const bytes = typeof message === "string" ? byteLength(message) : message.byteLength;
    if (this.state.phase === "closed" || this.givenUp) return;
    if (this.state.phase !== "ready" && bytes > PREAUTH_MAX_FRAME_BYTES) {
      this.close(1009, "");
      return;
    }
    const text = typeof message === "string" ? message : decodeUtf8(message);
    if (text === undefined) {
      this.close(1007, "");
      return;
    }
    this.deps.metrics.count("openclaw_frames_received_total", "Frames received from clients.");
    switch (this.state.phase) {
      case "challenged":
        this.firstFrame(text, this.state.nonce, this.state.deadline);
        break;
      case "deciding":
        if (this.state.queued.push(text) > MAX_PENDING_HANDSHAKE_FRAMES) {
          this.close(1008, "too many pending handshake frames");
        }
        break;
      case "ready":
        this.request(text, bytes, this.state.client);
        break;
    }
  }

  /** Sends a ping; false when the previous one was never answered, and the peer is to be given up. */
  ping(): boolean {
    if (this.awaitingPong && this.state.phase === "ready") return false;
    this.pingAnew();
    return true;
  }

  /** Sends a ping whatever became of the previous one, which may have been answered while nobody could hear it. */
  pingAnew(): void {
    if (this.state.phase !== "ready" || !this.socket) return;
    this.awaitingPong = true;
    this.socket.ping();
  }

  ponged(): void {
    this.seenAlive();
  }

  /** Asks the peer for a sign of life; settles with it, and never when there is none. */
  probe(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.awaitingLife.push(resolve);
    this.socket?.ping();
    return promise;
  }

  private seenAlive(): void {
    this.frameAt = this.deps.clock.now();
    this.awaitingPong = false;
    if (this.awaitingLife.length > 0) for (const resolve of this.awaitingLife.splice(0)) resolve();
  }

  closed(code: number, reason: string): void {
    const was = this.state;
    this.state = { phase: "closed" };
    this.socket = undefined;
    this.outlet?.end();
    this.outlet = undefined;
    if (was.phase === "challenged") was.deadline.cancel();
    if (was.phase === "ready") this.deps.left(this, was.client);
    else this.deps.neverArrived(this);
    this.aborter?.abort(new Error("the connection closed"));
    this.deps.log.debug("closed", { conn: this.connId, code, reason });
  }

  /** Bytes that wait for the peer to read. */
  get backlogBytes(): number {
    return this.socket?.getBufferedAmount() ?? 0;
  }

  /** Starts closing; the close frame queues behind what was sent before. */
  close(code: number, reason: string): void {
    this.outlet?.flush();
    this.outlet?.end();
    this.socket?.close(code, truncateUtf8(reason, MAX_CLOSE_REASON_BYTES));
  }

  /** Destroys the socket without a close frame. */
  terminate(): void {
    this.socket?.terminate();
  }

  nextSeq(): number {
    this.seq += 1;
    return this.seq;
  }

  sendEvent(frame: string, droppable: boolean): boolean {
    return this.outlet?.queue(frame, droppable) ?? false;
  }

  ok(id: string, payload: unknown): void {
    this.outlet?.send(
      payload === undefined
        ? `{"type":"res","id":${JSON.stringify(id)},"ok":true}`
        : `{"type":"res","id":${JSON.stringify(id)},"ok":true,"payload":${JSON.stringify(payload)}}`,
    );
  }

  fail(id: string, error: ErrorShape, payload?: unknown): void {
    this.outlet?.send(JSON.stringify({ type: "res", id, ok: false, payload, error }));
  }

  /**
   * A close frame would queue behind the backlog, and a socket that is closing can no longer be destroyed: so the peer
   * is given a moment to read, and is closed when it did and cut off when it did not.
   */
  private giveUpOnSlowConsumer(): void {
    const socket = this.socket;
    if (!socket || this.givenUp) return;
    this.givenUp = true;
    this.deps.metrics.count("openclaw_slow_consumers_total", "Connections closed because they did not read.");
    this.deps.log.warn("slow consumer closed", { conn: this.connId, buffered: socket.getBufferedAmount() });
    this.deps.clock.after(SLOW_CONSUMER_GRACE_MS, () => {
      if (this.backlogBytes === 0) this.close(1008, "slow consumer");
      else this.terminate();
    });
  }

  private firstFrame(text: string, nonce: string, deadline: Timer): void {
    const frame = parse(text);
    if (frame === UNPARSABLE) {
      this.close(1000, "");
      return;
    }
    if (!fits(RequestFrame, frame)) {
      this.close(1008, "invalid request frame");
      return;
    }
    this.state = { phase: "deciding", queued: [] };
    void this.handshake.decide(frame, nonce, this.peer).then((outcome) => {
      deadline.cancel();
      return this.conclude(outcome);
    });
  }

  private async conclude(outcome: HandshakeOutcome): Promise<void> {
    if (this.state.phase !== "deciding") return;
    if (!outcome.ok) {
      if (outcome.response !== undefined) this.outlet?.send(outcome.response);
      this.close(outcome.close.code, outcome.close.reason);
      return;
    }
    const { client } = outcome;
    try {
      await this.deps.arriving(this, client);
    } catch (error) {
      this.deps.log.error("connection could not be taken in", { conn: this.connId, error });
      this.close(1011, "internal error");
      return;
    }
    const { phase } = this.state;
    if (phase !== "deciding") {
      this.deps.left(this, client);
      return;
    }
    const { queued } = this.state;
    this.state = { phase: "ready", client };
    this.outlet?.send(outcome.hello());
    this.deps.arrived(this, client);
    for (const early of queued) this.received(early);
  }

  private request(text: string, bytes: number, client: Client): void {
    const frame = parse(text);
    if (frame === UNPARSABLE) {
      this.deps.metrics.count(
        "openclaw_malformed_frames_total",
        "Frames that were not JSON, ignored after hello.",
      );
      return;
    }
    if (!fits(RequestFrame, frame)) {
      this.refuse(frame);
      return;
    }
    if (frame.method === "connect") {
      this.fail(frame.id, {
        code: "INVALID_REQUEST",
        message: "connect is only valid as the first request",
      });
      return;
    }
    if (this.deps.router.dispatch(frame, bytes, client, this.signal, this)) this.unauthorizedCalls = 0;
    else if (++this.unauthorizedCalls > MAX_UNAUTHORIZED_CALLS)
      this.close(1008, "repeated unauthorized calls");
  }

  /**
   * The given id is echoed even when it is no string, so that the client can tell which frame was wrong; a structure is
   * not: it could be nested too deeply to be written again.
   */
  private refuse(frame: unknown): void {
    const id = typeof frame === "object" && frame !== null && "id" in frame ? frame.id : undefined;
    const message = `invalid request frame: ${explain(RequestFrame, frame) ?? "not a request"}`;
    const echoed = id === undefined || typeof id === "object" ? "invalid" : id;
    const error: ErrorShape = { code: "INVALID_REQUEST", message };
    this.outlet?.send(JSON.stringify({ type: "res", id: echoed, ok: false, error }));
  }

  private readonly signal = (): AbortSignal => {
    this.aborter ??= new AbortController();
    return this.aborter.signal;
  };
}

const UNPARSABLE = Symbol("unparsable");

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return UNPARSABLE;
  }
}

/** UTF-8 bytes of `text`; exact only where it matters, because a string this short cannot reach any limit. */
function byteLength(text: string): number {
  return text.length * 3 <= PREAUTH_MAX_FRAME_BYTES ? text.length : Buffer.byteLength(text);
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Cuts at a character boundary so that at most `limit` bytes remain. */
export function truncateUtf8(text: string, limit: number): string {
  if (Buffer.byteLength(text) <= limit) return text;
  const bytes = Buffer.from(text).subarray(0, limit);
  return new TextDecoder().decode(bytes).replace(/\uFFFD+$/, "");
}
