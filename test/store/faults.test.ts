import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { silentLogger } from "../../src/lib/logger.ts";
import { kvKey, kvString, openStore, type OpenStoreOptions } from "../../src/store/index.ts";
import { BUSY_TIMEOUT_MS } from "../../src/store/limits.ts";
import { act } from "../../src/store/sqlite/act.ts";
import { setClock } from "./clock.ts";
import { canMount, smallDisk } from "./small-disk.ts";
import { tempDir } from "./temp.ts";

const name = kvString("test.name");
const blob = (n: number) => kvKey(`test.blob-${n}`, (value) => value);

function optionsAt(path: string): OpenStoreOptions {
  return { path, clock: setClock(), log: silentLogger };
}

test.if(canMount)(
  "a full disk: writes fail clearly, reads go on, and writing resumes when space returns",
  async () => {
    using dir = tempDir();
    using _disk = smallDisk(dir.file("disk"), "size=2m");
    const store = await openStore(optionsAt(dir.file("disk/openclaw.sqlite")));
    await store.kv.set(name, "kept");
    await Bun.write(dir.file("disk/ballast"), new Uint8Array(1_000_000));
    let stored = 0;
    const fill = async () => {
      for (; stored < 100; stored++) await store.kv.set(blob(stored), "x".repeat(100_000));
    };
    await expect(fill()).rejects.toMatchObject({ name: "StoreError", code: "disk-full" });
    await expect(fill()).rejects.toThrow(/is full.*df -h/);
    expect(await store.kv.get(name)).toBe("kept");
    expect(await store.kv.get(blob(stored))).toBeUndefined();

    await Bun.file(dir.file("disk/ballast")).delete();
    await store.kv.set(blob(stored), "x".repeat(100_000));
    expect(await store.probe()).toEqual({ state: "ok" });
    await store.verify();
    await store.close();
  },
);

test.if(canMount)("a full disk at the start is named, not taken for damage", async () => {
  using dir = tempDir();
  using _disk = smallDisk(dir.file("disk"), "size=64k");
  await Bun.write(dir.file("disk/ballast"), new Uint8Array(64 * 1024)).catch(() => 0);
  await expect(openStore(optionsAt(dir.file("disk/openclaw.sqlite")))).rejects.toMatchObject({
    name: "StoreError",
    code: "disk-full",
  });
});

test.if(canMount)("a read-only disk is refused at the start with what to look at", async () => {
  using dir = tempDir();
  using _disk = smallDisk(dir.file("disk"), "size=2m");
  const options = optionsAt(dir.file("disk/openclaw.sqlite"));
  await (await openStore(options)).close();
  Bun.spawnSync(["mount", "-o", "remount,ro", dir.file("disk")]);
  const refused = openStore(options);
  await expect(refused).rejects.toMatchObject({ name: "StoreError", code: "read-only" });
  await expect(refused).rejects.toThrow(/read-only for this user.*ls -ld/);
});

test("an act that meets a full file is undone whole, and the next one works", async () => {
  using dir = tempDir();
  const db = new Database(dir.file("small.sqlite"));
  db.run("CREATE TABLE filler (x)");
  db.run("PRAGMA max_page_count = 4");
  const insert = (bytes: number) =>
    act(db, () => db.query("INSERT INTO filler VALUES (zeroblob(?))").run(bytes));
  const tooMuch = act(db, () => {
    db.query("INSERT INTO filler VALUES ('small')").run();
    db.query("INSERT INTO filler VALUES (zeroblob(?))").run(1_000_000);
  });
  await expect(tooMuch).rejects.toMatchObject({ name: "StoreError", code: "disk-full" });
  expect(db.query("SELECT count(*) AS n FROM filler").get()).toEqual({ n: 0 });
  await insert(100);
  expect(db.query("SELECT count(*) AS n FROM filler").get()).toEqual({ n: 1 });
  db.close();
});

test("an act that must survive a power cut flushes, and only that one", async () => {
  using dir = tempDir();
  const db = new Database(dir.file("small.sqlite"));
  db.run("PRAGMA synchronous = NORMAL");
  const level = () => db.query("PRAGMA synchronous").get();
  // 2 is FULL, 1 is NORMAL.
  expect(await act(db, level, "power")).toEqual({ synchronous: 2 });
  expect(await act(db, level)).toEqual({ synchronous: 1 });
  const failing = act(db, () => db.run("INSERT INTO nowhere VALUES (1)"), "power");
  await expect(failing).rejects.toMatchObject({ code: "failed" });
  expect(level()).toEqual({ synchronous: 1 });
  db.close();
});

test("a file that another process holds is reported as busy, with the command that names it", async () => {
  using dir = tempDir();
  const path = dir.file("openclaw.sqlite");
  await (await openStore(optionsAt(path))).close();
  const holder = Bun.spawn(
    [
      process.execPath,
      "-e",
      `const { Database } = require("bun:sqlite");
       const db = new Database(${JSON.stringify(path)});
       db.run("PRAGMA locking_mode = EXCLUSIVE");
       db.run("BEGIN EXCLUSIVE");
       console.log("held");
       process.stdin.resume();`,
    ],
    { stdin: "pipe", stdout: "pipe", stderr: "inherit" },
  );
  const reader = holder.stdout.getReader();
  await reader.read();
  const refused = openStore(optionsAt(path));
  await expect(refused).rejects.toMatchObject({ name: "StoreError", code: "busy" });
  await expect(refused).rejects.toThrow(/held by another process.*lsof/);
  holder.kill("SIGKILL");
  await holder.exited;
  const store = await openStore(optionsAt(path));
  expect(await store.probe()).toEqual({ state: "ok" });
  await store.close();
});

test("while another process holds the file, the first write waits and those after it hardly do; then all is as before", async () => {
  using dir = tempDir();
  const path = dir.file("openclaw.sqlite");
  const store = await openStore(optionsAt(path));
  const other = new Database(path);
  const failing = async (writes: number) => {
    const began = performance.now();
    for (let write = 0; write < writes; write += 1)
      await expect(store.kv.set(kvString("test.key"), String(write))).rejects.toMatchObject({ code: "busy" });
    return performance.now() - began;
  };
  const later = 100;
  for (const time of ["first", "second"]) {
    other.run("BEGIN IMMEDIATE");
    expect(await failing(1)).toBeGreaterThanOrEqual(BUSY_TIMEOUT_MS * 0.9);
    // A fifth of what they took if each waited as the first one does.
    expect(await failing(later)).toBeLessThan((later * BUSY_TIMEOUT_MS) / 5);
    other.run("ROLLBACK");
    await store.kv.set(kvString("test.key"), time);
  }
  other.close();
  await store.close();
});

test("a path through a file, and a folder as the file, cannot be opened and say so", async () => {
  using dir = tempDir();
  await Bun.write(dir.file("file"), "x");
  mkdirSync(dir.file("folder"));
  for (const path of [dir.file("file/openclaw.sqlite"), dir.file("folder")]) {
    const refused = openStore(optionsAt(path));
    await expect(refused).rejects.toMatchObject({ name: "StoreError", code: "cannot-open" });
    await expect(refused).rejects.toThrow(path);
  }
});
