import { cpus } from "node:os";
import type { Measured } from "../figures.ts";
import { renderReport } from "../report.ts";
import { attacks } from "./attacks.ts";
import { composition } from "./composition.ts";
import { guide } from "./guide.ts";
import { refusals } from "./refusals.ts";
import { stops } from "./stops.ts";

// How long people are made to wait when something is refused, stopped or under attack, beside what they are promised.
// Usage: bun test/bench/promises/main.ts [scenario…]

const scenarios = { refusals, stops, attacks, guide, composition };

/** Measures the named scenarios, or all; what is asked for and unknown is an error. */
export async function measurePromises(names: readonly string[]): Promise<Measured> {
  const unknown = names.filter((name) => !(name in scenarios));
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(", ")}`);
  const measured: Measured = {};
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.error(`measuring ${name}`);
    Object.assign(measured, await scenario());
  }
  return measured;
}

if (import.meta.main) {
  const measured = await measurePromises(process.argv.slice(2));
  console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? "unknown processor"}, Bun ${Bun.version}\n`);
  console.log(renderReport(measured, {}));
}
