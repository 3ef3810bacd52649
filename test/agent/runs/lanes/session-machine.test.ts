import { expect, test } from "bun:test";
import fc from "fast-check";
import type { RunId, SessionKey } from "../../../../src/protocol/index.ts";
import type { RunOutcome, Submission } from "../../../../src/agent/index.ts";
import { answer, callTools, hold, Gate, say, text } from "../../../fakes/model-provider/index.ts";
import { within } from "../../../support/wait.ts";
import { ask, House } from "../house.ts";
import type { Told } from "../recording.ts";
import { tool, toolsOf } from "../stand-ins.ts";

const KEYS = ["agent:main:a", "agent:main:b"] as const;

const act = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("say" as const),
      key: fc.constantFrom(...KEYS),
      mode: fc.constantFrom("steer", "followup", "collect", "interrupt"),
      talk: fc.constantFrom("plain", "tool", "fail"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("abort" as const),
      key: fc.constantFrom(...KEYS),
      clearQueue: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("repeat" as const), index: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("pause" as const), count: fc.integer({ min: 1, max: 40 }) }),
  },
);

/** Lets everything that is ready go on, so many times. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1)
    await new Promise<void>((resolve) => void setImmediate(resolve));
}

/** Turns that had begun and not ended at the same time in one session, at most. */
function mostAtOnce(told: readonly Told[]): number {
  const open = new Map<string, Set<string>>();
  let most = 0;
  for (const { session = "", runId = "", event, what } of told) {
    const runs = open.get(session) ?? new Set();
    open.set(session, runs);
    if (what === "lifecycle:start") runs.add(runId);
    if (event === "chat" && ["final", "aborted", "error"].includes(what)) runs.delete(runId);
    most = Math.max(most, runs.size);
  }
  return most;
}

test("whatever is said, aborted and repeated: one turn of a session at a time, one outcome and one end for each run", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 14 }), async (acts) => {
      const work = tool("work", async () => {
        await turns(3);
        return { content: [{ type: "text", text: "ok" }] };
      });
      await using house = await House.open({
        tools: toolsOf(work),
        config: { messages: { queue: { cap: 3, debounceMsByChannel: { webchat: 1 } } } },
      });
      house.provider.on((request) => {
        if (request.userText.includes("fail")) return undefined;
        const wantsTool = request.userText.includes("tool") && request.toolResults.length === 0;
        return wantsTool ? callTools({ name: "work", args: {} }) : say(["An", " answer"]);
      });
      const submissions: { readonly runId: RunId; readonly message: string; readonly key: SessionKey }[] = [];
      const accepted = new Map<RunId, Extract<Submission, { state: "accepted" }>>();
      for (const one of acts) {
        if (one.do === "pause") await turns(one.count);
        if (one.do === "abort") {
          await house.runs.abort(one.key as SessionKey, { reason: "rpc", clearQueue: one.clearQueue });
        }
        const again = one.do === "repeat" ? submissions[one.index] : undefined;
        if (one.do !== "say" && !again) continue;
        const message =
          one.do === "say" ? (one.talk === "fail" ? "FAIL400 fail" : one.talk) : (again?.message ?? "");
        const key = (one.do === "say" ? one.key : again?.key) as SessionKey;
        const request = ask(message, {
          sessionKey: key,
          ...(one.do === "say" && { queueMode: one.mode as "steer" }),
          ...(again && { runId: again.runId }),
        });
        const submission = await house.runs.submit(request);
        if (again) expect(["in_flight", "settled"]).toContain(submission.state);
        else if (submission.state === "accepted") {
          submissions.push({ runId: request.runId, message, key });
          accepted.set(request.runId, submission);
        }
      }
      const outcomes = await within(
        "every outcome",
        Promise.all([...accepted.values()].map(({ done }): Promise<RunOutcome> => done)),
      );
      expect(mostAtOnce(house.events.told)).toBeLessThanOrEqual(1);
      expect(house.runs.active()).toEqual([]);
      expect(await house.store.runs.unsettled()).toEqual([]);
      for (const { runId, status } of outcomes) {
        expect(["ok", "error", "aborted"]).toContain(status);
        expect(house.events.ends(runId)).toHaveLength(1);
        expect(await house.runs.wait(runId, 1)).toMatchObject({ runId, status });
      }
      for (const key of KEYS) await expectWellFormed(house, key as SessionKey);
    }),
    { numRuns: 40, interruptAfterTimeLimit: 12_000 },
  );
}, 60_000);

/** No message stands twice, and every event follows the one before it. */
async function expectWellFormed(house: House, key: SessionKey): Promise<void> {
  const record = await house.store.sessions.get(key);
  const events = record ? await house.store.transcripts.read(record.sessionId) : [];
  const keys = events.flatMap(({ event }) => {
    const said = (event.message as { idempotencyKey?: string } | undefined)?.idempotencyKey;
    return said === undefined ? [] : [said];
  });
  expect(new Set(keys).size).toBe(keys.length);
  for (const [index, { event }] of events.entries()) {
    expect(event.parentId ?? null).toBe(events[index - 1]?.event.id ?? null);
  }
}

test("frames of a run are counted from 1 without a gap, and nothing follows its end but what the end of an abort says", async () => {
  await using house = await House.open();
  const gate = new Gate();
  house.provider.next(answer([text("one"), hold(gate), text(" two")]));
  const run = await house.say("go");
  await within("the call", gate.reached);
  gate.open();
  const { runId } = await within("the answer", run.done);
  const seqs = house.events.told.flatMap(({ runId: of, seq }) =>
    of === runId && seq !== undefined ? [seq] : [],
  );
  expect([...new Set(seqs)]).toEqual(Array.from({ length: Math.max(...seqs) }, (_, index) => index + 1));
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
});
