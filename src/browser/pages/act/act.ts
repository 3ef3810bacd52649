import type { Clock } from "../../../lib/clock.ts";
import { isRecord } from "../../../lib/records.ts";
import { numberIn, rawTextIn, switchIn, textIn } from "../../fields.ts";
import { BrowserError } from "../../errors.ts";
import { ACT_TIMEOUT_MS, MAX_TYPED_CHARS, MAX_WAIT_MS } from "../../limits.ts";
import { PageElement } from "../element.ts";
import type { LoadState, Page } from "../page.ts";
import { evaluate } from "./evaluate.ts";
import { type ClickStyle, Hands } from "./hands.ts";
import { parseKey } from "./keys.ts";
import { waitFor } from "./wait.ts";

/** What may be done, beside what is asked for. */
export interface ActRules {
  /** `browser.evaluateEnabled`. */
  readonly scripts: boolean;
  readonly clock: Clock;
}

type Fields = Readonly<Record<string, unknown>>;
type Deed = (page: Page, fields: Fields, hands: Hands, rules: ActRules) => Promise<Fields | void>;

const DEEDS: Readonly<Record<string, Deed>> = {
  click: async (page, fields, hands) => hands.click(await elementIn(page, fields), clickStyle(fields)),
  clickCoords: async (_page, fields, hands) =>
    hands.clickAt(
      { x: needed(numberIn(fields, "x"), "x"), y: needed(numberIn(fields, "y"), "y") },
      clickStyle(fields),
    ),
  hover: async (page, fields, hands) => hands.hover(await elementIn(page, fields)),
  scrollIntoView: async (page, fields, hands) => hands.scrollIntoView(await elementIn(page, fields)),
  async type(page, fields, hands) {
    const text = typed(needed(rawTextIn(fields, "text"), "text"));
    await hands.type(await elementIn(page, fields), text, switchIn(fields, "slowly") ?? false);
    if (switchIn(fields, "submit")) await hands.stroke(parseKey("Enter"));
  },
  press: async (_page, fields, hands) => hands.stroke(parseKey(needed(rawTextIn(fields, "key"), "key"))),
  select: async (page, fields, hands) =>
    hands.select(await elementIn(page, fields), textsIn(fields, "values")),
  async fill(page, fields, hands) {
    for (const field of recordsIn(fields, "fields")) {
      const element = await elementIn(page, field);
      const value = field["value"];
      const box = typeof value === "boolean" || ["checkbox", "radio"].includes(textIn(field, "type") ?? "");
      if (box) await hands.check(element, value === true || value === "true");
      else await hands.type(element, typed(rawTextIn(field, "value") ?? ""), false);
    }
  },
  async resize({ session }, fields) {
    const [width, height] = [
      needed(numberIn(fields, "width"), "width"),
      needed(numberIn(fields, "height"), "height"),
    ];
    const size = {
      width: Math.round(width),
      height: Math.round(height),
      deviceScaleFactor: 0,
      mobile: false,
    };
    await session.send("Emulation.setDeviceMetricsOverride", size);
  },
  async wait(page, fields, _hands, { scripts, clock }) {
    const fn = textIn(fields, "fn");
    if (fn !== undefined && !scripts) throw scriptsOff();
    const wanted = {
      timeMs: bounded(numberIn(fields, "timeMs")),
      text: textIn(fields, "text"),
      textGone: textIn(fields, "textGone"),
      selector: textIn(fields, "selector"),
      url: textIn(fields, "url"),
      loadState: loadStateIn(fields),
      fn,
    };
    if (Object.values(wanted).every((one) => one === undefined)) {
      throw invalid("wait needs one of timeMs, text, textGone, selector, url, loadState, fn");
    }
    await waitFor(page, wanted, timeoutOf(fields), clock);
  },
  async evaluate(page, fields, _hands, { scripts }) {
    if (!scripts) throw scriptsOff();
    const source = needed(rawTextIn(fields, "fn"), "fn");
    return { result: await evaluate(page, source, textIn(fields, "ref"), timeoutOf(fields)) };
  },
};

/** What touches nothing. */
const PATIENT: ReadonlySet<string> = new Set(["wait", "evaluate", "resize"]);

/** Everything an action can be, beside closing the tab. */
const ACT_KINDS: readonly string[] = Object.keys(DEEDS);

/**
 * Does one thing in a page, waits for what it sets off, and tells when a dialog stands in the way of that.
 * @throws BrowserError with a code of the `act` contract
 */
export async function act(page: Page, fields: Fields, rules: ActRules): Promise<Fields> {
  const kind = textIn(fields, "kind") ?? "";
  const deed = Object.hasOwn(DEEDS, kind) ? DEEDS[kind] : undefined;
  if (!deed) {
    throw new BrowserError(400, `kind must be one of: ${[...ACT_KINDS, "close"].join(", ")}`, {
      code: "ACT_KIND_REQUIRED",
    });
  }
  if (kind !== "wait" && textIn(fields, "selector") !== undefined) {
    throw new BrowserError(400, `"selector" is for wait alone; name the element by a ref of a snapshot.`, {
      code: "ACT_SELECTOR_UNSUPPORTED",
    });
  }
  refuseWhileAsked(page);
  page.takeRefusal();
  if (!PATIENT.has(kind)) await page.bringToFront();
  const hands = new Hands(page.session, rules.clock, timeoutOf(fields));
  const work = deed(page, fields, hands, rules).then(async (told) => {
    await page.settled(ACT_TIMEOUT_MS);
    return told;
  });
  const dialog = page.dialogs.opened().then(() => "dialog" as const);
  const outcome = await Promise.race([work, dialog]);
  if (outcome !== "dialog") return { ...outcome };
  // What the dialog holds up ends when it is answered; nobody waits for it any more.
  work.catch(() => undefined);
  return {
    blockedByDialog: true,
    browserState: { dialogs: { pending: [page.dialogs.pending].filter(Boolean) } },
  };
}

/** A page that asks something does nothing else. @throws BrowserError 409 */
export function refuseWhileAsked({ dialogs: { pending } }: Page): void {
  if (!pending) return;
  throw new BrowserError(
    409,
    `The page asks: "${pending.message.slice(0, 200)}". Answer its dialog ${pending.id} first.`,
    {
      details: { dialog: pending },
    },
  );
}

async function elementIn(page: Page, fields: Fields): Promise<PageElement> {
  return PageElement.find(page, needed(textIn(fields, "ref"), "ref"));
}

function clickStyle(fields: Fields): ClickStyle {
  const button = textIn(fields, "button") ?? "left";
  if (button !== "left" && button !== "right" && button !== "middle")
    throw invalid("button must be left, right or middle");
  const held = fields["modifiers"] === undefined ? [] : textsIn(fields, "modifiers");
  const modifiers = held.reduce((bits, name) => bits | parseKey(`${name}+a`).modifiers, 0);
  return { button, double: switchIn(fields, "doubleClick") ?? false, modifiers };
}

function loadStateIn(fields: Fields): LoadState | undefined {
  const state = textIn(fields, "loadState");
  if (state === undefined || state === "load" || state === "domcontentloaded" || state === "networkidle")
    return state;
  throw invalid("loadState must be load, domcontentloaded or networkidle");
}

function timeoutOf(fields: Fields): number {
  return bounded(numberIn(fields, "timeoutMs")) ?? ACT_TIMEOUT_MS;
}

function bounded(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.min(ms, MAX_WAIT_MS);
}

function textsIn(fields: Fields, name: string): readonly string[] {
  const value = fields[name];
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string")) return value;
  throw invalid(`${name} must be a list of texts`);
}

function recordsIn(fields: Fields, name: string): readonly Fields[] {
  const value = fields[name];
  if (Array.isArray(value) && value.length > 0 && value.every(isRecord)) return value;
  throw invalid(`${name} must be a list of objects`);
}

function typed(text: string): string {
  if (text.length <= MAX_TYPED_CHARS) return text;
  throw invalid(`a text of more than ${MAX_TYPED_CHARS} characters is not typed`);
}

function needed<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  throw invalid(`${name} is required`);
}

function invalid(message: string): BrowserError {
  return new BrowserError(400, message, { code: "ACT_INVALID_REQUEST" });
}

function scriptsOff(): BrowserError {
  return new BrowserError(403, "Scripts in pages are off: browser.evaluateEnabled is false.", {
    code: "ACT_EVALUATE_DISABLED",
  });
}
