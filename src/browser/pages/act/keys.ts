import { BrowserError } from "../../errors.ts";

/** A key as the browser wants to be told of it. */
export interface KeyStroke {
  readonly key: string;
  readonly code: string;
  readonly keyCode: number;
  /** What it writes; undefined for keys that write nothing, and with Control, Alt or Meta. */
  readonly text: string | undefined;
  /** Alt 1, Control 2, Meta 4, Shift 8. */
  readonly modifiers: number;
}

const MODIFIERS: ReadonlyMap<string, number> = new Map([
  ["alt", 1],
  ["control", 2],
  ["meta", 4],
  ["shift", 8],
]);

const ALIASES: ReadonlyMap<string, string> = new Map([
  ["ctrl", "control"],
  ["cmd", "meta"],
  ["command", "meta"],
  ["option", "alt"],
  ["esc", "escape"],
  ["return", "enter"],
  ["del", "delete"],
  ["space", " "],
  ["spacebar", " "],
  ["up", "arrowup"],
  ["down", "arrowdown"],
  ["left", "arrowleft"],
  ["right", "arrowright"],
]);

/** Keys without a letter: name, number, and what they write. */
const NAMED: readonly (readonly [key: string, keyCode: number, text?: string])[] = [
  ["Enter", 13, "\r"],
  ["Tab", 9],
  ["Escape", 27],
  ["Backspace", 8],
  ["Delete", 46],
  ["Insert", 45],
  ["Home", 36],
  ["End", 35],
  ["PageUp", 33],
  ["PageDown", 34],
  ["ArrowLeft", 37],
  ["ArrowUp", 38],
  ["ArrowRight", 39],
  ["ArrowDown", 40],
  ...Array.from({ length: 12 }, (_, index): [string, number] => [`F${index + 1}`, 112 + index]),
];

/** Reads `Enter`, `a`, `Control+Shift+T`, `Control++`. @throws BrowserError 400 for a key nobody knows */
export function parseKey(text: string): KeyStroke {
  const [name, held] = splitKey(text);
  let modifiers = 0;
  for (const word of held) {
    const bit = MODIFIERS.get(ALIASES.get(word) ?? word);
    if (bit === undefined) throw unknownKey(text);
    modifiers |= bit;
  }
  const plain = (modifiers & 7) === 0;
  const wanted = ALIASES.get(name.toLowerCase()) ?? name;
  const named = NAMED.find(([key]) => key.toLowerCase() === wanted.toLowerCase());
  if (named) {
    const [key, keyCode, written] = named;
    return { key, code: key, keyCode, text: plain ? written : undefined, modifiers };
  }
  if ([...wanted].length !== 1) throw unknownKey(text);
  const upper = wanted.toUpperCase();
  const key = modifiers & 8 ? upper : wanted;
  const letter = /^[A-Z]$/.test(upper);
  const code = letter
    ? `Key${upper}`
    : /^\d$/.test(wanted)
      ? `Digit${wanted}`
      : wanted === " "
        ? "Space"
        : "";
  const keyCode = letter || /^[\d ]$/.test(wanted) ? upper.charCodeAt(0) : 0;
  return { key, code, keyCode, text: plain ? key : undefined, modifiers };
}

/** The key and the modifiers before it; a `+` at the end is the key. */
function splitKey(text: string): [name: string, held: string[]] {
  const trimmed = text === " " ? text : text.trim();
  if (trimmed === "+" || trimmed.endsWith("++")) {
    return ["+", trimmed.slice(0, -2).toLowerCase().split("+").filter(Boolean)];
  }
  const parts = trimmed.split("+");
  return [parts.at(-1) ?? "", parts.slice(0, -1).map((part) => part.trim().toLowerCase())];
}

function unknownKey(text: string): BrowserError {
  return new BrowserError(400, `"${text}" is no key; for example Enter, Escape, a, Control+Shift+T.`, {
    code: "ACT_INVALID_REQUEST",
  });
}
