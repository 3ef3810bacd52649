import { type Clock, pause } from "../../../lib/clock.ts";
import type { CdpSession } from "../../cdp/connection.ts";
import { BrowserError } from "../../errors.ts";
import { WAIT_POLL_MS } from "../../limits.ts";
import type { PageElement, Point } from "../element.ts";
import { type KeyStroke, parseKey } from "./keys.ts";
import { FOCUS_FIELD, IS_CHECKED, READY, SELECT, SET_VALUE } from "./scripts.ts";

/** A click, as it was asked for. */
export interface ClickStyle {
  readonly button: "left" | "right" | "middle";
  readonly double: boolean;
  /** As in `KeyStroke`. */
  readonly modifiers: number;
}

/** Kinds of fields that have a value and no text. */
const VALUED = new Set(["date", "time", "datetime-local", "month", "week", "color", "range"]);

/** Kinds of fields that are not written into at all. */
const NOT_WRITTEN = new Set(["checkbox", "radio", "file", "submit", "button", "image", "reset"]);

/** Mouse and keyboard of one page. */
export class Hands {
  constructor(
    private readonly session: CdpSession,
    private readonly clock: Clock,
    private readonly timeoutMs: number,
  ) {}

  async click(element: PageElement, style: ClickStyle): Promise<void> {
    await this.#ready(element, false);
    await this.clickAt(await element.middle(), style);
  }

  async clickAt(point: Point, { button, double, modifiers }: ClickStyle): Promise<void> {
    await this.#mouse("mouseMoved", point, { modifiers });
    for (let count = 1; count <= (double ? 2 : 1); count++) {
      const press = { button, clickCount: count, modifiers } as const;
      await this.#mouse("mousePressed", point, press);
      await this.#mouse("mouseReleased", point, press);
    }
  }

  async hover(element: PageElement): Promise<void> {
    await this.#ready(element, false);
    await this.#mouse("mouseMoved", await element.middle(), {});
  }

  async scrollIntoView(element: PageElement): Promise<void> {
    await element.call(READY, false);
  }

  /** Puts text in the place of what a field has; `slowly`, key by key. */
  async type(element: PageElement, text: string, slowly: boolean): Promise<void> {
    await this.#ready(element, true);
    const kind = await element.call(FOCUS_FIELD);
    if (typeof kind !== "string" || kind === "" || NOT_WRITTEN.has(kind)) {
      throw failed("nothing can be typed into it");
    }
    if (VALUED.has(kind)) return void (await element.call(SET_VALUE, text));
    if (text === "" || slowly) await this.stroke(parseKey("Delete"));
    if (!slowly) return void (text !== "" && (await this.session.send("Input.insertText", { text })));
    for (const letter of text) {
      if (letter === "\n") await this.stroke(parseKey("Enter"));
      else if (!/^[ -~]$/.test(letter)) await this.session.send("Input.insertText", { text: letter });
      else await this.stroke(parseKey(letter));
    }
  }

  /** Presses a key and lets it go. */
  async stroke({ key, code, keyCode, text, modifiers }: KeyStroke): Promise<void> {
    const facts = { key, code, windowsVirtualKeyCode: keyCode, nativeVirtualKeyCode: keyCode, modifiers };
    const down = text === undefined ? { type: "rawKeyDown" as const } : { type: "keyDown" as const, text };
    await this.session.send("Input.dispatchKeyEvent", { ...facts, ...down });
    await this.session.send("Input.dispatchKeyEvent", { ...facts, type: "keyUp" });
  }

  async select(element: PageElement, values: readonly string[]): Promise<void> {
    await this.#ready(element, false);
    const problem = await element.call(SELECT, values);
    if (problem !== "") throw failed(String(problem));
  }

  /** Puts a box or a choice on or off. */
  async check(element: PageElement, wanted: boolean): Promise<void> {
    if ((await element.call(IS_CHECKED)) === wanted) return;
    await this.click(element, { button: "left", double: false, modifiers: 0 });
    if ((await element.call(IS_CHECKED)) !== wanted)
      throw failed(`it cannot be put ${wanted ? "on" : "off"}`);
  }

  /** Waits until an element can be used. @throws BrowserError with what keeps it from that */
  async #ready(element: PageElement, editing: boolean): Promise<void> {
    const deadline = this.clock.monotonic() + this.timeoutMs;
    for (;;) {
      const problem = await element.call(READY, editing);
      if (problem === "") return;
      if (this.clock.monotonic() >= deadline) throw failed(String(problem));
      await pause(this.clock, WAIT_POLL_MS);
    }
  }

  async #mouse(
    type: "mouseMoved" | "mousePressed" | "mouseReleased",
    { x, y }: Point,
    facts: { button?: ClickStyle["button"]; clickCount?: number; modifiers?: number },
  ): Promise<void> {
    await this.session.send("Input.dispatchMouseEvent", { type, x, y, ...facts });
  }
}

/** An action that its element did not allow. */
export function failed(why: string): BrowserError {
  return new BrowserError(500, `The element cannot be used: ${why}.`, { code: "ACT_OPERATION_FAILED" });
}
