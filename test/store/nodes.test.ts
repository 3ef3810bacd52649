import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { StoreError } from "../../src/store/index.ts";
import { nodes } from "../../src/store/sqlite/migrations/003-nodes.ts";
import { SqliteNodeQueueRepository } from "../../src/store/sqlite/repositories/node-queues.ts";
import { SqliteNodeRepository } from "../../src/store/sqlite/repositories/nodes.ts";
import { ManualClock, tempHome } from "../support/index.ts";

async function open() {
  const home = await tempHome();
  const clock = new ManualClock();
  const db = new Database(home.at("state.sqlite"), { create: true, strict: true });
  nodes.up(db);
  return {
    clock,
    db,
    repository: new SqliteNodeRepository({ db, clock }),
    queues: new SqliteNodeQueueRepository({ db, clock }),
    async [Symbol.asyncDispose]() {
      db.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

function declaration(requestId: string, commands: string[], nodeId = "n") {
  const identity = { platform: "linux", displayName: "box" };
  return {
    nodeId,
    identity,
    surface: { caps: [], commands },
    silent: false,
    origin: "connect" as const,
    requestId,
  };
}

test("everything about a node is there after a reopen", async () => {
  const home = await tempHome();
  const clock = new ManualClock();
  const path = home.at("state.sqlite");
  const first = new Database(path, { create: true, strict: true });
  nodes.up(first);
  const before = new SqliteNodeRepository({ db: first, clock });
  await before.declare(declaration("r1", ["a"]));
  await before.approve("r1", "hash");
  await before.rename("n", "Kitchen");
  await before.recordConnected("n");
  const stats = { cpuCount: 2, memoryTotalBytes: 4, memoryFreeBytes: 1, updatedAtMs: clock.now() };
  await before.recordHostStats("n", stats);
  await before.declare(declaration("r2", ["a", "b"]));
  const [nodesBefore, pendingBefore] = [await before.list(), await before.listPending()];
  first.close();
  const second = new Database(path, { strict: true });
  const after = new SqliteNodeRepository({ db: second, clock });
  expect(await after.list()).toEqual(nodesBefore);
  expect(await after.listPending()).toEqual(pendingBefore);
  expect(nodesBefore).toMatchObject([
    { label: "Kitchen", tokenHash: "hash", hostStats: stats, lastSeenReason: "connect" },
  ]);
  expect(pendingBefore).toMatchObject([{ requestId: "r2", surface: { commands: ["a", "b"] } }]);
  second.close();
  await home[Symbol.asyncDispose]();
});

test("a node has one waiting request: the same surface keeps it, another replaces it, less withdraws it", async () => {
  await using store = await open();
  const { repository } = store;
  expect(await repository.declare(declaration("r1", ["a", "b"]))).toMatchObject({ created: true });
  const same = await repository.declare(declaration("r2", ["b", "a"]));
  expect(same).toMatchObject({ created: false, pending: { requestId: "r1" } });
  const other = await repository.declare(declaration("r3", ["a"]));
  expect(other).toMatchObject({ created: true, pending: { requestId: "r3" }, replaced: { requestId: "r1" } });
  await repository.approve("r3");
  await repository.declare(declaration("r4", ["a", "c"]));
  const less = await repository.declare(declaration("r5", []));
  expect(less).toMatchObject({ created: false, replaced: { requestId: "r4" } });
  expect(less.pending).toBeUndefined();
  expect(await repository.listPending()).toBeEmpty();
});

test("a request is decided once", async () => {
  await using store = await open();
  await store.repository.declare(declaration("r1", ["a"]));
  expect(await store.repository.approve("r1")).toMatchObject({ node: { approved: { commands: ["a"] } } });
  expect(await store.repository.approve("r1")).toBeUndefined();
  expect(await store.repository.reject("r1")).toBeUndefined();
});

test("removal takes what waits for the node with it", async () => {
  await using store = await open();
  const { repository, queues } = store;
  await repository.declare(declaration("r1", ["a"]));
  await queues.enqueueAction({ id: "x", nodeId: "n", command: "a", idempotencyKey: "k" });
  await queues.enqueueWork("n", { id: "w", type: "status.request", priority: "high", expiresInMs: 1_000 });
  expect(await repository.remove("n")).toBe(true);
  expect(await repository.remove("n")).toBe(false);
  expect(await repository.getPending("r1")).toBeUndefined();
  expect(await queues.actions("n")).toBeEmpty();
  expect(await queues.drainWork("n", 10)).toEqual({ revision: 0, work: [], left: [] });
});

test("a node's commands are kept in order, once per key, at most 64, for ten minutes", async () => {
  await using store = await open();
  const { queues, clock } = store;
  for (let index = 0; index < 70; index += 1) {
    await queues.enqueueAction({ id: `a${index}`, nodeId: "n", command: "c", idempotencyKey: `k${index}` });
  }
  const again = await queues.enqueueAction({ id: "new", nodeId: "n", command: "c", idempotencyKey: "k69" });
  expect(again.id).toBe("a69");
  await queues.enqueueAction({ id: "other", nodeId: "m", command: "c", idempotencyKey: "k69" });
  const ids = (await queues.actions("n")).map(({ id }) => id);
  expect(ids).toEqual(Array.from({ length: 64 }, (_, index) => `a${index + 6}`));
  expect(await queues.acknowledgeActions("n", ["a6", "other", "nope"])).toBe(63);
  expect(await queues.actions("m")).toHaveLength(1);
  clock.advance(600_000);
  expect(await queues.actions("n")).toBeEmpty();
});

test("a damaged row is reported as such and not believed", async () => {
  await using store = await open();
  await store.repository.declare(declaration("r1", ["a"]));
  await store.repository.approve("r1");
  store.db.run(`UPDATE nodes SET approved = '{"commands":"all"}'`);
  expect(await store.repository.get("n").catch((error: unknown) => error)).toBeInstanceOf(StoreError);
});
