import type { Clock, Timer } from "../../../lib/clock.ts";
import { HEADLINE_MAX_CHARS, PROGRESS_DELAY_MS } from "../limits.ts";
import type { ProgressLook } from "../settings.ts";
import { clipped, Lines, within, WORKING } from "./lines.ts";
import type { Show, ToolCall } from "./show.ts";

/** Says that and on what the agent works, once tools keep it busy for a moment. An answer without tools shows nothing. */
export class ProgressShow implements Show {
  private readonly lines: Lines;
  private headline = "";
  private isBegun = false;
  private isShown = false;
  private timer: Timer | undefined;

  constructor(
    private readonly look: ProgressLook,
    private readonly limit: number,
    private readonly clock: Clock,
    private readonly show: (text: string) => void,
  ) {
    this.lines = new Lines(look.maxLines, look.maxLineChars);
  }

  text(): void {}

  message(text: string, isFinal: boolean): void {
    if (isFinal || text.trim() === "") return;
    if (this.look.keepsCommentary) this.lines.add(text);
    else if (this.look.hasHeadline) this.headline = clipped(text, HEADLINE_MAX_CHARS);
    this.refresh();
  }

  tool(call: ToolCall): void {
    if (this.look.showsTools) this.lines.tool(call);
    if (!this.isBegun) {
      this.isBegun = true;
      this.timer = this.clock.after(PROGRESS_DELAY_MS, () => {
        this.isShown = true;
        this.refresh();
      });
    }
    this.refresh();
  }

  stop(): void {
    this.timer?.cancel();
    this.isShown = false;
  }

  private refresh(): void {
    if (!this.isShown) return;
    const { label, maxLines } = this.look;
    // A headline says more than a word of ours; a label somebody chose stays.
    const title = label ?? (this.headline === "" ? WORKING : false);
    const rolling = [...(title === false ? [] : [`**${title}**`]), ...this.lines.all];
    const text = [...(this.headline === "" ? [] : [this.headline]), ...rolling.slice(-maxLines)].join("\n");
    if (text !== "") this.show(within(text, this.limit));
  }
}
