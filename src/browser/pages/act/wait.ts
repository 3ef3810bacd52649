import { type Clock, pause } from "../../../lib/clock.ts";
import { BrowserError } from "../../errors.ts";
import { WAIT_POLL_MS } from "../../limits.ts";
import { valueOf } from "../element.ts";
import type { LoadState, Page } from "../page.ts";
import { evaluate } from "./evaluate.ts";

/** What is waited for; everything that is named, one after the other. */
export interface WaitFor {
  readonly timeMs: number | undefined;
  readonly text: string | undefined;
  readonly textGone: string | undefined;
  /** An element of this CSS selector that is visible. */
  readonly selector: string | undefined;
  /** An address, with `*` and `**` for what may be anything. */
  readonly url: string | undefined;
  readonly loadState: LoadState | undefined;
  readonly fn: string | undefined;
}

/** Waits. @throws BrowserError 504 with what did not come */
export async function waitFor(page: Page, wanted: WaitFor, timeoutMs: number, clock: Clock): Promise<void> {
  if (wanted.timeMs !== undefined) await pause(clock, wanted.timeMs);
  const deadline = clock.monotonic() + timeoutMs;
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) {
      if (clock.monotonic() >= deadline) {
        throw new BrowserError(504, `Waited ${timeoutMs} ms for ${what}, which did not come.`);
      }
      await pause(clock, WAIT_POLL_MS);
    }
  };
  const { text, textGone, selector, url, loadState, fn } = wanted;
  if (selector !== undefined) await until(`an element ${selector}`, () => isVisible(page, selector));
  if (text !== undefined) await until(`the text "${text}"`, () => hasText(page, text));
  if (textGone !== undefined)
    await until(`the end of the text "${textGone}"`, async () => !(await hasText(page, textGone)));
  if (url !== undefined) await until(`the address ${url}`, async () => globMatches(url, page.url));
  if (loadState !== undefined)
    await until(`the page to be loaded (${loadState})`, () => page.reached(loadState, 0));
  if (fn !== undefined)
    await until("the condition", async () => Boolean(await evaluate(page, fn, undefined, timeoutMs)));
}

/** True when an address is what a pattern says: `**` is anything, `*` anything without a slash. */
export function globMatches(pattern: string, address: string): boolean {
  const parts = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === "**" ? ".*" : part === "*" ? "[^/]*" : RegExp.escape(part)));
  return new RegExp(`^${parts.join("")}$`).test(address);
}

async function hasText(page: Page, text: string): Promise<boolean> {
  return (await ask(page, `document.body?.innerText.includes(${JSON.stringify(text)}) ?? false`)) === true;
}

async function isVisible(page: Page, selector: string): Promise<boolean> {
  const box = `document.querySelector(${JSON.stringify(selector)})?.getBoundingClientRect()`;
  return (
    (await ask(
      page,
      `(() => { const box = ${box}; return !!box && box.width > 0 && box.height > 0; })()`,
    )) === true
  );
}

async function ask({ session }: Page, expression: string): Promise<unknown> {
  try {
    return valueOf(await session.send("Runtime.evaluate", { expression, returnByValue: true }));
  } catch (error) {
    // Between two documents there is nobody to ask; a selector that cannot be read never comes.
    if (error instanceof BrowserError && /SyntaxError|not a valid selector/.test(error.message)) {
      throw new BrowserError(400, error.message, { code: "ACT_INVALID_REQUEST" }, { cause: error });
    }
    return undefined;
  }
}
