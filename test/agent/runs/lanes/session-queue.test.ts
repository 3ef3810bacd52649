import { expect, test } from "bun:test";
import fc from "fast-check";
import type { QueueSettings } from "../../../../src/agent/runs/lanes/queue-settings.ts";
import { SessionQueue, type Waiting } from "../../../../src/agent/runs/lanes/session-queue.ts";

interface Item extends Waiting {
  readonly id: number;
}

const FRESH = { resumed: false, mayReturn: false };

const settings = fc.record({
  mode: fc.constantFrom("followup", "collect", "steer", "interrupt"),
  cap: fc.integer({ min: 1, max: 4 }),
  drop: fc.constantFrom("summarize", "old", "new"),
  debounceMs: fc.constantFrom(0, 50),
}) as fc.Arbitrary<QueueSettings>;

const act = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("add" as const), settings, kinship: fc.constantFrom("a", "b") }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("take" as const), waitMs: fc.integer({ min: 0, max: 80 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), index: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("putBack" as const) }) },
);

test("every message leaves the queue once: taken, dropped or removed; those taken keep their order", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const queue = new SessionQueue<Item>();
      const left = new Map<number, string>();
      const taken: number[] = [];
      let now = 0;
      let last: readonly Item[] = [];
      const leave = (items: readonly Item[], how: string) => {
        for (const { id } of items) {
          expect(left.has(id)).toBe(false);
          left.set(id, how);
        }
      };
      let added = 0;
      for (const one of acts) {
        switch (one.do) {
          case "add": {
            const item: Item = { ...one, id: (added += 1), acceptedAt: now, ...FRESH };
            if (queue.refuses(item.settings)) {
              expect(queue.size).toBeGreaterThanOrEqual(item.settings.cap);
              left.set(item.id, "refused");
              break;
            }
            leave(queue.add(item), "dropped");
            expect(queue.size).toBeLessThanOrEqual(Math.max(item.settings.cap, queue.size));
            break;
          }
          case "take": {
            now += one.waitMs;
            const next = queue.take(now);
            if (!next || !("batch" in next)) break;
            if (next.batch.length > 1) {
              expect(new Set(next.batch.map(({ kinship }) => kinship)).size).toBe(1);
              expect(next.batch.every((item) => item.settings.mode === "collect")).toBe(true);
            }
            leave(next.batch, "taken");
            taken.push(...next.batch.map(({ id }) => id));
            last = next.batch;
            break;
          }
          case "remove": {
            const item = queue.items[one.index];
            if (!item) break;
            expect(queue.remove(item)).toBe(true);
            expect(queue.remove(item)).toBe(false);
            leave([item], "removed");
            break;
          }
          case "putBack":
            for (const { id } of last) {
              left.delete(id);
              taken.splice(taken.indexOf(id), 1);
            }
            queue.putBack(last);
            last = [];
            break;
        }
      }
      leave(queue.items, "waiting");
      expect(left.size).toBe(added);
      expect(taken).toEqual(taken.toSorted((a, b) => a - b));
    }),
  );
});

const calm: QueueSettings = { mode: "collect", cap: 20, drop: "old", debounceMs: 500 };
const item = (id: number, acceptedAt: number, own: Partial<Item> = {}): Item => ({
  id,
  acceptedAt,
  settings: calm,
  kinship: "a",
  ...FRESH,
  ...own,
});

test("a collection waits for silence after its newest message", () => {
  const queue = new SessionQueue<Item>();
  queue.add(item(1, 0));
  queue.add(item(2, 300));
  expect(queue.take(700)).toEqual({ quietInMs: 100 });
  expect(queue.take(800)).toMatchObject({ batch: [{ id: 1 }, { id: 2 }] });
  expect(queue.take(900)).toBeUndefined();
});

test("messages of different senders are not collected into one turn", () => {
  const queue = new SessionQueue<Item>();
  queue.add(item(1, 0));
  queue.add(item(2, 0, { kinship: "b" }));
  queue.add(item(3, 0));
  expect(queue.take(1_000)).toMatchObject({ batch: [{ id: 1 }] });
  expect(queue.take(1_000)).toMatchObject({ batch: [{ id: 2 }] });
});

const busy: QueueSettings = { mode: "followup", cap: 2, drop: "summarize", debounceMs: 0 };
const ids = (items: readonly Item[]) => items.map(({ id }) => id);

test("what an earlier process had found a place takes none from those that come now", () => {
  const queue = new SessionQueue<Item>();
  for (const id of [1, 2, 3]) expect(queue.add(item(id, 0, { settings: busy, resumed: true }))).toEqual([]);
  for (const id of [4, 5]) expect(queue.add(item(id, 0, { settings: busy }))).toEqual([]);
  expect(ids(queue.add(item(6, 0, { settings: busy })))).toEqual([4]);
  expect(ids(queue.items)).toEqual([1, 2, 3, 5, 6]);
});

test("those that fell out go with the next turn, or have their place again when nobody took it", () => {
  const queue = new SessionQueue<Item>();
  const all = [1, 2, 3].map((id) => item(id, 0, { settings: busy, mayReturn: id === 1 }));
  for (const one of all) queue.add(one);
  expect(queue.take(0)).toMatchObject({ batch: [{ id: 2 }], dropped: [{ id: 1 }] });
  expect(queue.dropped).toEqual([]);
  queue.add(item(4, 0, { settings: busy }));
  queue.add(item(5, 0, { settings: { ...busy, cap: 1 }, mayReturn: true }));
  expect(ids(queue.dropped)).toEqual([3, 4]);
  expect(queue.take(0)).toMatchObject({ batch: [{ id: 5 }], dropped: [{ id: 3 }, { id: 4 }] });

  for (const one of all) queue.add(one);
  for (const one of all.slice(1)) expect(queue.remove(one)).toBe(true);
  expect(queue.take(0)).toMatchObject({ batch: [{ id: 1 }], dropped: [] });
});
