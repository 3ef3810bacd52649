import type { Measured } from "../figures.ts";
import { measureScenarios, printFigures } from "../scenarios.ts";
import { attacks } from "./attacks.ts";
import { composition } from "./composition.ts";
import { guide } from "./guide.ts";
import { refusals } from "./refusals.ts";
import { stops } from "./stops.ts";

// How long people are made to wait when something is refused, stopped or under attack, beside what they are promised.
// Usage: bun test/bench/promises/main.ts [scenario…]

const scenarios = { refusals, stops, attacks, guide, composition };

/** Measures the named scenarios, or all; what is asked for and unknown is an error. */
export function measurePromises(names: readonly string[]): Promise<Measured> {
  return measureScenarios("promises", scenarios, names);
}

if (import.meta.main) printFigures(await measurePromises(process.argv.slice(2)));
