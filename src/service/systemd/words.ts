const ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  s: " ",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/** Escapes with digits: `\x1b`, `\033`, `\u00e4`, `\U0001f600`. */
const NUMBERED = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/;

/** Splits a value into words by the quoting of systemd.syntax(7). An unknown escape stands for itself. */
export function splitWords(value: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < value.length; at += 1) {
    const char = value.charAt(at);
    if (char === "\\") {
      const [text, length] = unescaped(value.slice(at + 1));
      word = (word ?? "") + text;
      at += length;
    } else if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= "";
    } else if (/[ \t\n\r]/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + char;
    }
  }
  return word === undefined ? words : [...words, word];
}

/** What stands after a backslash, and how many characters of it were used. Bytes are joined to characters as UTF-8. */
function unescaped(rest: string): [string, number] {
  const bytes: number[] = [];
  let used = 0;
  for (let next = rest; ; next = rest.slice(used + 1)) {
    const [all, hex, short, long, octal] = NUMBERED.exec(next) ?? [];
    const byte = hex !== undefined ? parseInt(hex, 16) : octal !== undefined ? parseInt(octal, 8) : undefined;
    if (all !== undefined && byte !== undefined) {
      used += all.length + (bytes.length > 0 ? 1 : 0);
      bytes.push(byte & 0xff);
      if (rest.charAt(used) === "\\") continue;
    } else if (all !== undefined && bytes.length === 0) {
      return [String.fromCodePoint(parseInt(short ?? long ?? "", 16)), all.length];
    }
    if (bytes.length > 0) return [Buffer.from(bytes).toString("utf8"), used];
    const first = rest.charAt(0);
    return ESCAPES[first] === undefined ? ["\\", 0] : [ESCAPES[first], 1];
  }
}

/** One word of a value, quoted where it has to be; `%` is doubled, for systemd would put something in its place. */
export function quoteWord(text: string): string {
  const plain = /^[\w@%+=:,./~-]+$/.test(text);
  const escaped = text
    .replaceAll("%", "%%")
    .replaceAll(/[\\"]/g, "\\$&")
    .replaceAll(/[\u0001-\u001f\u007f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return plain ? escaped : `"${escaped}"`;
}

/** A word of a command line: `$` would be replaced by a variable there. The program itself is taken as it is. */
export function quoteArgument(text: string): string {
  return quoteWord(text).replaceAll("$", "$$$$");
}

/** Puts in what systemd does for `%`: doubled ones, and the user's home; others need a running systemd and stay. */
export function expandSpecifiers(text: string, home: string): string {
  return text.replaceAll(/%([%h])/g, (_all, letter: string) => (letter === "%" ? "%" : home));
}
