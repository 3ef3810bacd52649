import { MAX_BUFFERED_BYTES } from "../../protocol/index.ts";
import { MAX_WAITING_BYTES } from "../limits.ts";
import type { EndOfTurn } from "./end-of-turn.ts";

/** What of a socket is needed to send; Bun's `ServerWebSocket` has it. */
export interface SendingSocket {
  /** 0 when the frame was dropped. */
  send(frame: string): number;
  /** Runs `sends` so that what it sends leaves together. */
  cork(sends: () => void): unknown;
  getBufferedAmount(): number;
}

export interface OutletDeps {
  readonly socket: SendingSocket;
  readonly turn: EndOfTurn;
  /** Called once: the client does not read, and something was lost that it must not miss. */
  readonly slow: () => void;
}

/**
 * The sending side of one connection, with the rule for clients that do not read. A write to a socket costs many times
 * what a frame costs, so events wait for the end of the turn of the event loop and leave together. Order is kept: what
 * is sent at once takes what waits before it along.
 */
export class Outlet {
  private waiting: string[] = [];
  private waitingBytes = 0;
  /** What the socket held when the first waiting frame came; it cannot grow while frames wait. */
  private held = 0;
  private gone = false;

  constructor(private readonly deps: OutletDeps) {}

  /** Sends at the end of this turn. False when the client is too slow and the frame is not sent. */
  queue(frame: string, droppable: boolean): boolean {
    if (this.gone || !this.hasRoom(droppable)) return false;
    if (this.waiting.push(frame) === 1) this.deps.turn.add(this);
    this.waitingBytes += frame.length;
    if (this.waitingBytes >= MAX_WAITING_BYTES) this.flush();
    return true;
  }

  /** Sends now, behind everything that waits. */
  send(frame: string): void {
    if (this.gone || !this.hasRoom(false)) return;
    if (this.waiting.length === 0) {
      this.write(frame);
      return;
    }
    this.waiting.push(frame);
    this.flush();
  }

  /** Sends what waits, in one write where it fits. */
  flush(): void {
    const frames = this.waiting;
    if (frames.length === 0 || this.gone) return;
    this.waiting = [];
    this.waitingBytes = 0;
    const [only] = frames;
    if (frames.length === 1 && only !== undefined) this.write(only);
    else this.deps.socket.cork(() => frames.every((frame) => this.write(frame)));
  }

  /** Forgets what waits and takes nothing more: the socket is closing. */
  end(): void {
    this.gone = true;
    this.waiting = [];
  }

  private hasRoom(droppable: boolean): boolean {
    if (this.waiting.length === 0) this.held = this.deps.socket.getBufferedAmount();
    if (this.held + this.waitingBytes <= MAX_BUFFERED_BYTES) return true;
    if (!droppable) this.giveUp();
    return false;
  }

  /** False when the socket dropped the frame: it only does so behind our own limit, or when it is closed. */
  private write(frame: string): boolean {
    if (this.deps.socket.send(frame) !== 0) return true;
    this.giveUp();
    return false;
  }

  private giveUp(): void {
    this.flush();
    if (this.gone) return;
    this.end();
    this.deps.slow();
  }
}
