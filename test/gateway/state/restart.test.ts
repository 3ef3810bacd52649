import { expect, test } from "bun:test";
import { RestartControl, type RestartHistory } from "../../../src/gateway/state/restart.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { ManualClock } from "../../support/index.ts";

function control(history: RestartHistory = { lastByConfigAt: undefined, refusedRevision: undefined }) {
  const clock = new ManualClock();
  const work = { requests: 0, runs: 0 };
  const restarts: string[] = [];
  let fault: Error | undefined;
  const it = new RestartControl({
    clock,
    log: silentLogger,
    history,
    activeRequests: () => work.requests,
    activeRuns: () => work.runs,
    prepare: async () => {
      if (fault) throw fault;
    },
    restart: (reason) => void restarts.push(reason),
  });
  const pass = async (ms: number) => {
    clock.advance(ms);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { it, clock, work, restarts, pass, history, fail: (error?: Error) => void (fault = error) };
}

const BY_CONFIG = { reason: "config change", byConfig: true } as const;

test("a restart waits for what is running, and five minutes at most", async () => {
  const { it, work, restarts, pass } = control();
  work.runs = 1;
  expect(it.request({ reason: "wish", own: 0 })).toMatchObject({ status: "deferred", delayMs: 0 });
  await pass(299_000);
  expect(restarts).toEqual([]);
  await pass(1_200);
  expect(restarts).toEqual(["wish"]);
});

test("a restart that skips the deferral waits for nothing, and hurries one that waits already", async () => {
  const { it, work, restarts, pass } = control();
  work.runs = 1;
  it.request({ reason: "wish", own: 0 });
  await pass(10_000);
  expect(restarts).toEqual([]);
  expect(it.request({ reason: "now", own: 0, skipDeferral: true })).toMatchObject({ status: "coalesced" });
  await pass(100);
  expect(restarts).toEqual(["wish"]);
  const next = control();
  next.work.runs = 1;
  expect(next.it.request({ reason: "now", own: 0, skipDeferral: true })).toMatchObject({
    status: "scheduled",
  });
  await next.pass(100);
  expect(next.restarts).toEqual(["now"]);
});

test("changes of the configuration restart once in 30 seconds; whoever asks for a restart is not made to wait", async () => {
  const { it, restarts, pass, history } = control();
  expect(it.request(BY_CONFIG)).toMatchObject({ status: "scheduled" });
  await pass(100);
  expect(restarts).toHaveLength(1);
  const next = control(history);
  next.clock.advance(5_000);
  expect(next.it.request(BY_CONFIG)).toMatchObject({ status: "deferred", delayMs: 25_100 });
  await next.pass(20_000);
  expect(next.restarts).toEqual([]);
  expect(next.it.request({ reason: "a person" })).toMatchObject({ status: "coalesced", delayMs: 0 });
  await next.pass(100);
  expect(next.restarts).toHaveLength(1);
});

test("a restart that only the configuration wanted is withdrawn with its reason; one that a person wants as well is not", async () => {
  const { it, restarts, pass } = control();
  it.delayNext(2_000);
  it.request(BY_CONFIG);
  await pass(1_000);
  it.withdraw();
  await pass(60_000);
  expect(restarts).toEqual([]);
  it.request(BY_CONFIG);
  it.request({ reason: "a person" });
  it.withdraw();
  await pass(100);
  expect(restarts).toHaveLength(1);
});

test("a next gateway that would not come up ends nothing; everyone who asked is told, and may ask again", async () => {
  const { it, restarts, pass, fail } = control();
  const told: number[] = [];
  fail(new Error("the port is taken"));
  it.request({ ...BY_CONFIG, givenUp: () => void told.push(1) });
  it.request({ ...BY_CONFIG, givenUp: () => void told.push(2) });
  await pass(100);
  expect({ told, restarts }).toEqual({ told: [1, 2], restarts: [] });
  fail(undefined);
  it.request(BY_CONFIG);
  await pass(100);
  expect(restarts).toEqual(["config change"]);
});

test("the delay that a writer asks for holds for the next restart by the configuration alone", async () => {
  const { it, restarts, pass } = control();
  it.delayNext(3_000);
  expect(it.request(BY_CONFIG)).toMatchObject({ delayMs: 3_000 });
  await pass(2_900);
  expect(restarts).toEqual([]);
  await pass(200);
  expect(restarts).toHaveLength(1);
});
