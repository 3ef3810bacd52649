/** A frame that is sent many times, encoded once. */
export type Encoded = Uint8Array;

/** The text of a frame, not decoded yet. */
export class Text {
  constructor(
    private readonly bytes: Buffer,
    private readonly start: number,
    private readonly end: number,
  ) {}

  startsWith(prefix: Uint8Array): boolean {
    const { bytes, start } = this;
    return (
      this.end - start >= prefix.length &&
      bytes.compare(prefix, 0, prefix.length, start, start + prefix.length) === 0
    );
  }

  toString(): string {
    return this.bytes.toString("utf8", this.start, this.end);
  }
}

/**
 * A WebSocket client that costs little, so that what is measured is the server: frames are looked at in place, and text
 * is decoded only when it is asked for. Text messages in one frame are all it understands.
 */
export class LeanSocket {
  /** Called when the other side ends the connection. */
  onClosed: (why: string) => void = () => {};

  private rest: Buffer | undefined;
  private upgraded: (() => void) | undefined;

  private constructor(
    private readonly socket: Bun.Socket,
    /** Called for each text frame; the text can be read during the call only. */
    public onText: (text: Text, socket: LeanSocket) => void,
  ) {}

  /** Connects and upgrades. `url` is `ws://HOST:PORT/`; rejects when nobody listens or the upgrade is refused. */
  static async open(url: string, onText: LeanSocket["onText"]): Promise<LeanSocket> {
    const { hostname, port } = new URL(url);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let lean: LeanSocket | undefined;
    const socket = await Bun.connect({
      hostname,
      port: Number(port),
      socket: {
        data: (_, chunk) => lean?.received(chunk),
        close: () => {
          reject(new Error(`${url} closed during the upgrade`));
          lean?.onClosed("the connection was closed");
        },
        error: (_, error) => reject(error),
      },
    });
    lean = new LeanSocket(socket, onText);
    lean.upgraded = resolve;
    lean.onClosed = (why) => reject(new Error(why));
    socket.write(upgradeRequest(hostname, port));
    await promise;
    return lean;
  }

  send(frame: Encoded): void {
    this.socket.write(frame);
  }

  /** Gone without a close frame, as clients go. */
  close(): void {
    this.onClosed = () => {};
    this.socket.end();
  }

  private received(chunk: Buffer): void {
    // The chunk is only ours during the call; what is kept is copied.
    const bytes = this.rest ? Buffer.concat([this.rest, chunk]) : chunk;
    const from = this.upgraded ? this.takeUpgrade(bytes) : 0;
    const used = from < 0 ? 0 : this.takeFrames(bytes, from);
    this.rest = used < bytes.length ? Buffer.from(bytes.subarray(used)) : undefined;
  }

  /** Where the frames begin, or -1 while the answer is not complete. */
  private takeUpgrade(bytes: Buffer): number {
    const end = bytes.indexOf("\r\n\r\n");
    if (end < 0) return -1;
    const status = bytes.toString("latin1", 0, bytes.indexOf("\r\n"));
    if (!status.startsWith("HTTP/1.1 101")) {
      this.onClosed(`upgrade refused: ${status}`);
      return -1;
    }
    this.upgraded?.();
    this.upgraded = undefined;
    return end + 4;
  }

  private takeFrames(bytes: Buffer, from: number): number {
    let at = from;
    while (bytes.length - at >= 2) {
      const short = (bytes[at + 1] ?? 0) & 0x7f;
      const start = at + (short === 126 ? 4 : short === 127 ? 10 : 2);
      if (start > bytes.length) break;
      const length =
        short === 126
          ? bytes.readUInt16BE(at + 2)
          : short === 127
            ? Number(bytes.readBigUInt64BE(at + 2))
            : short;
      const end = start + length;
      if (end > bytes.length) break;
      const opcode = (bytes[at] ?? 0) & 0x0f;
      if (opcode === OPCODE_TEXT) this.onText(new Text(bytes, start, end), this);
      else if (opcode === OPCODE_CLOSE) this.onClosed(closeReason(bytes.subarray(start, end)));
      at = end;
    }
    return at;
  }
}

const OPCODE_TEXT = 1;
const OPCODE_CLOSE = 8;

/** The bytes of a text frame. The mask is zero, so that it changes nothing. */
export function encode(text: string): Encoded {
  const body = Buffer.from(text);
  const short = body.length < 126;
  const head = Buffer.alloc(short ? 6 : 8);
  head[0] = 0x80 | OPCODE_TEXT;
  head[1] = 0x80 | (short ? body.length : 126);
  if (!short) head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

function closeReason(payload: Buffer): string {
  return payload.length < 2 ? "closed" : `closed: ${payload.readUInt16BE(0)} ${payload.toString("utf8", 2)}`;
}

function upgradeRequest(hostname: string, port: string): string {
  return [
    "GET / HTTP/1.1",
    `Host: ${hostname}:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    "\r\n",
  ].join("\r\n");
}
