/** Width human output keeps to, so that it reads the same in every terminal, log and chat. */
export const MAX_COLUMNS = 80;

/** Characters of terminal colour, which take no room. */
const ANSI = /\u001b\[[0-9;]*m/g;

/** Columns a text takes on the screen. */
export function widthOf(text: string): number {
  return Bun.stringWidth(text.replaceAll(ANSI, ""));
}

/** Foreign text in one line and without colours of its own, which could hide what stands beside it. */
export function unpainted(text: string): string {
  return text.replaceAll(ANSI, "").replaceAll(/\s+/g, " ");
}

/** Pads with blanks on the right. */
export function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** Breaks text at blanks so that no line is wider than `width`; longer words stay whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      if (line !== "" && widthOf(line) + 1 + widthOf(word) > width) {
        lines.push(line);
        line = word;
      } else {
        line = line === "" ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines;
}

/** A longer term gets a line of its own, so that it does not squeeze the text of the others. */
const MAX_TERM_COLUMNS = 26;

/** Two columns, the right one wrapped under itself. */
export function definitions(rows: readonly (readonly [term: string, text: string])[], indent = 2): string[] {
  const longest = Math.max(0, ...rows.map(([term]) => widthOf(term)));
  const left = Math.min(longest, MAX_TERM_COLUMNS);
  const room = MAX_COLUMNS - indent - left - 2;
  const margin = " ".repeat(indent);
  return rows.flatMap(([term, text]) => {
    const lines = wrap(text, room);
    const tail = lines.map((line) => `${margin}${" ".repeat(left)}  ${line}`.trimEnd());
    if (widthOf(term) > left) return [`${margin}${term}`, ...tail];
    return [`${margin}${padded(term, left)}  ${lines[0] ?? ""}`.trimEnd(), ...tail.slice(1)];
  });
}

/** Cuts a text to `width` columns, ending in `…` when something is missing. */
export function clipped(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let room = width - 1;
  for (const letter of text) {
    room -= widthOf(letter);
    if (room < 0) break;
    kept += letter;
  }
  return `${kept}…`;
}

/** A table with a header line; the widest column gives way until the rows fit. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  // What came from outside must not begin a line of its own.
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll(/(?<!\s)\s*[\r\n]\s*/g, " ")));
  const widths = header.map((title, column) =>
    Math.max(widthOf(title), ...cells.map((row) => widthOf(row[column] ?? ""))),
  );
  const gaps = 2 * (header.length - 1);
  let total = widths.reduce((sum, width) => sum + width, gaps);
  while (total > MAX_COLUMNS) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 1) - 1;
    total -= 1;
  }
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) => padded(clipped(row[column] ?? "", width), width))
      .join("  ")
      .trimEnd();
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...cells.map(line)];
}
