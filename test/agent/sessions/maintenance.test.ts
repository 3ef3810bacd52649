import { expect, test } from "bun:test";
import { SessionMaintenance } from "../../../src/agent/sessions/index.ts";
import { ageMs } from "../../../src/agent/sessions/maintenance/settings.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { until } from "../../support/index.ts";
import { user } from "./events.ts";
import { configOf, type Rig, rig } from "./rig.ts";

const day = 24 * 60 * 60_000;

interface World extends Rig {
  readonly maintenance: SessionMaintenance;
  readonly changes: string[];
  readonly busy: Set<string>;
  /** Opens a session as it was used so many days ago. */
  used(rest: string, daysAgo: number, entry?: object): Promise<void>;
  /** What the last sweep did, told in short. */
  swept(options?: { enforce?: boolean }): Promise<string[]>;
}

async function world(maintenance: object = {}): Promise<World> {
  const r = await rig({ session: { maintenance } });
  const changes: string[] = [];
  const busy = new Set<string>();
  const made = new SessionMaintenance({
    store: r.store,
    clock: r.clock,
    log: silentLogger,
    config: () => r.config,
    isBusy: (key) => busy.has(key),
    changed: ({ key }, act) => void changes.push(`${act} ${key}`),
  });
  return Object.assign(r, {
    maintenance: made,
    changes,
    busy,
    async used(rest: string, daysAgo: number, entry: object = {}) {
      const key = r.sessions.canonical(rest);
      r.clock.advance(-daysAgo * day);
      await r.enter(key);
      await r.say(key, user(`word ${rest}`));
      await r.sessions.patch(key, entry);
      r.clock.advance(daysAgo * day);
    },
    async swept(options: { enforce?: boolean } = {}) {
      const { entries } = await made.sweep(options);
      return entries
        .map(
          ({ key, act, reason, done }) =>
            `${act} ${key.slice("agent:main:".length)} (${reason})${done ? "" : "?"}`,
        )
        .sort();
    },
  });
}

test("ages are written with units or in days; false and 0 mean never", () => {
  expect(ageMs("7d")).toBe(7 * day);
  expect(ageMs("36h")).toBe(1.5 * day);
  expect(ageMs("1w 12h")).toBe(7.5 * day);
  expect(ageMs(3)).toBe(3 * day);
  expect(ageMs("3")).toBe(3 * day);
  for (const never of [false, 0, "0d", "soon", ""] as const) expect(ageMs(never)).toBeUndefined();
});

test("old sessions of people are archived, those of programs deleted, conversations in chats stay", async () => {
  await using w = await world();
  for (const rest of ["main", "telegram:direct:7", "telegram:group:-1", "slack:channel:c:thread:1"])
    await w.used(rest, 400);
  await w.used("myapp:1", 31);
  await w.used("myapp:2", 29);
  await w.used("dashboard:old", 8);
  await w.used("dashboard:new", 6);
  await w.used("cron:j:run:1", 31);
  await w.used("cron:j:run:2", 29);
  await w.used("subagent:u", 31);
  await w.used("explicit:model-run-u", 2);
  await w.used("pinned", 100, { pinnedAt: 1 });
  await w.used("busy", 100);
  await w.used("archived", 100, { archivedAt: 5, archiveReason: "manual" });
  w.busy.add(w.sessions.canonical("busy"));
  expect(await w.swept()).toEqual([
    "archive dashboard:old (stale-dashboard)",
    "archive myapp:1 (age)",
    "delete cron:j:run:1 (age)",
    "delete explicit:model-run-u (model-run)",
    "delete subagent:u (age)",
  ]);
  expect(w.changes.sort()[0]).toBe("archive agent:main:dashboard:old");
  const archived = await w.sessions.get(w.sessions.canonical("myapp:1"));
  expect(archived?.entry).toMatchObject({ archivedAt: w.clock.now(), archiveReason: "age" });
  expect(archived?.updatedAt).toBe(w.clock.now() - 31 * day);
  expect(await w.sessions.get(w.sessions.canonical("cron:j:run:1"))).toBeUndefined();
  expect(await w.sessions.search("cron 1", {})).toEqual([]);
  expect(await w.sessions.get(w.sessions.canonical("archived"))).toMatchObject({ entry: { archivedAt: 5 } });
  expect(await w.swept()).toEqual([]);
});

test("over the number the oldest go, those of programs first; what is protected counts but stays", async () => {
  await using w = await world({ maxEntries: 3, pruneAfter: "1000d", archiveDashboardAfter: false });
  await w.used("main", 9);
  await w.used("a", 8);
  await w.used("b", 7);
  await w.used("cron:j:run:1", 1);
  await w.used("dashboard:d", 2);
  expect(await w.swept()).toEqual(["archive a (max-entries)", "delete cron:j:run:1 (max-entries)"]);
  expect((await w.sessions.list({ archived: false })).total).toBe(3);
});

test("sessions of people in use lately are left alone when asked, those of programs are not", async () => {
  await using w = await world({ maxEntries: 1, preserveRecent: "7d" });
  await w.used("a", 3);
  await w.used("b", 3);
  await w.used("hook:u", 3);
  expect(await w.swept()).toEqual(["delete hook:u (max-entries)"]);
});

test("in mode warn it only says what would go; a sweep by hand may do it, or only look", async () => {
  await using w = await world({ mode: "warn" });
  await w.used("a", 40);
  expect(await w.swept()).toEqual(["archive a (age)?"]);
  expect(w.changes).toEqual([]);
  w.config = configOf({});
  expect(await w.swept({ enforce: false })).toEqual(["archive a (age)?"]);
  w.config = configOf({ session: { maintenance: { mode: "warn" } } });
  expect(await w.swept({ enforce: true })).toEqual(["archive a (age)"]);
});

test("a session used again between the look and the deed stays", async () => {
  await using w = await world();
  await w.used("a", 40);
  await w.used("b", 41);
  const { record } = await w.enter(w.sessions.canonical("c"));
  const maintenance = new SessionMaintenance({
    store: w.store,
    clock: w.clock,
    log: silentLogger,
    config: () => w.config,
    isBusy: () => false,
    // The first one that goes brings a message to the other.
    changed: () => void w.store.sessions.patch(w.sessions.canonical("b"), { lastActivityAt: w.clock.now() }),
  });
  const { entries } = await maintenance.sweep();
  expect(entries).toMatchObject([
    { key: "agent:main:a", done: true },
    { key: "agent:main:b", done: false },
  ]);
  expect((await w.sessions.get(record.key))?.entry.archivedAt).toBeUndefined();
});

test("it looks by itself a while after the start and then every half hour, until stopped", async () => {
  await using w = await world();
  w.maintenance.start();
  expect(w.maintenance.status()).toBeUndefined();
  await w.used("a", 40);
  w.clock.advance(2 * 60_000);
  const first = await until("the first look", () => w.maintenance.status());
  expect(first).toMatchObject({ enforced: true, sessions: 1, entries: [{ reason: "age", done: true }] });
  w.clock.advance(30 * 60_000);
  const second = await until("the second look", () => {
    const status = w.maintenance.status();
    return status !== undefined && status.at > first.at && status;
  });
  expect(second.entries).toEqual([]);
  await w.maintenance.stop();
  w.clock.advance(day);
  expect(w.maintenance.status()).toBe(second);
});
