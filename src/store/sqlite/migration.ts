import type { Database } from "bun:sqlite";

/** One forward step of the schema; it runs inside a transaction together with the version bump. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  up(db: Database): void;
}
