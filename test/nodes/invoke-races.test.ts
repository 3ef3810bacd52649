import { expect, test } from "bun:test";
import fc from "fast-check";
import { silentLogger } from "../../src/lib/logger.ts";
import { sequentialIds } from "../../src/lib/ids.ts";
import { NodeInvoker } from "../../src/nodes/invoke/invoker.ts";
import { LiveNodes } from "../../src/nodes/live.ts";
import { ManualClock } from "../support/index.ts";
import { NodeEnd, settle } from "./rig.ts";
import type { NodeQueueRepository, NodeRepository } from "../../src/store/index.ts";

type Step =
  | { readonly kind: "invoke"; readonly node: number; readonly key: number; readonly timeoutMs: number }
  | { readonly kind: "answer"; readonly which: number; readonly ok: boolean; readonly from: number }
  | { readonly kind: "progress"; readonly which: number; readonly seq: number }
  | { readonly kind: "abort"; readonly which: number }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "disconnect" | "reconnect" | "unpair" | "die" | "revive"; readonly node: number }
  | { readonly kind: "settle" };

const node = fc.integer({ min: 0, max: 1 });
const which = fc.nat({ max: 30 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("invoke" as const),
      node,
      key: fc.nat({ max: 12 }),
      timeoutMs: fc.integer({ min: 1, max: 4_000 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("answer" as const), which, ok: fc.boolean(), from: node }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("progress" as const), which, seq: fc.nat({ max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("abort" as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat({ max: 2_000 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("disconnect", "reconnect", "unpair", "die", "revive"),
      node,
    }),
  },
  { weight: 4, arbitrary: fc.constant({ kind: "settle" as const }) },
);

const away = async () => undefined;

test("whatever happens in whatever order, every invocation is answered exactly once and nothing is left over", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const clock = new ManualClock();
      const live = new LiveNodes();
      const invoker = new NodeInvoker({
        live,
        nodes: { get: away } as Partial<NodeRepository> as NodeRepository,
        queues: {} as NodeQueueRepository,
        rules: () => ({ allow: [], deny: [] }),
        ids: sequentialIds(),
        clock,
        log: silentLogger,
      });
      const approved = { caps: [], commands: ["system.which"] };
      let connections = 0;
      const connect = (index: number): NodeEnd => {
        const end = new NodeEnd(`node-${index}`, `conn-${++connections}`, clock.now(), {
          commands: ["system.which"],
        });
        live.add(end, clock.now()).approved = approved;
        return end;
      };
      const current = [connect(0), connect(1)];
      const everyEnd = [...current];
      const callers: AbortController[] = [];
      const answers: number[] = [];

      for (const act of steps) {
        const requests = everyEnd.flatMap((end) => end.asked.map((id) => ({ id, end })));
        const end = "node" in act ? current[act.node] : undefined;
        switch (act.kind) {
          case "invoke": {
            const caller = new AbortController();
            const index = callers.push(caller) - 1;
            answers[index] = 0;
            const count = () => void (answers[index] = (answers[index] ?? 0) + 1);
            const { key, timeoutMs } = act;
            void invoker
              .invoke({
                nodeId: `node-${act.node}`,
                command: "system.which",
                timeoutMs,
                idempotencyKey: `key-${key}`,
                scopes: ["operator.write"],
                signal: caller.signal,
              })
              .then(count, count);
            break;
          }
          case "answer": {
            const found = requests[act.which % Math.max(1, requests.length)];
            const from = current[act.from];
            if (found === undefined || from === undefined) break;
            const taken = invoker.answer(from.connId, found.id, { ok: act.ok, payload: 1 });
            if (from !== found.end) expect(taken).toBe(false);
            expect(invoker.answer(from.connId, found.id, { ok: true })).toBe(false);
            break;
          }
          case "progress": {
            const found = requests[act.which % Math.max(1, requests.length)];
            if (found !== undefined) invoker.progress(found.end.connId, found.id, act.seq, "x");
            break;
          }
          case "abort":
            callers[act.which % Math.max(1, callers.length)]?.abort();
            break;
          case "wait":
            clock.advance(act.ms);
            break;
          case "disconnect":
            if (end !== undefined && live.drop(end.connId)) invoker.connectionLost(end.connId);
            break;
          case "reconnect": {
            if (end === undefined) break;
            live.drop(end.connId);
            invoker.connectionLost(end.connId);
            const fresh = connect(act.node);
            current[act.node] = fresh;
            everyEnd.push(fresh);
            break;
          }
          case "unpair": {
            const entry = live.get(`node-${act.node}`);
            if (entry !== undefined) entry.approved = undefined;
            invoker.pairingLost(`node-${act.node}`);
            break;
          }
          case "die":
          case "revive":
            if (end !== undefined) end.dead = act.kind === "die";
            break;
          case "settle":
            await settle();
            break;
        }
      }

      await settle();
      clock.advance(10_000);
      await settle();
      expect(answers).toEqual(callers.map(() => 1));
      expect(invoker.openCount).toBe(0);
      expect(clock.pending).toBe(0);
      for (const { asked, received } of everyEnd) {
        expect(new Set(asked).size).toBe(asked.length);
        const cancelled = received.filter(({ event }) => event === "node.invoke.cancel");
        for (const { payload } of cancelled) expect(asked).toContain(String(payload["invokeId"]));
      }
    }),
    { numRuns: 300 },
  );
});
