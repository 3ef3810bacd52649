import { expect, test } from "bun:test";
import fc from "fast-check";
import { silentLogger } from "../../src/lib/logger.ts";
import { openStore } from "../../src/store/index.ts";
import { RUN_OUTCOME_TTL_MS } from "../../src/store/limits.ts";
import { setClock } from "./clock.ts";
import { runIdOf } from "./runs-contract.ts";
import { keyOf, marker, message } from "./sessions-contract.ts";
import { tempDir } from "./temp.ts";

const main = keyOf("agent:main:main");
const ids = fc.constantFrom("a", "b", "c");

test("whatever the order, a turn is accepted once until its outcome is forgotten", async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("accept" as const), id: ids, fingerprint: fc.constantFrom("x", "y") }),
    fc.record({ do: fc.constant("settle" as const), id: ids, outcome: fc.nat(9) }),
    fc.record({ do: fc.constant("enter" as const), id: ids }),
    fc.record({
      do: fc.constant("wait" as const),
      ms: fc.constantFrom(1, RUN_OUTCOME_TTL_MS / 2, RUN_OUTCOME_TTL_MS),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      using dir = tempDir();
      const clock = setClock();
      const store = await openStore({ path: dir.file("s.sqlite"), clock, log: silentLogger });
      const known = new Map<string, { fingerprint: string; outcome?: number; settledAt?: number }>();
      const fresh = (id: string) => {
        const run = known.get(id);
        if (run?.settledAt !== undefined && run.settledAt <= clock.now() - RUN_OUTCOME_TTL_MS)
          known.delete(id);
        return known.get(id);
      };
      for (const now of steps) {
        if (now.do === "wait") {
          clock.advance(now.ms);
        } else if (now.do === "enter") {
          await store.runs.enter("chat", runIdOf(now.id), "acting");
        } else if (now.do === "settle") {
          await store.runs.settle("chat", runIdOf(now.id), now.outcome);
          const run = fresh(now.id);
          if (run !== undefined && run.outcome === undefined) {
            known.set(now.id, { ...run, outcome: now.outcome, settledAt: clock.now() });
          }
        } else {
          const claim = await store.runs.accept({
            namespace: "chat",
            runId: runIdOf(now.id),
            sessionKey: main,
            agentId: "main",
            fingerprint: now.fingerprint,
            request: {},
            acceptedAt: clock.now(),
          });
          const run = fresh(now.id);
          if (run === undefined) {
            expect(claim).toEqual({ state: "new" });
            known.set(now.id, { fingerprint: now.fingerprint });
          } else if (run.fingerprint !== now.fingerprint) expect(claim).toEqual({ state: "conflict" });
          else if (run.outcome === undefined) expect(claim).toEqual({ state: "in_flight" });
          else expect(claim).toEqual({ state: "settled", outcome: run.outcome });
        }
        for (const id of ["a", "b", "c"]) {
          const found = await store.runs.lookup("chat", runIdOf(id));
          expect(found?.state).toBe(
            fresh(id) && (fresh(id)?.outcome === undefined ? "in_flight" : "settled"),
          );
        }
      }
      const open = [...known.keys()].filter(
        (id) => fresh(id) !== undefined && fresh(id)?.outcome === undefined,
      );
      expect((await store.runs.unsettled()).map((run) => run.runId as string).sort()).toEqual(open.sort());
      await store.close();
    }),
    { numRuns: 40 },
  );
}, 30_000);

test("whatever is appended, repeated, renewed and trimmed, transcripts have no gap, no double and right counts", async () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("append" as const),
        ids: fc.array(fc.nat(15), { maxLength: 4 }),
        life: fc.nat(2),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("renew" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("trim" as const), seq: fc.nat(8) }) },
  );
  const eventOf = (n: number) =>
    n % 3 === 0 ? marker(`e${n}`, "custom") : message(`e${n}`, "user", `word${n}`);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      using dir = tempDir();
      const store = await openStore({ path: dir.file("s.sqlite"), clock: setClock(), log: silentLogger });
      await store.sessions.open(main, { agentId: "main", sessionId: "life0", entry: {} });
      let life = 0;
      // Of each life: events written, in order, and how many of the first are trimmed.
      const lives = [{ written: [] as number[], trimmed: new Set<number>() }];
      for (const now of steps) {
        const present = lives[life] ?? { written: [], trimmed: new Set() };
        if (now.do === "renew") {
          life += 1;
          lives.push({ written: [], trimmed: new Set() });
          await store.sessions.renew(main, `life${life}`, {});
        } else if (now.do === "trim") {
          const gone = await store.transcripts.trim(`life${life}`, now.seq);
          const cut = present.written.slice(0, now.seq).filter((n) => !present.trimmed.has(n));
          expect(gone).toBe(cut.length);
          for (const n of cut) present.trimmed.add(n);
        } else {
          const result = await store.transcripts.append({
            key: main,
            sessionId: `life${now.life}`,
            events: now.ids.map(eventOf),
          });
          if (now.life !== life) {
            expect(result).toBeUndefined();
            continue;
          }
          // A trimmed event is unknown again; its writer would not repeat it, so neither does the model.
          const expected = [...new Set(now.ids)].filter(
            (n) => !present.written.includes(n) || present.trimmed.has(n),
          );
          expect(result?.events.map(({ event }) => event.id)).toEqual(expected.map((n) => `e${n}`));
          for (const n of expected) {
            present.trimmed.delete(n);
            present.written = present.written.map((old) => (old === n ? -1 : old));
            present.trimmed.add(-1);
            present.written.push(n);
          }
          lives[life] = present;
        }
      }
      for (const [i, { written, trimmed }] of lives.entries()) {
        const stored = await store.transcripts.read(`life${i}`);
        const left = written.flatMap((n, at) =>
          n < 0 || trimmed.has(n) ? [] : [{ seq: at + 1, id: `e${n}` }],
        );
        expect(stored.map(({ seq, event }) => ({ seq, id: event.id }))).toEqual(left);
        expect(await store.transcripts.count(`life${i}`)).toBe(left.length);
      }
      expect(await store.transcripts.lives(main)).toEqual(lives.map((_, i) => `life${i}`));
      await store.verify();
      await store.close();
    }),
    { numRuns: 40 },
  );
}, 30_000);
