import type { QueueDrop, QueueMode, SessionEntryPatch } from "../../../store/index.ts";
import { QUEUE_CAP_MAX, QUEUE_DEBOUNCE_MAX_MS } from "../limits.ts";

/** Modes and drop policies `/queue` knows. */
export const QUEUE_MODES: readonly QueueMode[] = ["steer", "followup", "collect", "interrupt"];
export const QUEUE_DROPS: readonly QueueDrop[] = ["old", "new", "summarize"];

/** What the words of `/queue` change. */
export type QueueChange = Pick<SessionEntryPatch, "queueMode" | "queueDebounceMs" | "queueCap" | "queueDrop">;

const RESET: QueueChange = { queueMode: null, queueDebounceMs: null, queueCap: null, queueDrop: null };

/** One word, as a change; undefined when it is none. */
export function queueWord(word: string): QueueChange | undefined {
  const text = word.toLowerCase();
  if (text === "default" || text === "reset") return RESET;
  const mode = QUEUE_MODES.find((known) => known === text);
  if (mode) return { queueMode: mode };
  const [, key, value = ""] = /^(debounce|cap|drop):(.+)$/.exec(text) ?? [];
  switch (key) {
    case "debounce": {
      const ms = durationOf(value);
      return ms === undefined || ms > QUEUE_DEBOUNCE_MAX_MS ? undefined : { queueDebounceMs: ms };
    }
    case "cap": {
      const cap = /^\d{1,6}$/.test(value) ? Number(value) : 0;
      return cap >= 1 && cap <= QUEUE_CAP_MAX ? { queueCap: cap } : undefined;
    }
    case "drop": {
      const drop = QUEUE_DROPS.find((known) => known === value);
      return drop && { queueDrop: drop };
    }
    default:
      return undefined;
  }
}

/** All words, as one change; the first that is none otherwise. */
export function queueChange(args: string): { change: QueueChange } | { unknown: string } {
  let change: QueueChange = {};
  for (const word of args.split(/\s+/).filter((part) => part !== "")) {
    const part = queueWord(word);
    if (!part) return { unknown: word };
    change = { ...change, ...part };
  }
  return { change };
}

/** How much of a text are words of `/queue`; undefined when it begins with another. */
export function queueWordsLength(text: string): number | undefined {
  let length: number | undefined;
  for (const match of text.matchAll(/\S+/g)) {
    if (!queueWord(match[0])) break;
    length = match.index + match[0].length;
  }
  return length;
}

function durationOf(text: string): number | undefined {
  const [, amount, unit = "ms"] = /^(\d{1,7})(ms|s|m)?$/.exec(text) ?? [];
  if (amount === undefined) return undefined;
  return Number(amount) * (unit === "m" ? 60_000 : unit === "s" ? 1_000 : 1);
}
