/** One assignment of a unit file, as it stands there: continuation lines joined, nothing unquoted. */
export interface Directive {
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

/**
 * Reads a unit file or drop-in by the rules of systemd.syntax(7): comments, also between continued lines; a backslash at
 * a line's end continues it. Lines that mean nothing are left out, as systemd does after a warning.
 */
export function parseUnit(text: string): Directive[] {
  const directives: Directive[] = [];
  let section = "";
  for (const line of logicalLines(text)) {
    const heading = /^\[(.+)\]$/.exec(line)?.[1];
    if (heading !== undefined) {
      section = heading;
      continue;
    }
    const at = line.indexOf("=");
    if (at <= 0 || section === "") continue;
    directives.push({ section, key: line.slice(0, at).trimEnd(), value: line.slice(at + 1).trimStart() });
  }
  return directives;
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let continued: string | undefined;
  for (const raw of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    const line = raw.replace(/^[ \t]+/, "");
    if (/^[#;]/.test(line)) continue;
    const whole: string = (continued ?? "") + line;
    continued = endsInBackslash(whole) ? `${whole.slice(0, -1)} ` : undefined;
    if (continued === undefined && whole.trim() !== "") lines.push(whole.trim());
  }
  if (continued?.trim()) lines.push(continued.trim());
  return lines;
}

/** An odd number of backslashes: an even one is made of pairs that stand for themselves. */
function endsInBackslash(line: string): boolean {
  return (/\\+$/.exec(line)?.[0].length ?? 0) % 2 === 1;
}

/** All values of a directive that counts several times; an empty one takes back those before it. */
export function valuesOf(directives: readonly Directive[], section: string, key: string): string[] {
  const values = directives.filter((one) => one.section === section && one.key === key);
  return values.slice(values.findLastIndex(({ value }) => value === "") + 1).map(({ value }) => value);
}

/** The value of a directive of which the last one counts; `undefined` when there is none, or it was taken back. */
export function valueOf(directives: readonly Directive[], section: string, key: string): string | undefined {
  return valuesOf(directives, section, key).at(-1);
}
