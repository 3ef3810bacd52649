const LENGTH_BYTES = 3;

/** Bytes before the first frame: `WA`, and two for the version. */
const INTRO_BYTES = 4;
/** A client that was given routing information says it first: `ED`, two bytes, a length of three. */
const ROUTING_HEAD_BYTES = 7;

/** Cuts what a client sends into frames; a frame may come in pieces and several at once. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #isIntroduced = false;

  /** The frames that are complete with these bytes. @throws when the client is none of WhatsApp's */
  push(bytes: Uint8Array): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    if (!this.#isIntroduced && !this.#introduce()) return [];
    const frames: Buffer[] = [];
    while (this.#rest.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + this.#rest.readUIntBE(0, LENGTH_BYTES);
      if (this.#rest.length < end) break;
      frames.push(this.#rest.subarray(LENGTH_BYTES, end));
      this.#rest = this.#rest.subarray(end);
    }
    return frames;
  }

  #introduce(): boolean {
    let at = 0;
    if (this.#rest.subarray(0, 2).toString() === "ED") {
      if (this.#rest.length < ROUTING_HEAD_BYTES) return false;
      at = ROUTING_HEAD_BYTES + this.#rest.readUIntBE(4, LENGTH_BYTES);
    }
    if (this.#rest.length < at + INTRO_BYTES) return false;
    if (this.#rest.subarray(at, at + 2).toString() !== "WA")
      throw new Error("the client does not speak WhatsApp");
    this.#rest = this.#rest.subarray(at + INTRO_BYTES);
    this.#isIntroduced = true;
    return true;
  }
}

/** A frame with its length before it. */
export function framed(bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(LENGTH_BYTES);
  head.writeUIntBE(bytes.length, 0, LENGTH_BYTES);
  return Buffer.concat([head, bytes]);
}
