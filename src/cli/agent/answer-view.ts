import type { Output } from "../terminal/output.ts";
import { clipped, MAX_COLUMNS } from "../terminal/layout.ts";
import type { ToolNews } from "./run-frames.ts";

/** Prints an answer on a terminal as it comes: words on stdout, tools faintly on stderr. */
export class AnswerView {
  readonly #out: Output;
  #stopWaiting: (() => void) | undefined;
  /** What has been printed of the message in progress. */
  #printed = "";
  #atLineStart = true;
  #saidAnything = false;

  constructor(out: Output) {
    this.#out = out;
    this.#stopWaiting = out.waiting("Waiting for the agent");
  }

  /** The message in progress, from its first word on; one that does not go on from the last begins a new paragraph. */
  text(full: string): void {
    if (full === this.#printed) return;
    this.#stopMark();
    if (!full.startsWith(this.#printed) || this.#printed === "") this.#newParagraph();
    const rest = full.slice(this.#printed.length);
    this.#out.text(rest);
    this.#printed = full;
    this.#saidAnything = true;
    this.#atLineStart = rest.endsWith("\n");
  }

  tool({ name, phase, detail }: ToolNews): void {
    this.#stopMark();
    this.#endLine();
    const mark = phase === "start" ? "·" : "✗";
    this.#out.aside(clipped(`${mark} ${name} ${detail}`.trimEnd(), MAX_COLUMNS));
    if (phase === "start") this.#stopWaiting = this.#out.waiting(`Running ${name}`);
  }

  /** All that the answer says in the end: what was not printed yet is printed now. */
  finish(texts: readonly string[]): void {
    this.#stopMark();
    const last = texts.at(-1) ?? "";
    const pending = this.#saidAnything ? (last === this.#printed ? [] : [last]) : texts;
    for (const text of pending) {
      if (this.#saidAnything && !text.startsWith(this.#printed)) this.#newParagraph();
      this.text(text);
    }
    this.close();
  }

  /** Leaves the terminal as a shell wants to find it. */
  close(): void {
    this.#stopMark();
    this.#endLine();
  }

  #newParagraph(): void {
    this.#endLine();
    if (this.#saidAnything) this.#out.text("\n");
    this.#printed = "";
  }

  #endLine(): void {
    if (!this.#atLineStart) this.#out.text("\n");
    this.#atLineStart = true;
  }

  #stopMark(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
  }
}
