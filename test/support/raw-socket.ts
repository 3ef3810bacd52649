import { until, within } from "./wait.ts";

/** WebSocket opcodes (RFC 6455, section 5.2). */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameOptions {
  readonly opcode?: number;
  /** False for all but the last frame of a fragmented message. */
  readonly fin?: boolean;
  /** Clients must mask; false breaks that rule. */
  readonly masked?: boolean;
  /** Reserved bits of the first byte (0x40, 0x20, 0x10); nothing that was negotiated allows any. */
  readonly reserved?: number;
}

/** One frame of the server, as it came. */
export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Uint8Array;
}

const MASK = [0x12, 0x34, 0x56, 0x78] as const;

/** The bytes of one client frame. */
export function encodeFrame(payload: string | Uint8Array, options: FrameOptions = {}): Uint8Array {
  const { opcode = OPCODE.text, fin = true, masked = true, reserved = 0 } = options;
  const body = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const maskBit = masked ? 0x80 : 0;
  const head = [(fin ? 0x80 : 0) | reserved | opcode];
  if (body.length < 126) head.push(maskBit | body.length);
  else if (body.length < 0x1_0000) head.push(maskBit | 126, body.length >> 8, body.length & 0xff);
  else {
    const length = new Uint8Array(8);
    new DataView(length.buffer).setBigUint64(0, BigInt(body.length));
    head.push(maskBit | 127, ...length);
  }
  if (masked) head.push(...MASK);
  const frame = new Uint8Array(head.length + body.length);
  frame.set(head);
  for (let i = 0; i < body.length; i += 1) {
    frame[head.length + i] = (body[i] ?? 0) ^ (masked ? (MASK[i % 4] ?? 0) : 0);
  }
  return frame;
}

/** The complete frames in what a server sent; a cut-off last one is left out. */
function decodeFrames(bytes: Uint8Array): ServerFrame[] {
  const frames: ServerFrame[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at + 2 <= bytes.length) {
    const short = view.getUint8(at + 1) & 0x7f;
    const start = at + (short === 126 ? 4 : short === 127 ? 10 : 2);
    if (start > bytes.length) break;
    const length =
      short === 126 ? view.getUint16(at + 2) : short === 127 ? Number(view.getBigUint64(at + 2)) : short;
    if (start + length > bytes.length) break;
    frames.push({ opcode: view.getUint8(at) & 0x0f, payload: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return frames;
}

/** A TCP connection past the WebSocket upgrade, for sending bytes no WebSocket library would send. */
export class RawSocket implements AsyncDisposable {
  /** Settles when the peer has closed the connection. */
  readonly closed: Promise<void>;

  readonly #socket: Bun.Socket;
  readonly #received: Uint8Array[];
  /** Bytes the kernel has not taken yet. */
  readonly #unsent: Uint8Array[] = [];

  private constructor(socket: Bun.Socket, received: Uint8Array[], closed: Promise<void>) {
    this.#socket = socket;
    this.#received = received;
    this.closed = closed;
  }

  /** Connects and upgrades; throws with the answer's head when the upgrade is refused. */
  static async open(
    port: number,
    headers: Readonly<Record<string, string>> = {},
    path = "/",
  ): Promise<RawSocket> {
    const received: Uint8Array[] = [];
    const closed = Promise.withResolvers<void>();
    let opened: RawSocket | undefined;
    const socket = await Bun.connect({
      hostname: "127.0.0.1",
      port,
      socket: {
        data: (_, bytes) => void received.push(Uint8Array.from(bytes)),
        drain: () => opened?.writeUnsent(),
        close: () => closed.resolve(),
        error: () => closed.resolve(),
      },
    });
    const raw = new RawSocket(socket, received, closed.promise);
    opened = raw;
    const lines = Object.entries({
      Host: `127.0.0.1:${port}`,
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Version": "13",
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    raw.write(new TextEncoder().encode(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`));
    const head = await until("the answer to the upgrade", () => /^[\s\S]*?\r\n\r\n/.exec(raw.text())?.[0]);
    if (!head.startsWith("HTTP/1.1 101")) throw new Error(`upgrade refused: ${head}`);
    return raw;
  }

  /** Everything received, the upgrade's answer included. */
  bytes(): Uint8Array {
    return Buffer.concat(this.#received);
  }

  /** Everything received, read as UTF-8; frame heads show up as odd characters. */
  text(): string {
    return new TextDecoder().decode(this.bytes());
  }

  /** The frames received so far. */
  frames(): ServerFrame[] {
    const bytes = this.bytes();
    const headEnd = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf("\r\n\r\n");
    return headEnd < 0 ? [] : decodeFrames(bytes.subarray(headEnd + 4));
  }

  /** The close frame, when one was received. */
  closeFrame(): { readonly code: number; readonly reason: string } | undefined {
    const payload = this.frames().find(({ opcode }) => opcode === OPCODE.close)?.payload;
    if (payload === undefined) return undefined;
    if (payload.length < 2) return { code: 1005, reason: "" };
    return {
      code: ((payload[0] ?? 0) << 8) | (payload[1] ?? 0),
      reason: new TextDecoder().decode(payload.subarray(2)),
    };
  }

  /** Stops reading, so that what the peer sends piles up there. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Writes all of the bytes, later what the kernel does not take at once. */
  write(bytes: Uint8Array): void {
    this.#unsent.push(bytes);
    this.writeUnsent();
  }

  private writeUnsent(): void {
    for (let next = this.#unsent[0]; next !== undefined; next = this.#unsent[0]) {
      const written = Math.max(0, this.#socket.write(next));
      if (written < next.length) {
        this.#unsent[0] = next.subarray(written);
        return;
      }
      this.#unsent.shift();
    }
  }

  /** Writes the bytes in pieces of `size`, each a write of its own, letting the peer read in between. */
  async writeSplit(bytes: Uint8Array, size: number): Promise<void> {
    for (let at = 0; at < bytes.length; at += size) {
      this.write(bytes.subarray(at, at + size));
      this.#socket.flush();
      await Bun.sleep(0);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.terminate();
    await within("the connection to end", this.closed);
  }
}
