import type { Database } from "bun:sqlite";
import type { Clock } from "../../../lib/clock.ts";

/** What every repository of this engine is made from. */
export interface RepositoryDeps {
  readonly db: Database;
  readonly clock: Clock;
}
