import { cpus } from "node:os";
import type { Measured } from "./figures.ts";
import { renderReport } from "./report.ts";

/** What is measured in one go, by name. */
export type Scenarios = Readonly<Record<string, () => Promise<Measured>>>;

/** Measures the named scenarios, or all; what is asked for and unknown is an error. `subject`: what they are about, for the progress. */
export async function measureScenarios(
  subject: string,
  scenarios: Scenarios,
  names: readonly string[],
): Promise<Measured> {
  const unknown = names.filter((name) => !(name in scenarios));
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(", ")}`);
  const measured: Measured = {};
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.error(`measuring ${subject} ${name}`);
    Object.assign(measured, await scenario());
  }
  return measured;
}

/** Prints figures beside their budgets, for a part of the bench that runs by itself. */
export function printFigures(measured: Measured): void {
  console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? "unknown processor"}, Bun ${Bun.version}\n`);
  console.log(renderReport(measured, {}));
}
