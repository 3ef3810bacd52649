import { expect, test } from "bun:test";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { silentLogger } from "../../src/lib/logger.ts";
import { kvString, openStore } from "../../src/store/index.ts";
import { setClock } from "./clock.ts";
import { storeContract } from "./contract.ts";
import { tempDir } from "./temp.ts";

storeContract("sqlite", () => {
  const dir = tempDir();
  const path = dir.file("state/openclaw.sqlite");
  return {
    open: (clock) => openStore({ path, clock, log: silentLogger }),
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
});

test("the file and its journals are 0600 in a folder of 0700, whatever the umask", async () => {
  using dir = tempDir();
  const path = dir.file("state/openclaw.sqlite");
  const before = process.umask(0);
  try {
    const store = await openStore({ path, clock: setClock(), log: silentLogger });
    await store.kv.set(kvString("a.b"), "secret");
    const modes = [path, `${path}-wal`, `${path}-shm`].map((file) => statSync(file).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    expect(statSync(dir.file("state")).mode & 0o777).toBe(0o700);
    await store.close();
  } finally {
    process.umask(before);
  }
});

test("a credential that was replaced or removed is nowhere in the files any more, while the store is open", async () => {
  using dir = tempDir();
  const path = dir.file("openclaw.sqlite");
  const store = await openStore({ path, clock: setClock(), log: silentLogger });
  const stored = () => [path, `${path}-wal`].map((file) => readFileSync(file, "latin1")).join("");
  const put = (id: string, credential: unknown) =>
    store.authProfiles.put({ id, provider: "p", type: "api_key", credential, createdAt: 0, updatedAt: 0 });
  // The second one fills pages of its own.
  const secrets = {
    "p:short": "canary-short",
    "p:long": "canary-long-".repeat(2_000),
    "p:gone": "canary-gone",
  };
  for (const [id, key] of Object.entries(secrets)) await put(id, { key });
  for (const key of Object.values(secrets)) expect(stored()).toContain(key.slice(0, 11));
  for (const id of ["p:short", "p:long"]) await put(id, { keyRef: { source: "store", id: "K" } });
  await store.authProfiles.remove("p:gone");
  expect(stored()).not.toContain("canary-");
  await store.close();
});

test("a large store that was closed is opened without being read: damage deep in it is left for the check to find", async () => {
  using dir = tempDir();
  const options = { path: dir.file("openclaw.sqlite"), clock: setClock(), log: silentLogger };
  const before = await openStore(options);
  for (let i = 0; i < 12; i++) await before.kv.set(kvString(`test.filler-${i}`), "x".repeat(60_000));
  await before.close();
  const content = readFileSync(options.path);
  // Behind the pages of the schema, in those of the values.
  content.fill(0xa5, 4_096 * 120, 4_096 * 122);
  writeFileSync(options.path, content);
  const store = await openStore(options);
  expect(store.recovery).toBeUndefined();
  await expect(store.verify()).rejects.toMatchObject({ name: "StoreError", code: "corrupt" });
  await store.close();
});
