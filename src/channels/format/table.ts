import { MAX_PADDED_CELL_WIDTH } from "./limits.ts";
import { type Element, elementOf, textProp, shown } from "./tree.ts";
import { linkable } from "./raw-html.ts";

/** Rows of cells, the head first. */
export type Table = readonly (readonly Element[])[];

export function rowsOf(table: Element): Table {
  return table.children.flatMap((part) =>
    (elementOf(part)?.children ?? []).map((row) =>
      (elementOf(row)?.children ?? []).flatMap((cell) => elementOf(cell) ?? []),
    ),
  );
}

/** The table as lines of code, columns below each other. */
export function asCode(table: Table): string {
  const [head = [], ...rows] = table.map((row) => row.map(cellText));
  const widths = head.map((_, column) =>
    Math.min(
      MAX_PADDED_CELL_WIDTH,
      [head, ...rows].reduce((widest, row) => Math.max(widest, Bun.stringWidth(row[column] ?? "")), 1),
    ),
  );
  const line = (cells: readonly string[], fill: string) =>
    `| ${widths.map((width, column) => padded(cells[column] ?? "", width, fill)).join(" | ")} |\n`;
  return [line(head, " "), line([], "-"), ...rows.map((row) => line(row, " "))].join("");
}

function padded(text: string, width: number, fill: string): string {
  return text + fill.repeat(Math.max(0, width - Bun.stringWidth(text)));
}

/** What a cell says in one line; an address stays with its words. */
function cellText(cell: Element): string {
  const said: string[] = [];
  const waiting: unknown[] = [cell];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node === "string") said.push(shown(node));
    const element = elementOf(node);
    if (!element) continue;
    if (element.type === "br") said.push(" ");
    const href = shown(textProp(element, "href") ?? textProp(element, "src") ?? "");
    const label = element.type === "img" ? textProp(element, "alt") : undefined;
    if (label !== undefined) said.push(shown(label));
    if (linkable(href) && element.children[0] !== href)
      waiting.push((label ?? element.children[0]) ? ` (${href})` : href);
    for (const child of element.children.toReversed()) waiting.push(child);
  }
  return said.join("").replaceAll(/\s+/g, " ").trim();
}
