import { type Figure, FIGURES, type Measured } from "./figures.ts";

/** The report: one line per figure that was measured, with the budget and the floor beside it. */
export function renderReport(gateway: Measured, floor: Measured): string {
  const rows = FIGURES.flatMap((figure) => {
    const value = gateway[figure.id];
    if (value === undefined) return [];
    return [
      [
        figure.label,
        show(value, figure),
        budgetOf(figure),
        show(floor[figure.id], figure),
        verdict(value, figure),
      ],
    ];
  });
  const table = [["", "measured", "budget", "floor", ""], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function budgetOf(figure: Figure): string {
  if (figure.budget === undefined) return "";
  return `${figure.good === "low" ? "<=" : ">="} ${show(figure.budget, figure)}`;
}

function verdict(value: number, { budget, good }: Figure): string {
  if (budget === undefined) return "";
  return (good === "low" ? value <= budget : value >= budget) ? "ok" : "OVER";
}

function show(value: number | undefined, { unit }: Figure): string {
  if (value === undefined) return "";
  if (unit === "/s") return `${Math.round(value).toLocaleString("en-US")}/s`;
  if (unit === "messages") return `${Math.round(value)} ${unit}`;
  const digits = value >= 100 ? 0 : value >= 1 ? 1 : 3;
  return `${value.toFixed(digits)} ${unit}`;
}
