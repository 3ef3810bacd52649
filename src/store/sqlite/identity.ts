import type { Database } from "bun:sqlite";
import { StoreError } from "../errors.ts";

/** Marks the file as ours in its header ("OpCl"). */
export const APPLICATION_ID = 0x4f70436c;

/** Refuses a database that some other program made; an empty file is free to take. @throws StoreError `foreign` */
export function refuseForeign(db: Database): void {
  const id = db.query<{ application_id: number }, []>("PRAGMA application_id").get()?.application_id;
  if (id === APPLICATION_ID) return;
  const tables = db.query<{ n: number }, []>("SELECT count(*) AS n FROM sqlite_schema").get()?.n ?? 0;
  if (tables === 0) return;
  throw foreignDatabase(db.filename);
}

/** What to say of a database of some other program. */
export function foreignDatabase(path: string): StoreError {
  return new StoreError(
    "foreign",
    `${path} is a database of another program, so it is left alone. ` +
      `If another OpenClaw made it, have it taken over: openclaw doctor --fix. Else set OPENCLAW_STATE_DIR to another folder.`,
  );
}
