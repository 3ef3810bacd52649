import { isRecord } from "../../../lib/records.ts";

type Block = Readonly<Record<string, unknown>>;

/** The numbers of a chart in words; the same for the same chart. */
export function chartText(block: Block): string {
  const lines = [`**${textOf(block.title)}**`];
  if (block.chartType === "pie") {
    for (const { label, value } of recordsOf(block.segments))
      lines.push(`• ${textOf(label)}: ${textOf(value)}`);
    return lines.join("\n");
  }
  const axes = [block.xLabel, block.yLabel].map(textOf).filter((label) => label !== "");
  if (axes.length > 0) lines.push(axes.join(" / "));
  const categories = listOf(block.categories);
  const rows = recordsOf(block.series).map(({ name, values }) => [textOf(name), ...listOf(values)]);
  lines.push("", ...table(["", ...categories], rows));
  return lines.join("\n");
}

/** A table as Markdown; the channel shows it as it can. */
export function tableText(block: Block): string {
  const rows = Array.isArray(block.rows) ? block.rows.map(listOf) : [];
  return [`**${textOf(block.caption)}**`, "", ...table(listOf(block.headers), rows)].join("\n");
}

function table(headers: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`;
  return [line(headers), line(headers.map(() => "---")), ...rows.map(line)];
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}

function recordsOf(value: unknown): readonly Block[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).replaceAll("\n", " ") : "";
}
