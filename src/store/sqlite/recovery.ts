import type { Database } from "bun:sqlite";

const NAME = "recovery";

/** Removes the note of a repair; inside the caller's transaction. */
export function forgetRecovery(db: Database): void {
  db.query("DELETE FROM meta WHERE name = ?").run(NAME);
}
