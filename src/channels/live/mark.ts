import type { Clock, Timer } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import { SendError } from "../outbound-message.ts";
import { MARK_DELAY_MS } from "./limits.ts";
import { EYES } from "./settings.ts";

export interface MarkDeps {
  readonly react: (emoji: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The mark on a message. The latest wish wins; what fails is left alone. */
export class Mark {
  private wanted: string | undefined;
  private shown: string | undefined;
  private isBusy = false;
  private timer: Timer | undefined;

  constructor(private readonly deps: MarkDeps) {}

  /** At once. */
  set(emoji: string): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.wanted = emoji;
    void this.work();
  }

  /** When it is still wanted after a moment. */
  setSoon(emoji: string): void {
    this.timer?.cancel();
    this.timer = this.deps.clock.after(MARK_DELAY_MS, () => this.set(emoji));
  }

  private async work(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    while (this.wanted !== undefined && this.wanted !== this.shown) {
      this.shown = this.wanted;
      await this.show(this.wanted);
    }
    this.isBusy = false;
  }

  private async show(emoji: string): Promise<void> {
    try {
      await this.deps.react(emoji);
    } catch (error) {
      this.deps.log.debug("a message could not be marked", { emoji, error });
      // Platforms allow some signs only; the one of an agent may be none of them.
      if (
        error instanceof SendError &&
        error.failure === "refused" &&
        emoji !== EYES &&
        this.wanted === emoji
      )
        this.wanted = EYES;
    }
  }
}

/** What the mark says while it follows a turn. */
export const STAGES = {
  thinking: "🤔",
  tool: "🔥",
  code: "👨‍💻",
  web: "⚡",
  done: "👍",
  failed: "😱",
} as const;

/** The mark for a tool. */
export function toolMark(name: string): string {
  if (/^web|browser/.test(name)) return STAGES.web;
  return /exec|process|bash|read|write|edit|patch/.test(name) ? STAGES.code : STAGES.tool;
}
