/** Between the messages of one answer. */
const GAP = "\n\n";

/**
 * What was sent cannot be taken back. Turns the messages of a run, some of them written anew halfway, into pieces that
 * only ever append.
 */
export class AnswerText {
  #sent = "";
  /** What was sent before the message in progress. */
  #before = "";
  #contradicted = false;

  /** What to send for a piece of the message in progress; empty when there is nothing to send. */
  take(piece: { readonly delta: string; readonly full: string; readonly replaced: boolean }): string {
    if (!piece.replaced && !this.#contradicted && this.#isBegun) {
      this.#sent += piece.delta;
      return piece.delta;
    }
    if (piece.full !== "") return this.#reach(this.#with(piece.full));
    this.#contradicted = this.#isBegun;
    return "";
  }

  /** The message in progress is over with this text; a later one stands apart from it. */
  endMessage(text: string): string {
    const wanted = text === "" ? this.#sent : this.#with(text);
    // Told a little differently at its end, for example trimmed, it was still told.
    const rest = wanted.startsWith(this.#sent) ? this.#reach(wanted) : "";
    if (!this.#contradicted) this.#before = this.#sent;
    return rest;
  }

  /**
   * What is left to send of the whole answer. Undefined when what was sent cannot become it. An answer that was told in
   * several messages ends with the last of them.
   */
  finish(answer: string): string | undefined {
    if (answer.startsWith(this.#sent)) return this.#reach(answer);
    return this.#contradicted ? undefined : "";
  }

  /** Everything sent so far. */
  get sent(): string {
    return this.#sent;
  }

  get #isBegun(): boolean {
    return this.#sent.length > this.#before.length;
  }

  #with(message: string): string {
    return this.#before === "" ? message : this.#before + GAP + message;
  }

  #reach(wanted: string): string {
    this.#contradicted = !wanted.startsWith(this.#sent);
    if (this.#contradicted) return "";
    const piece = wanted.slice(this.#sent.length);
    this.#sent = wanted;
    return piece;
  }
}
