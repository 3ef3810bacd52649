import { decodeBinaryNode, encodeBinaryNode, type proto } from "@whiskeysockets/baileys";
import type { ServerWebSocket } from "bun";
import type { Authority } from "./authority.ts";
import { FrameReader, framed } from "./frames.ts";
import { type BinaryNode, node } from "./node.ts";
import { type Handshaken, NoiseResponder } from "./noise.ts";

/** What a connection tells whoever serves it. */
export interface ConnectionEvents {
  /** The client said who it is. */
  opened(connection: Connection): void;
  /** A node came in; the next one waits until this one is dealt with. */
  received(connection: Connection, incoming: BinaryNode): Promise<void>;
  sent(connection: Connection, outgoing: BinaryNode): void;
  closed(connection: Connection): void;
}

/** One client on the line: first the handshake, then nodes both ways. */
export class Connection {
  readonly #socket: ServerWebSocket<unknown>;
  readonly #events: ConnectionEvents;
  readonly #reader = new FrameReader();
  readonly #responder: NoiseResponder;
  #saidHello = false;
  #open: Handshaken | undefined;
  #isClosed = false;
  #work: Promise<void> = Promise.resolve();

  /** Hears and says nothing any more, while the socket stays open. */
  isMute = false;

  constructor(socket: ServerWebSocket<unknown>, authority: Authority, events: ConnectionEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#responder = new NoiseResponder(authority);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** What the client said of itself when it connected. */
  get payload(): proto.ClientPayload {
    return this.#handshaken.payload;
  }

  get clientKey(): Buffer {
    return this.#handshaken.clientKey;
  }

  /** Takes bytes off the socket. */
  push(bytes: Uint8Array): void {
    if (this.isMute) return;
    this.#work = this.#work.then(async () => {
      try {
        for (const frame of this.#reader.push(bytes)) await this.#take(frame);
      } catch (error) {
        console.error(error);
        this.reset();
      }
    });
  }

  send(outgoing: BinaryNode): void {
    if (this.#isClosed || this.isMute) return;
    this.#events.sent(this, outgoing);
    this.#socket.sendBinary(framed(this.#handshaken.outgoing.encrypt(encodeBinaryNode(outgoing))));
  }

  /** Says why, and closes. */
  end(last: BinaryNode): void {
    this.send(last);
    this.close();
  }

  /** Ends the stream as WhatsApp does, with a code or a named reason. */
  endStream(attrs: Readonly<Record<string, string>>, content?: BinaryNode[]): void {
    this.end(node("stream:error", attrs, content));
  }

  close(): void {
    this.#socket.close();
  }

  /** Breaks the connection without a word. */
  reset(): void {
    this.isMute = true;
    this.#socket.terminate();
  }

  /** The socket is gone; what came off it before still counts. */
  lost(): void {
    this.#isClosed = true;
    this.#work = this.#work.then(() => {
      if (this.#open) this.#events.closed(this);
    });
  }

  get #handshaken(): Handshaken {
    if (!this.#open) throw new Error("the handshake is not over");
    return this.#open;
  }

  async #take(frame: Buffer): Promise<void> {
    if (this.#open) {
      const incoming = await decodeBinaryNode(this.#open.incoming.decrypt(frame));
      if (!this.isMute) await this.#events.received(this, incoming);
    } else if (this.#saidHello) {
      this.#open = this.#responder.finish(frame);
      this.#events.opened(this);
    } else {
      this.#saidHello = true;
      this.#socket.sendBinary(framed(this.#responder.hello(frame)));
    }
  }
}

/** Ends a stream with a code; without one because another client took its place. */
export function endWith(connection: Connection, code: number | undefined): void {
  if (code === undefined) connection.endStream({}, [node("conflict", { type: "replaced" })]);
  else connection.endStream({ code: String(code) });
}
