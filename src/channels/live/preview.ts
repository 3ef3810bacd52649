import { type Clock, inTime, type Timer } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Drafts } from "../channel.ts";
import { SendError, type Target } from "../outbound-message.ts";
import { BUSY_PAUSE_MS, FINISH_PATIENCE_MS } from "./limits.ts";
import type { PreviewPace } from "./pace.ts";

export interface PreviewDeps {
  readonly drafts: Drafts;
  readonly target: Target;
  /** Calls of previews with the same key are kept apart by `intervalMs`. */
  readonly chat: string;
  readonly intervalMs: number;
  readonly pace: PreviewPace;
  readonly keepDraft: (draft: unknown) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What stands in the chat at the end. `isSettled`: no call of ours can change it any more. */
export interface Standing {
  readonly draft: unknown;
  readonly isSettled: boolean;
}

/** A message that shows what is being made. The latest text wins; no failure reaches whoever shows something. */
export class Preview {
  private wanted: string | undefined;
  private shown: string | undefined;
  private draft: { readonly value: unknown } | undefined;
  private busy: Promise<void> | undefined;
  private timer: Timer | undefined;
  private isBroken = false;
  private isOver = false;
  /** Nobody waits for what is under way any more. */
  private isAbandoned = false;

  constructor(private readonly deps: PreviewDeps) {}

  /** Shows `text` (Markdown) as soon as the pace of the chat allows. */
  show(text: string): void {
    this.wanted = text;
    this.work();
  }

  /** Ends it: nothing is shown after this resolves, except what is not settled. Undefined when nothing stands there. */
  async finish(): Promise<Standing | undefined> {
    this.isOver = true;
    this.timer?.cancel();
    const isLate = this.busy !== undefined && (await this.isLate(this.busy));
    this.isAbandoned = isLate;
    return this.draft && { draft: this.draft.value, isSettled: !isLate && !this.isBroken };
  }

  private isLate(busy: Promise<void>): Promise<boolean> {
    const onTime = busy.then(() => false);
    return inTime(this.deps.clock, FINISH_PATIENCE_MS, onTime, true);
  }

  private work(): void {
    if (this.isOver || this.isBroken || this.busy || this.timer) return;
    const text = this.wanted;
    if (text === undefined || text === this.shown) return;
    const { pace, chat, intervalMs, clock } = this.deps;
    const delay = pace.delay(chat);
    if (delay > 0) {
      this.timer = clock.after(delay, () => {
        this.timer = undefined;
        this.work();
      });
      return;
    }
    pace.rest(chat, intervalMs);
    this.busy = this.call(text).then(() => {
      this.busy = undefined;
      this.work();
    });
  }

  /** Never rejects. */
  private async call(text: string): Promise<void> {
    const { drafts, target } = this.deps;
    try {
      if (this.draft) await drafts.update(target, this.draft.value, text);
      else await this.open(text);
      this.shown = text;
    } catch (error) {
      this.failed(error, text);
    }
  }

  private async open(text: string): Promise<void> {
    const { drafts, target, keepDraft, log } = this.deps;
    const value = await drafts.open(target, text);
    if (this.isAbandoned) return drafts.discard(target, value);
    this.draft = { value };
    try {
      await keepDraft(value);
    } catch (error) {
      log.warn("a preview that stands in a chat is not known after a restart", { error });
    }
  }

  private failed(error: unknown, text: string): void {
    const { pace, chat, log } = this.deps;
    const failure = error instanceof SendError ? error.failure : undefined;
    if (error instanceof SendError && (failure === "busy" || failure === "not-ready")) {
      pace.rest(chat, error.details.retryAfterMs ?? BUSY_PAUSE_MS);
      return;
    }
    // Text the platform cannot read is left out. A change that may have arrived is followed by the next one.
    if (failure === "markup" || (failure === "uncertain" && this.draft)) {
      this.shown = text;
      return;
    }
    this.isBroken = true;
    log.debug("a preview is not shown any more", { error });
  }
}
