import { expect, test } from "bun:test";
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type ConfigSnapshot, ConfigWatcher } from "../../src/config/index.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { silentLogger } from "../../src/lib/logger.ts";
import { storeIn, TempFolder } from "./support/fixture.ts";

type Snapshot = ConfigSnapshot<Record<string, unknown>>;

/** A watcher on the folder's config, and the next snapshot it reads. */
async function watching(folder: TempFolder) {
  const store = storeIn(folder);
  await store.load();
  const waiting: ((snapshot: Snapshot) => void)[] = [];
  const watcher = new ConfigWatcher({
    store,
    clock: systemClock,
    log: silentLogger,
    debounceMs: () => 20,
    onLoaded: (snapshot) => waiting.shift()?.(snapshot),
  });
  watcher.start();
  const next = () => new Promise<Snapshot>((resolve) => waiting.push(resolve));
  return { store, watcher, next };
}

test("a change of the file is put in force, by writing in place and by rename", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", "{gateway:{port:1}}");
  const { store, watcher, next } = await watching(folder);
  let read = next();
  folder.file("openclaw.json", "{gateway:{port:22}}");
  await read;
  expect(store.current.config["gateway"]).toEqual({ port: 22 });
  read = next();
  renameSync(folder.file("new", "{gateway:{port:333}}"), join(folder.path, "openclaw.json"));
  await read;
  expect(store.current.config["gateway"]).toEqual({ port: 333 });
  await watcher.stop();
});

test("a change of an included file counts, also of one that was included later", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", "{}");
  folder.file("a.json", "{x:1}");
  const { store, watcher, next } = await watching(folder);
  let read = next();
  folder.file("openclaw.json", '{agents:{$include:"./a.json"}}');
  await read;
  read = next();
  folder.file("a.json", "{x:22}");
  await read;
  expect(store.current.config["agents"]).toEqual({ x: 22 });
  await watcher.stop();
});

test("an invalid file and a missing one leave the config in force as it is", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", "{gateway:{port:1}}");
  const { store, watcher, next } = await watching(folder);
  let read = next();
  folder.file("openclaw.json", '{gateway:{port:"bad"}}');
  expect((await read).valid).toBe(false);
  expect(store.current.config["gateway"]).toEqual({ port: 1 });
  read = next();
  rmSync(join(folder.path, "openclaw.json"));
  expect((await read).exists).toBe(false);
  expect(store.current.config["gateway"]).toEqual({ port: 1 });
  read = next();
  folder.file("openclaw.json", "{gateway:{port:4444}}");
  await read;
  expect(store.current.config["gateway"]).toEqual({ port: 4444 });
  await watcher.stop();
});

test("what is written while the file is being read is read as well", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", "{gateway:{port:1}}");
  const store = storeIn(folder);
  await store.load();
  const last = Promise.withResolvers<void>();
  store.onChange(({ config }) => {
    const { port } = config["gateway"] as { port: number };
    // Still in the middle of taking the change before.
    if (port === 22) folder.file("openclaw.json", "{gateway:{port:333}}");
    if (port === 333) last.resolve();
  });
  const watcher = new ConfigWatcher({ store, clock: systemClock, log: silentLogger, debounceMs: () => 20 });
  watcher.start();
  folder.file("openclaw.json", "{gateway:{port:22}}");
  await last.promise;
  await watcher.stop();
});

test("a file that never settles is read all the same", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", "{gateway:{port:1}}");
  const { store, watcher, next } = await watching(folder);
  const read = next();
  let port = 1;
  const writing = setInterval(() => folder.file("openclaw.json", `{gateway:{port:${(port += 1)}}}`), 50);
  await read;
  clearInterval(writing);
  expect(store.current.config["gateway"]).not.toEqual({ port: 1 });
  await watcher.stop();
});
