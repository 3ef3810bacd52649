import type { Session } from "../session.ts";
import { bytes } from "../words.ts";
import { PROGRESS_INTERVAL_MS } from "./archive/limits.ts";

/** Width of the bar in characters. */
const BAR_WIDTH = 24;

/** A bar on the terminal, for a person who waits; nothing elsewhere. */
export interface Progress extends Disposable {
  at(count: number): void;
}

/** Shows how much of `total` is done, or how much was done when the total is not known. */
export function showProgress({ out, clock }: Session, label: string, total?: number): Progress {
  let last = 0;
  let shown = 0;
  return {
    at(count) {
      const now = clock.monotonic();
      if (now - last < PROGRESS_INTERVAL_MS) return;
      last = now;
      const text = `${label} ${total === undefined || total === 0 ? bytes(count) : barOf(count, total)}`;
      out.redraw(text.padEnd(shown));
      shown = Math.max(shown, text.length);
    },
    [Symbol.dispose]() {
      if (shown === 0) return;
      out.redraw(" ".repeat(shown));
      out.redraw("");
    },
  };
}

function barOf(count: number, total: number): string {
  const share = Math.min(1, count / total);
  const full = Math.round(share * BAR_WIDTH);
  return `[${"█".repeat(full)}${"·".repeat(BAR_WIDTH - full)}] ${Math.floor(share * 100)}% ${bytes(count)}`;
}
