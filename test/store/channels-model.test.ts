import { expect, test } from "bun:test";
import fc from "fast-check";
import { silentLogger } from "../../src/lib/logger.ts";
import { type DeliveryState, type InboxState, openStore } from "../../src/store/index.ts";
import { arrived, delivery } from "./channels-contract.ts";
import { setClock } from "./clock.ts";
import { runIdOf } from "./runs-contract.ts";
import { tempDir } from "./temp.ts";

const id = fc.integer({ min: 1, max: 6 });
const act = <const T extends string>(name: T) => fc.record({ do: fc.constant(name), id });

test("whatever is done to the inbox in whatever order, a row is in the one state it should be", async () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant("accept" as const),
      keys: fc.array(fc.nat(7), { maxLength: 3 }),
      cursor: fc.nat(9),
    }),
    act("begin"),
    fc.record({ do: fc.constant("settle" as const), id, replies: fc.nat(2) }),
    fc.record({ do: fc.constant("postpone" as const), id, uncounted: fc.boolean() }),
    act("bury"),
    act("retry"),
    act("drop"),
    act("reopen"),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      using dir = tempDir();
      const options = { path: dir.file("s.sqlite"), clock: setClock(), log: silentLogger };
      let store = await openStore(options);
      let cursor: string | undefined;
      let replies = 0;
      const rows: { id: number; key: string; state: InboxState; attempts: number }[] = [];
      const inState = (wanted: number, ...states: InboxState[]) =>
        rows.filter((row) => row.id === wanted && states.includes(row.state));
      for (const now of steps) {
        if (now.do === "accept") {
          const taken = await store.inbox.accept(
            now.keys.map((n) => arrived(n)),
            { channel: "telegram", identity: "bot:1", value: String(now.cursor) },
          );
          cursor = String(now.cursor);
          const fresh = [...new Set(now.keys.map((n) => arrived(n).eventKey))].filter(
            (key) => !rows.some((row) => row.key === key),
          );
          expect(taken.map(({ eventKey }) => eventKey)).toEqual(fresh);
          for (const row of taken)
            rows.push({ id: row.id, key: row.eventKey, state: "waiting", attempts: 0 });
        } else if (now.do === "begin") {
          const begun = await store.inbox.begin([now.id], runIdOf("r"));
          const expected = inState(now.id, "waiting");
          for (const row of expected) row.attempts += 1;
          expect(begun.map((row) => row.id)).toEqual(expected.map((row) => row.id));
        } else if (now.do === "settle") {
          const put = await store.inbox.settle(
            [now.id],
            "answered",
            Array.from({ length: now.replies }, () => delivery(1)),
          );
          const expected = inState(now.id, "waiting");
          expect(put).toHaveLength(expected.length * now.replies);
          replies += put.length;
          for (const row of expected) row.state = "done";
        } else if (now.do === "postpone") {
          await store.inbox.postpone([now.id], { error: "x", notBefore: 1, uncounted: now.uncounted });
          if (now.uncounted)
            for (const row of inState(now.id, "waiting")) row.attempts = Math.max(0, row.attempts - 1);
        } else if (now.do === "bury") {
          await store.inbox.bury([now.id], "x");
          for (const row of inState(now.id, "waiting")) row.state = "dead";
        } else if (now.do === "retry") {
          const expected = inState(now.id, "dead");
          expect(await store.inbox.retry(now.id)).toBe(expected.length > 0);
          for (const row of expected) Object.assign(row, { state: "waiting", attempts: 0 });
        } else if (now.do === "drop") {
          const expected = inState(now.id, "waiting", "dead");
          expect(await store.inbox.drop(now.id)).toBe(expected.length > 0);
          for (const row of expected) row.state = "done";
        } else {
          await store.close();
          store = await openStore(options);
        }
      }
      const stored = await store.inbox.list({});
      expect(
        stored.map(({ id: rowId, eventKey, state, attempts }) => ({
          id: rowId,
          key: eventKey,
          state,
          attempts,
        })),
      ).toEqual(rows);
      for (const row of stored) expect(row.event !== undefined).toBe(row.state !== "done");
      expect((await store.inbox.waiting()).map((row) => row.id)).toEqual(
        rows.filter(({ state }) => state === "waiting").map((row) => row.id),
      );
      expect(await store.inbox.cursor("telegram", "bot:1")).toBe(cursor);
      expect(await store.outbox.open()).toHaveLength(replies);
      for (const { state, count } of await store.inbox.counts()) {
        expect(count).toBe(rows.filter((row) => row.state === state).length);
      }
      await store.close();
    }),
    { numRuns: 60 },
  );
}, 60_000);

test("whatever is done to the outbox in whatever order, parts are counted once and states follow each other", async () => {
  const step = fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("put" as const),
        parts: fc.nat(2),
        key: fc.option(fc.nat(3), { nil: undefined }),
        atOnce: fc.boolean(),
        lane: fc.constantFrom("1", "2"),
      }),
    },
    { weight: 3, arbitrary: act("begin") },
    { weight: 3, arbitrary: act("arrived") },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant("postpone" as const), id, uncounted: fc.boolean() }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("end" as const),
        id,
        state: fc.constantFrom("unknown", "dead"),
      }),
    },
    { weight: 1, arbitrary: act("retry") },
    { weight: 1, arbitrary: act("drop") },
    { weight: 1, arbitrary: act("reopen") },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      using dir = tempDir();
      const options = { path: dir.file("s.sqlite"), clock: setClock(), log: silentLogger };
      let store = await openStore(options);
      const rows: {
        id: number;
        key: number | undefined;
        lane: string;
        state: DeliveryState;
        parts: number;
        arrived: number;
        attempts: number;
      }[] = [];
      const inState = (wanted: number, ...states: DeliveryState[]) =>
        rows.find((row) => row.id === wanted && states.includes(row.state));
      for (const now of steps) {
        if (now.do === "put") {
          const [put] = await store.outbox.put([
            delivery(now.parts, {
              lane: now.lane,
              atOnce: now.atOnce,
              ...(now.key !== undefined && { idempotency: { scope: "s", key: String(now.key) } }),
            }),
          ]);
          const known = now.key === undefined ? undefined : rows.find(({ key }) => key === now.key);
          expect(put?.isNew).toBe(known === undefined);
          if (known !== undefined) {
            expect(put?.row.id).toBe(known.id);
            continue;
          }
          const isIdle = !rows.some(
            ({ lane, state }) => lane === now.lane && (state === "queued" || state === "sending"),
          );
          const begins = now.atOnce && isIdle && now.parts > 0;
          rows.push({
            id: put?.row.id ?? 0,
            key: now.key,
            lane: now.lane,
            state: now.parts === 0 ? "sent" : begins ? "sending" : "queued",
            parts: now.parts,
            arrived: 0,
            attempts: begins ? 1 : 0,
          });
          continue;
        }
        if (now.do === "reopen") {
          await store.close();
          store = await openStore(options);
          continue;
        }
        if (now.do === "begin") {
          const row = inState(now.id, "queued");
          expect((await store.outbox.begin(now.id))?.state).toBe(row && "sending");
          if (row !== undefined) Object.assign(row, { state: "sending", attempts: row.attempts + 1 });
        } else if (now.do === "arrived") {
          const row = inState(now.id, "sending");
          const stored = await store.outbox.arrived(now.id, { n: 1 });
          if (row !== undefined) {
            row.arrived += 1;
            row.attempts = 0;
            row.state = row.arrived === row.parts ? "sent" : "queued";
          }
          expect(stored?.state).toBe(row?.state);
        } else if (now.do === "postpone") {
          const row = inState(now.id, "queued", "sending");
          await store.outbox.postpone(now.id, { error: "x", notBefore: 1, uncounted: now.uncounted });
          if (row === undefined) continue;
          if (now.uncounted && row.state === "sending") row.attempts -= 1;
          row.state = "queued";
        } else if (now.do === "end") {
          const row = inState(now.id, "queued", "sending");
          const state = now.state === "dead" ? "dead" : "unknown";
          expect((await store.outbox.end(now.id, state, "x"))?.row.id).toBe(row?.id);
          if (row !== undefined) row.state = state;
        } else if (now.do === "retry") {
          const row = inState(now.id, "unknown", "dead");
          expect(await store.outbox.retry(now.id)).toBe(row !== undefined);
          if (row !== undefined) Object.assign(row, { state: "queued", attempts: 0 });
        } else {
          const row = inState(now.id, "queued", "unknown", "dead");
          expect(await store.outbox.drop(now.id)).toBe(row !== undefined);
          if (row !== undefined) row.state = "dropped";
        }
      }
      const stored = await store.outbox.list({});
      expect(stored.map((row) => [row.id, row.state, row.receipts.length, row.attempts])).toEqual(
        rows.map((row) => [row.id, row.state, row.arrived, row.attempts]),
      );
      expect((await store.outbox.open()).map((row) => row.id)).toEqual(
        rows.filter(({ state }) => state === "queued" || state === "sending").map((row) => row.id),
      );
      await store.close();
    }),
    { numRuns: 60 },
  );
}, 60_000);
