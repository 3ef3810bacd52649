import type { Clock, Timer } from "../../lib/clock.ts";
import type { CdpSession } from "../cdp/connection.ts";
import { BrowserError } from "../errors.ts";
import { DIALOG_ARMED_MS } from "../limits.ts";

/** A question that a page asks in a window of its own; the page stands still until it is answered. */
export interface PendingDialog {
  readonly id: string;
  readonly type: string;
  readonly message: string;
  readonly defaultPrompt?: string;
}

/** How a dialog is answered. */
export interface DialogAnswer {
  readonly accept: boolean;
  readonly promptText?: string | undefined;
}

/** The dialogs of one page. Whoever is about to cause one may leave the answer here before. */
export class Dialogs {
  #pending: PendingDialog | undefined;
  #armed: DialogAnswer | undefined;
  #armedTimer: Timer | undefined;
  #lastId = 0;
  #opened = Promise.withResolvers<PendingDialog>();

  constructor(
    private readonly session: CdpSession,
    private readonly clock: Clock,
  ) {
    session.on("Page.javascriptDialogOpening", ({ type, message, defaultPrompt }) => {
      // A page that asks whether to leave was asked to leave.
      if (type === "beforeunload") return void this.#answer({ accept: true });
      const armed = this.#armed;
      if (armed) {
        this.#disarm();
        return void this.#answer(armed);
      }
      const dialog = {
        id: `d${++this.#lastId}`,
        type,
        message,
        ...(defaultPrompt !== undefined && type === "prompt" && { defaultPrompt }),
      };
      this.#pending = dialog;
      this.#opened.resolve(dialog);
    });
    session.on("Page.javascriptDialogClosed", () => this.#closed());
  }

  get pending(): PendingDialog | undefined {
    return this.#pending;
  }

  /** Resolves with the dialog that is open, or the next one. */
  opened(): Promise<PendingDialog> {
    return this.#opened.promise;
  }

  /**
   * Answers the dialog that is open, or leaves the answer for the next one; true when one was open.
   * @throws BrowserError 404 when `id` is not the one that is open
   */
  async answer(answer: DialogAnswer, id: string | undefined): Promise<boolean> {
    if (this.#pending === undefined) {
      if (id !== undefined) throw new BrowserError(404, `The dialog ${id} is not open any more.`);
      this.#armed = answer;
      this.#armedTimer?.cancel();
      this.#armedTimer = this.clock.after(DIALOG_ARMED_MS, () => this.#disarm());
      return false;
    }
    if (id !== undefined && id !== this.#pending.id) {
      throw new BrowserError(404, `The dialog ${id} is not open; ${this.#pending.id} is.`);
    }
    await this.#answer(answer);
    this.#closed();
    return true;
  }

  #closed(): void {
    if (this.#pending === undefined) return;
    this.#pending = undefined;
    this.#opened = Promise.withResolvers<PendingDialog>();
  }

  #disarm(): void {
    this.#armed = undefined;
    this.#armedTimer?.cancel();
  }

  async #answer({ accept, promptText }: DialogAnswer): Promise<void> {
    const text = accept && promptText !== undefined ? { promptText } : {};
    await this.session.send("Page.handleJavaScriptDialog", { accept, ...text }).catch(() => undefined);
  }
}
