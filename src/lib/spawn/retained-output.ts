/** Share of the room that the beginning of a long output keeps. */
const HEAD_SHARE = 0.25;

/**
 * What a command said, as text: everything while it fits into `maxChars`, then its beginning and its end, because the
 * first lines say what is going on and the last ones how it went.
 */
export class RetainedOutput {
  readonly #headRoom: number;
  readonly #tailRoom: number;
  #head = "";
  #tail = "";
  #total = 0;

  constructor(maxChars: number) {
    this.#headRoom = Math.floor(maxChars * HEAD_SHARE);
    this.#tailRoom = maxChars - this.#headRoom;
  }

  /** Characters said in all. */
  get total(): number {
    return this.#total;
  }

  /** Characters that are gone from the middle. */
  get dropped(): number {
    this.#trim();
    return this.#total - this.#head.length - this.#tail.length;
  }

  push(text: string): void {
    this.#total += text.length;
    let rest = text;
    // Once anything went to the tail, the head is closed.
    if (this.#tail === "") {
      const room = this.#headRoom - this.#head.length;
      this.#head += rest.slice(0, room);
      rest = rest.slice(room);
    }
    if (rest === "") return;
    this.#tail += rest;
    // Cutting seldom keeps appending cheap.
    if (this.#tail.length > this.#tailRoom * 2) this.#tail = this.#tail.slice(-this.#tailRoom);
  }

  /** The text, with a line in place of what is gone. */
  get text(): string {
    const { dropped } = this;
    if (dropped === 0) return this.#head + this.#tail;
    const [head, tail] = [this.#head.toWellFormed(), this.#tail.toWellFormed()];
    return `${head}\n[… ${dropped} characters left out …]\n${tail}`;
  }

  /** The last `chars` characters. */
  end(chars: number): string {
    const tail = this.#tail.slice(-chars);
    return tail.length < chars && this.dropped === 0 ? (this.#head + this.#tail).slice(-chars) : tail;
  }

  /** What came after the first `position` characters; `lost` of them are gone. */
  since(position: number): { readonly text: string; readonly lost: number } {
    if (this.dropped === 0) return { text: (this.#head + this.#tail).slice(position), lost: 0 };
    const tailStart = this.#total - this.#tail.length;
    const fromHead = this.#head.slice(position);
    const fromTail = this.#tail.slice(Math.max(0, position - tailStart));
    return { text: fromHead + fromTail, lost: this.#total - position - fromHead.length - fromTail.length };
  }

  #trim(): void {
    if (this.#tail.length > this.#tailRoom) this.#tail = this.#tail.slice(-this.#tailRoom);
  }
}
