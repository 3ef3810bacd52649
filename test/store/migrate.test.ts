import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync, readdirSync, statSync } from "node:fs";
import { silentLogger } from "../../src/lib/logger.ts";
import { kvString, openStore } from "../../src/store/index.ts";
import type { Migration } from "../../src/store/sqlite/migration.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations/index.ts";
import { openWith } from "../../src/store/sqlite/open.ts";
import { setClock } from "./clock.ts";
import { tempDir } from "./temp.ts";

const name = kvString("test.name");
const newest = MIGRATIONS.length;

function schemaOf(path: string): unknown {
  const db = new Database(path, { readonly: true });
  try {
    return db.query("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").all();
  } finally {
    db.close();
  }
}

/** Later steps that a future version might bring. */
function extraSteps(count: number): Migration[] {
  return Array.from({ length: count }, (_, i) => ({
    version: newest + i + 1,
    name: `extra-${i + 1}`,
    up: (db) => db.run(`CREATE TABLE extra_${i + 1} (id INTEGER PRIMARY KEY)`),
  }));
}

test("the steps are numbered from 1 without gaps", () => {
  expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, i) => i + 1));
});

for (let from = 1; from < newest + 1; from++) {
  test(`a store of version ${from} comes to the newest schema with its data and a backup`, async () => {
    using dir = tempDir();
    const options = { path: dir.file("openclaw.sqlite"), clock: setClock(), log: silentLogger };
    const fresh = { ...options, path: dir.file("fresh.sqlite") };
    await (await openStore(fresh)).close();

    const old = openWith(options, MIGRATIONS.slice(0, from));
    await old.kv.set(name, "kept");
    await old.close();
    const store = await openStore(options);
    expect(store.schemaVersion).toBe(newest);
    expect(await store.kv.get(name)).toBe("kept");
    await store.close();
    expect(schemaOf(options.path)).toEqual(schemaOf(fresh.path));
    expect(existsSync(`${options.path}.backup-v${from}`)).toBe(from < newest);
  });
}

test("the backup before a migration is private, whole, and of the old version", async () => {
  using dir = tempDir();
  const options = { path: dir.file("openclaw.sqlite"), clock: setClock(), log: silentLogger };
  const before = await openStore(options);
  await before.kv.set(name, "kept");
  await before.close();
  await openWith(options, [...MIGRATIONS, ...extraSteps(1)]).close();
  const copy = `${options.path}.backup-v${newest}`;
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  const restored = await openStore({ ...options, path: copy });
  expect(restored.schemaVersion).toBe(newest);
  expect(await restored.kv.get(name)).toBe("kept");
  await restored.close();
});

test("only the newest three backups are kept", async () => {
  using dir = tempDir();
  const options = { path: dir.file("openclaw.sqlite"), clock: setClock(), log: silentLogger };
  for (let extra = 0; extra <= 5; extra++) {
    await openWith(options, [...MIGRATIONS, ...extraSteps(extra)]).close();
  }
  const kept = readdirSync(dir.path).filter((file) => file.includes(".backup-"));
  expect(kept.sort()).toEqual([2, 3, 4].map((i) => `openclaw.sqlite.backup-v${newest + i}`).sort());
});

test("a step that fails leaves the version before it, whole, and the next start goes on from there", async () => {
  using dir = tempDir();
  const options = { path: dir.file("openclaw.sqlite"), clock: setClock(), log: silentLogger };
  const [good, later] = extraSteps(2);
  if (good === undefined || later === undefined) throw new Error("two steps");
  const broken: Migration = {
    ...later,
    up(db) {
      later.up(db);
      db.run("INSERT INTO no_such_table VALUES (1)");
    },
  };
  expect(() => openWith(options, [...MIGRATIONS, good, broken])).toThrow("no such table");
  const half = openWith(options, [...MIGRATIONS, good]);
  expect(half.schemaVersion).toBe(newest + 1);
  await half.close();
  const whole = openWith(options, [...MIGRATIONS, good, later]);
  expect(whole.schemaVersion).toBe(newest + 2);
  await whole.close();
});

test("a store of a newer program is refused untouched, naming both versions and what to do", async () => {
  using dir = tempDir();
  const options = { path: dir.file("openclaw.sqlite"), clock: setClock(), log: silentLogger };
  await openWith(options, [...MIGRATIONS, ...extraSteps(2)]).close();
  const before = await Bun.file(options.path).bytes();
  const refused = openStore(options);
  await expect(refused).rejects.toMatchObject({ name: "StoreError", code: "newer-schema" });
  await expect(refused).rejects.toThrow(
    new RegExp(`version ${newest + 2}; this program knows up to ${newest}.*Update this program`),
  );
  expect(await Bun.file(options.path).bytes()).toEqual(before);
});

test("a database of another program is refused untouched", async () => {
  using dir = tempDir();
  const path = dir.file("openclaw.sqlite");
  const other = new Database(path);
  other.run("CREATE TABLE theirs (id)");
  other.close();
  const before = await Bun.file(path).bytes();
  await expect(openStore({ path, clock: setClock(), log: silentLogger })).rejects.toMatchObject({
    code: "foreign",
  });
  expect(await Bun.file(path).bytes()).toEqual(before);
});
