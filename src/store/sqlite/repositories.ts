import type { Database } from "bun:sqlite";
import type { Clock } from "../../lib/clock.ts";
import type { Repositories } from "../interfaces.ts";
import { SqliteDeviceRepository } from "./devices.ts";
import { SqliteIdempotencyRepository } from "./idempotency.ts";
import { SqliteKvRepository } from "./kv.ts";

/** What every repository of this engine is made from. */
export interface RepositoryDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/** The one place where repositories are made; a new one is a line here and in `interfaces.ts`. */
export function repositories(deps: RepositoryDeps): Repositories {
  return {
    kv: new SqliteKvRepository(deps),
    idempotency: new SqliteIdempotencyRepository(deps),
    devices: new SqliteDeviceRepository(deps),
  };
}
