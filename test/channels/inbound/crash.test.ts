import { expect, test } from "bun:test";
import fc from "fast-check";
import type { ChannelTurn, TurnOutcome } from "../../../src/channels/index.ts";
import { calm, House, message } from "./house.ts";
import { says, unreachable } from "./stand-ins.ts";

const CHATS = ["1", "2", "3"];

/** What may happen next. */
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("tell" as const),
      chats: fc.array(fc.constantFrom(...CHATS), { minLength: 1, maxLength: 4 }),
      again: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("end" as const),
      pick: fc.nat(20),
      how: fc.constantFrom("ok", "shared", "silent", "error", "aborted", "unreachable"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("crash" as const), ticks: fc.nat(60) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(10, 5_000, 60_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("crowd" as const), times: fc.integer({ min: 1, max: 3 }) }),
  },
);

test("whatever comes, dies and fails: every message is settled once, answered once, in the order of its chat", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 40 }), async (happenings) => {
      await using house = await House.open();
      let count = 0;
      let crowded = 0;
      const told: string[] = [];
      house.agents.refuse = () => (crowded-- > 0 ? { reason: "Too many messages wait already." } : undefined);
      /** Texts by run, for those that were answered in words. */
      const answers = new Map<string, string>();
      let everFailed = false;
      const end = (turn: ChannelTurn, how: string) => {
        const { runId, text } = turn;
        const before = [...house.agents.runs.values()].filter(
          (run) => run.outcome === undefined && run.turn.sessionKey === turn.sessionKey,
        );
        // A session ends its turns in the order in which it took them.
        const first = before[0]?.turn;
        const sharers = how === "shared" ? before : before.slice(0, 1);
        const outcome: TurnOutcome =
          how === "unreachable"
            ? unreachable
            : how === "ok" || how === "shared"
              ? says(`re: ${first?.text ?? text}`)
              : {
                  status: how === "error" ? "error" : how === "aborted" ? "aborted" : "ok",
                  replies: [],
                  ...(how === "error" && { failure: { text: `⚠️ ${first?.text}`, isTransient: false } }),
                };
        everFailed ||= how === "unreachable";
        for (const run of sharers) {
          const isFirst = run.turn === first;
          if (outcome.replies.length > 0 || outcome.failure?.isTransient === false) {
            if (isFirst) answers.set(run.turn.text, run.turn.runId);
          }
          house.agents.end(run.turn.runId, {
            ...outcome,
            ...(!isFirst && first && { answeredBy: first.runId }),
          });
        }
        expect(runId).toBeDefined();
      };
      for (const one of happenings) {
        switch (one.kind) {
          case "tell": {
            const events = one.chats.map((chat) => {
              const text = `m${(count += 1)}@${chat}`;
              told.push(text);
              return message(text, {
                messageId: text,
                chat: { id: chat, kind: "direct" },
                sender: { id: chat, isBot: false },
              });
            });
            await house.tell(...events);
            if (one.again) await house.tell(...events);
            break;
          }
          case "end": {
            await calm();
            const { running } = house.agents;
            const runId = running[one.pick % Math.max(1, running.length)];
            const run = runId && house.agents.runs.get(runId);
            if (run) end(run.turn, one.how);
            break;
          }
          case "crash":
            // At whatever it is just doing.
            for (let tick = 0; tick < one.ticks; tick += 1) await Promise.resolve();
            await house.crash();
            break;
          case "wait":
            house.clock.advance(one.ms);
            break;
          case "crowd":
            crowded = one.times;
            break;
        }
      }
      crowded = 0;
      // Time passes, and agents answer whatever is left.
      for (let round = 0; (await house.store.inbox.waiting()).length > 0; round += 1) {
        if (round > 400) throw new Error(`not settled: ${(await house.ends()).join(", ")}`);
        await calm();
        for (const runId of house.agents.running) {
          const run = house.agents.runs.get(runId);
          if (run && !run.outcome) end(run.turn, "ok");
        }
        await calm();
        house.clock.advance(10_000);
      }
      const rows = await house.store.inbox.list({ limit: 1_000 });
      expect(rows.map(({ eventKey }) => eventKey)).toEqual(
        told.map((text) => `message:${text.split("@")[1]}:${text}`),
      );
      expect(rows.every(({ state }) => state === "done")).toBe(true);
      const sent = (await house.sent()).filter(({ origin }) => origin === "reply");
      const replied = sent.map(({ text }) => text.replace(/^(re:|⚠️) /u, ""));
      // Once each, and every turn that had words is told.
      expect(new Set(replied).size).toBe(replied.length);
      expect(new Set(replied)).toEqual(new Set(answers.keys()));
      for (const chat of CHATS) {
        const turns = house.agents.submitted.filter(
          ({ text, retryOf }) => text.endsWith(`@${chat}`) && !retryOf,
        );
        const order = told.filter((text) => text.endsWith(`@${chat}`));
        expect(turns.map(({ text }) => text)).toEqual(
          order.filter((text) => turns.some((turn) => turn.text === text)),
        );
        // Where a provider was away, a later message may have been answered first.
        if (!everFailed) {
          expect(replied.filter((text) => text.endsWith(`@${chat}`))).toEqual(
            order.filter((text) => replied.includes(text)),
          );
        }
      }
    }),
    { numRuns: 100 },
  );
}, 120_000);
