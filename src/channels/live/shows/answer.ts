import type { Clock, Timer } from "../../../lib/clock.ts";
import {
  FIRST_PREVIEW_CHARS,
  FIRST_PREVIEW_DELAY_MS,
  PROGRESS_DELAY_MS,
  PROGRESS_LINE_CHARS,
  PROGRESS_LINES,
} from "../limits.ts";
import type { BlockSizes } from "../settings.ts";
import { blockEnd } from "./block-end.ts";
import { Lines, within } from "./lines.ts";
import type { Show, ToolCall } from "./show.ts";

export interface AnswerLook {
  readonly showsTools: boolean;
  /** With it, only what is complete is shown. */
  readonly blocks?: BlockSizes;
  /** Most characters; an answer that is longer goes on in messages of its own. */
  readonly limit: number;
}

/** Shows the answer as it is written, and below it what tools run. */
export class AnswerShow implements Show {
  private readonly lines = new Lines(PROGRESS_LINES, PROGRESS_LINE_CHARS);
  private answer = "";
  /** The next text is that of another message. */
  private isComplete = false;
  /** Up to here the answer is shown, where it is shown in blocks. */
  private ended = 0;
  private isShown = false;
  private first: { readonly at: number; readonly timer: Timer } | undefined;
  private idle: Timer | undefined;

  constructor(
    private readonly look: AnswerLook,
    private readonly clock: Clock,
    private readonly show: (text: string) => void,
  ) {}

  text(full: string): void {
    if (full.trim() === "") return;
    if (this.isComplete || full.length < this.ended) this.ended = 0;
    this.isComplete = false;
    this.lines.clear();
    this.answer = full;
    this.endBlocks();
    this.refresh(FIRST_PREVIEW_DELAY_MS);
  }

  message(text: string, isFinal: boolean): void {
    this.idle?.cancel();
    this.isComplete = true;
    if (isFinal || text.trim() === "") return;
    this.answer = text;
    this.ended = text.length;
    this.refresh(FIRST_PREVIEW_DELAY_MS);
  }

  tool(call: ToolCall): void {
    if (!this.look.showsTools) return;
    this.lines.tool(call);
    this.refresh(PROGRESS_DELAY_MS);
  }

  stop(): void {
    this.first?.timer.cancel();
    this.idle?.cancel();
  }

  private endBlocks(): void {
    const { blocks } = this.look;
    if (!blocks) return;
    for (let end = blockEnd(this.answer, this.ended, blocks); end !== undefined;) {
      this.ended = end;
      end = blockEnd(this.answer, this.ended, blocks);
    }
    if (blocks.idleMs === undefined) return;
    this.idle?.cancel();
    this.idle = this.clock.after(blocks.idleMs, () => {
      this.ended = this.answer.length;
      this.refresh(0);
    });
  }

  /** Shows how things stand; the first time, only what is worth it, or whatever there is after `delayMs`. */
  private refresh(delayMs: number): void {
    const said = this.look.blocks ? this.answer.slice(0, this.ended) : this.answer;
    const tools = this.lines.all.join("\n");
    const room = this.look.limit - (tools === "" ? 0 : tools.length + 2);
    const text = [within(said, room).trimEnd(), tools].filter((part) => part !== "").join("\n\n");
    if (text === "") return;
    if (this.isShown || said.length >= FIRST_PREVIEW_CHARS) {
      this.stopFirst();
      this.isShown = true;
      return this.show(text);
    }
    const at = this.clock.monotonic() + delayMs;
    if (this.first && this.first.at <= at) return;
    this.first?.timer.cancel();
    const timer = this.clock.after(delayMs, () => {
      this.isShown = true;
      this.refresh(0);
    });
    this.first = { at, timer };
  }

  private stopFirst(): void {
    this.first?.timer.cancel();
    this.first = undefined;
  }
}
