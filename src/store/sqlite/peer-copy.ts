import { Database } from "bun:sqlite";
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

/** A copy of another program's database, to be read; it goes away when it is disposed of. */
export interface PeerCopy extends Disposable {
  readonly db: Database;
}

/** Copies the database at `path` below `tmpDir` and opens the copy: reading the file itself would change its journals. */
export function openPeerCopy(path: string, tmpDir: string): PeerCopy {
  const folder = mkdtempSync(join(tmpDir, "openclaw-import-"));
  let db: Database | undefined;
  const drop = (): void => {
    db?.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const copy = join(folder, "copy.sqlite");
    copyFileSync(path, copy);
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    db = new Database(copy, { readwrite: true, strict: true });
    db.run("PRAGMA trusted_schema = OFF");
    return { db, [Symbol.dispose]: drop };
  } catch (error) {
    drop();
    throw error;
  }
}

/** The columns of a table; empty when there is no such table. */
export function columnsOf(db: Database, table: string): ReadonlySet<string> {
  const rows = db.query<{ name: string }, [string]>("SELECT name FROM pragma_table_info(?)").all(table);
  return new Set(rows.map(({ name }) => name));
}
