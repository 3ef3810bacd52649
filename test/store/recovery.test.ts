import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Logger } from "../../src/lib/logger.ts";
import { silentLogger } from "../../src/lib/logger.ts";
import { kvString, openStore, type OpenStoreOptions } from "../../src/store/index.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations/index.ts";
import { openWith } from "../../src/store/sqlite/open.ts";
import { setClock } from "./clock.ts";
import { tempDir, type TempDir } from "./temp.ts";

const name = kvString("test.name");
const filler = kvString("test.filler");

function optionsIn(dir: TempDir, log: Logger = silentLogger): OpenStoreOptions {
  return { path: dir.file("openclaw.sqlite"), clock: setClock(), log };
}

async function storeWith(options: OpenStoreOptions, value: string): Promise<void> {
  const store = await openStore(options);
  await store.kv.set(name, value);
  await store.kv.set(filler, "x".repeat(60_000));
  await store.close();
}

function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const content = readFileSync(path);
  content.set(bytes, at);
  writeFileSync(path, content);
}

const noise = (length: number) => new Uint8Array(length).fill(0xa5);

const damages: [string, (path: string) => void][] = [
  ["a header of noise", (path) => overwrite(path, 0, noise(100))],
  ["an inner page of noise", (path) => overwrite(path, 4096 * 2, noise(4096))],
  [
    "a file of text",
    (path) => writeFileSync(path, "this is no database, but long enough to look\n".repeat(200)),
  ],
  ["a file cut in half", (path) => writeFileSync(path, readFileSync(path).subarray(0, 4096 * 3))],
];

for (const [what, damage] of damages) {
  test(`${what} without a backup: the file is set aside, the store begins empty and says degraded`, async () => {
    using dir = tempDir();
    const errors: string[] = [];
    const options = optionsIn(dir, { ...silentLogger, error: (message) => void errors.push(message) });
    await storeWith(options, "lost");
    damage(options.path);
    const damaged = readFileSync(options.path);

    const store = await openStore(options);
    expect(await store.kv.get(name)).toBeUndefined();
    await store.kv.set(name, "works again");
    const setAside = `${options.path}.corrupt-2026-01-01T00-00-00.000Z`;
    expect(store.recovery).toMatchObject({ setAside, at: options.clock.now() });
    expect(store.recovery).not.toHaveProperty("restoredFrom");
    expect(await store.probe()).toMatchObject({
      state: "degraded",
      reason: expect.stringMatching(
        /was damaged \(.+\)\. It is kept as .*began empty\. Once seen: openclaw doctor --fix$/,
      ),
      recovery: { setAside },
    });
    expect(readFileSync(setAside)).toEqual(damaged);
    expect(errors).toHaveLength(1);
    await store.close();
  });

  test(`${what} with a snapshot: the snapshot is restored`, async () => {
    using dir = tempDir();
    const options = optionsIn(dir);
    await storeWith(options, "from the snapshot");
    const first = await openStore(options);
    const snapshot = await first.snapshot();
    await first.kv.set(name, "written later");
    await first.close();
    damage(options.path);

    const store = await openStore(options);
    expect(await store.kv.get(name)).toBe("from the snapshot");
    expect(store.recovery).toMatchObject({ restoredFrom: snapshot });
    await store.close();
    expect(existsSync(snapshot)).toBe(true);
  });
}

test("a repair stays visible over restarts until it is acknowledged", async () => {
  using dir = tempDir();
  const options = optionsIn(dir);
  await storeWith(options, "lost");
  writeFileSync(options.path, noise(5_000));
  const first = await openStore(options);
  const { recovery } = first;
  await first.close();
  const second = await openStore(options);
  expect(second.recovery).toEqual(recovery);
  await second.acknowledgeRecovery();
  expect(second.recovery).toBeUndefined();
  expect(await second.probe()).toEqual({ state: "ok" });
  await second.close();
  const third = await openStore(options);
  expect(third.recovery).toBeUndefined();
  await third.close();
});

test("a damaged backup is passed over for an older sound one, which is brought to the newest schema", async () => {
  using dir = tempDir();
  const options = optionsIn(dir);
  const old = openWith(options, MIGRATIONS.slice(0, 1));
  await old.kv.set(name, "old but sound");
  await old.backup(`${options.path}.backup-v1`);
  await old.close();
  await (await openStore(options)).close();
  writeFileSync(`${options.path}.backup-v2`, noise(5_000));
  writeFileSync(options.path, noise(5_000));
  const store = await openStore(options);
  expect(await store.kv.get(name)).toBe("old but sound");
  expect(store.schemaVersion).toBe(MIGRATIONS.length);
  expect(store.recovery?.restoredFrom).toBe(`${options.path}.backup-v1`);
  await store.close();
});

test("a journal of the damaged file is never replayed into its replacement", async () => {
  using dir = tempDir();
  const options = optionsIn(dir);
  await storeWith(options, "lost");
  writeFileSync(options.path, noise(5_000));
  writeFileSync(`${options.path}-wal`, noise(5_000));
  const store = await openStore(options);
  await store.verify();
  await store.close();
  expect(readdirSync(dir.path).filter((file) => file.includes("partial"))).toEqual([]);
});

test("a repair that cannot be finished leaves the damaged file for the next start", async () => {
  using dir = tempDir();
  const options = optionsIn(dir);
  await storeWith(options, "lost");
  writeFileSync(options.path, noise(5_000));
  // A folder where the damaged file should be kept.
  const obstacle = `${options.path}.corrupt-2026-01-01T00-00-00.000Z`;
  mkdirSync(obstacle);
  const lastBefore = readFileSync(options.path);
  await expect(openStore(options)).rejects.toMatchObject({ name: "StoreError" });
  expect(readFileSync(options.path)).toEqual(lastBefore);
  expect(readdirSync(dir.path).filter((file) => file.includes("partial"))).toEqual([]);
  rmSync(obstacle, { recursive: true });
  const store = await openStore(options);
  expect(store.recovery).toBeDefined();
  await store.close();
});

test("after a crash a large file is checked too", async () => {
  using dir = tempDir();
  const options = optionsIn(dir);
  const store = await openStore(options);
  for (let i = 0; i < 12; i++) await store.kv.set(kvString(`test.filler-${i}`), "x".repeat(60_000));
  await store.close();
  // Behind the pages of the schema, in those of the values.
  overwrite(options.path, 4096 * 120, noise(4096 * 2));
  // What a killed process leaves behind: a journal with something in it.
  writeFileSync(`${options.path}-wal`, noise(64));
  const repaired = await openStore(options);
  expect(repaired.recovery?.reason).toContain("is damaged");
  await repaired.close();
});

test("a page damaged while the store is in use is found by verify", async () => {
  using dir = tempDir();
  const options = optionsIn(dir);
  await storeWith(options, "kept");
  const store = await openStore(options);
  overwrite(options.path, 4096 * 2, noise(4096));
  await expect(store.verify()).rejects.toMatchObject({ name: "StoreError", code: "corrupt" });
  await store.close();
});

test("an online backup is one private file with everything written before it, and replaces an older one", async () => {
  using dir = tempDir();
  const options = optionsIn(dir);
  const store = await openStore(options);
  await store.kv.set(name, "first");
  await store.backup(dir.file("copy.sqlite"));
  await store.kv.set(name, "second");
  await store.backup(dir.file("copy.sqlite"));
  await store.kv.set(name, "third");
  expect(readdirSync(dir.path).filter((file) => file.startsWith("copy"))).toEqual(["copy.sqlite"]);
  const copy = new Database(dir.file("copy.sqlite"), { readonly: true });
  expect(copy.query("SELECT value FROM kv WHERE name = ?").get(name.name)).toEqual({ value: '"second"' });
  copy.close();
  await store.close();
});

test("a backup into a folder that is not there is refused with the path in the message", async () => {
  using dir = tempDir();
  const store = await openStore(optionsIn(dir));
  await expect(store.backup(dir.file("no/such/copy"))).rejects.toMatchObject({
    name: "StoreError",
    code: "cannot-open",
    message: expect.stringContaining(dir.file("no/such/copy")),
  });
  await store.close();
});
