import { expect, test } from "bun:test";
import { answer, paced, spoken } from "../../fakes/model-provider/index.ts";
import { PATIENCE_MS, until, type WireFrame } from "../../support/index.ts";
import { objectOf, turnWorld } from "../turns/support/index.ts";
import { Random, testSeed } from "./random.ts";
import { faultsOf, withRemains } from "./remains.ts";

const SESSIONS = 6;
const ACTS = 400;
const LANE_WIDTH = 3;
const MODES = ["steer", "steer", "followup", "followup", "collect", "collect", "interrupt"] as const;
const DROPS = ["old", "new", "summarize"] as const;
/** Words of an answer, and the pause between them: long enough that most messages find their session busy. */
const WORDS = 4;
const PACE_MS = 4;

/** A model call as its provider saw it. */
interface Call {
  readonly session: string;
  readonly began: number;
  ended: number;
}

/** Most calls that were under way at one time. */
function widest(calls: readonly Call[]): number {
  const edges = calls.flatMap(({ began, ended }) => [
    { at: began, by: 1 },
    { at: ended, by: -1 },
  ]);
  edges.sort((a, b) => a.at - b.at || a.by - b.by);
  let open = 0;
  return Math.max(0, ...edges.map(({ by }) => (open += by)));
}

test("whatever is said, in whatever mode, stopped and reset: one turn of a session at a time, so many in all, one end for each message", async () => {
  const seed = testSeed();
  console.log(`seed ${seed}`);
  const random = new Random(seed);
  await using world = await turnWorld({
    config: {
      agents: { defaults: { model: { primary: "mock/mock-1" }, maxConcurrent: LANE_WIDTH } },
    },
  });
  const calls: Call[] = [];
  world.fake.on((request) => {
    const session = /\(s(\d)\)/.exec(spoken(request.userText))?.[1];
    if (session === undefined) return undefined;
    const call: Call = { session, began: performance.now(), ended: Number.POSITIVE_INFINITY };
    void request.outcome.then((outcome) => {
      call.ended = performance.now();
      // That a caller has left is seen later than it happened; only whole answers show who spoke at once.
      if (outcome === "answered") calls.push(call);
    });
    return answer(
      paced(
        Array.from({ length: WORDS }, (_, n) => `word${n} `),
        PACE_MS,
      ),
    );
  });
  const client = await world.operator();
  const frames: WireFrame[] = client.frames;
  const keyOf = (session: number) => `agent:main:schedule-${session}`;
  const taken = new Set<string>();
  const acts: Promise<unknown>[] = [];
  const counts = { said: 0, refused: 0, stopped: 0, reset: 0, repeated: 0 };

  async function speak(session: number, runId: string): Promise<void> {
    const queueMode = random.pick(MODES);
    const message = `said ${runId} (s${session})`;
    const params = { sessionKey: keyOf(session), message, idempotencyKey: runId, queueMode };
    const answered = await client.request("chat.send", params, 2 * PATIENCE_MS);
    if (answered.ok) taken.add(runId);
    else {
      expect(answered.error).toMatchObject({ code: "UNAVAILABLE", retryable: true });
      counts.refused += 1;
    }
  }

  for (let session = 0; session < SESSIONS; session++) {
    const words = `/queue debounce:20ms cap:${2 + random.below(8)} drop:${random.pick(DROPS)}`;
    await client.call("chat.send", {
      sessionKey: keyOf(session),
      message: words,
      idempotencyKey: `queue-${session}`,
    });
  }
  for (let act = 0; act < ACTS; act++) {
    const session = random.below(SESSIONS);
    const chance = random.below(100);
    if (chance < 80) {
      counts.said += 1;
      acts.push(speak(session, `run-${act}`));
    } else if (chance < 83) {
      counts.stopped += 1;
      acts.push(client.call("chat.abort", { sessionKey: keyOf(session) }));
    } else if (chance < 87) {
      counts.reset += 1;
      acts.push(client.call("sessions.reset", { key: keyOf(session) }));
    } else {
      counts.repeated += 1;
      const runId = `run-${random.below(act + 1)}`;
      if (taken.has(runId)) {
        const message = `said ${runId} (s${session})`;
        acts.push(
          client.request("chat.send", { sessionKey: keyOf(session), message, idempotencyKey: runId }),
        );
      }
    }
    if (random.below(4) === 0) await Bun.sleep(random.below(12));
  }
  await Promise.all(acts);
  const outcomes = new Map<string, unknown>();
  for (const runId of taken) {
    const ended = objectOf(await client.call("agent.wait", { runId }, 2 * PATIENCE_MS));
    outcomes.set(runId, ended.error ?? ended.status);
  }
  await until(
    "everything to be over",
    async () => objectOf(await client.call("gateway.restart.preflight", {})).safe === true,
  );

  const ends = new Map<string, string[]>();
  for (const { event, payload } of frames) {
    const { runId, state } = objectOf(payload);
    if (event !== "chat" || typeof runId !== "string") continue;
    if (state === "final" || state === "error" || state === "aborted")
      ends.set(runId, [...(ends.get(runId) ?? []), state]);
  }
  const odd = [...taken].filter(
    (runId) => ends.get(runId)?.length !== 1 || !["ok", "timeout"].includes(String(outcomes.get(runId))),
  );
  expect(odd.map((runId) => [runId, ends.get(runId), outcomes.get(runId)])).toEqual([]);
  const bySession = Map.groupBy(calls, ({ session }) => session);
  for (const [session, own] of bySession) expect([session, widest(own)]).toEqual([session, 1]);
  expect(widest(calls)).toBeLessThanOrEqual(LANE_WIDTH);
  console.log(
    JSON.stringify({
      ...counts,
      taken: taken.size,
      calls: world.fake.requests.length,
      widest: widest(calls),
      ...countOf(outcomes),
    }),
  );
  await client.close();
  world.gateway.signal("SIGKILL");
  await world.gateway.exited;
  await withRemains(world.home, async (store) => {
    expect(await store.runs.unsettled()).toEqual([]);
    expect(await faultsOf(store)).toEqual([]);
  });
}, 60_000);

function countOf(outcomes: ReadonlyMap<string, unknown>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes.values()) counts[String(outcome)] = (counts[String(outcome)] ?? 0) + 1;
  return counts;
}
