import { expect, test } from "bun:test";
import { OutcomeKeeper } from "../../../src/agent/runs/record/outcome-keeper.ts";
import { OUTCOME_RETRY_MS } from "../../../src/agent/runs/limits.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import type { RunId, SessionKey } from "../../../src/protocol/index.ts";
import { type AcceptedRun, openStore, StoreError } from "../../../src/store/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { tempHome } from "../../support/temp-home.ts";
import { until } from "../../support/wait.ts";

const ID = "run-1" as RunId;

const accepted = (fingerprint = "f"): AcceptedRun => ({
  namespace: "chat",
  runId: ID,
  sessionKey: "agent:main:main" as SessionKey,
  agentId: "main",
  fingerprint,
  request: {},
  acceptedAt: 1,
});

/** A real store whose writes fail as long as `isFull`. */
async function world() {
  const home = await tempHome();
  const clock = new ManualClock();
  const store = await openStore({ path: home.at("store.sqlite"), clock, log: silentLogger });
  const disk = { isFull: false };
  const { runs } = store;
  for (const name of ["settle", "withdraw"] as const) {
    const write: (namespace: string, runId: RunId, outcome: unknown) => Promise<void> = runs[name].bind(runs);
    runs[name] = async (namespace: string, runId: RunId, outcome?: unknown) => {
      if (disk.isFull) throw new StoreError("disk-full", "The disk is full.");
      await write(namespace, runId, outcome);
    };
  }
  const keeper = new OutcomeKeeper({ runs, clock, logger: silentLogger });
  const [close, dispose] = [() => store.close(), () => home[Symbol.asyncDispose]()];
  return {
    clock,
    runs,
    disk,
    keeper,
    async [Symbol.asyncDispose]() {
      await close();
      await dispose();
    },
  };
}

test("an outcome the store did not take is known all the same, and written when there is room again", async () => {
  await using w = await world();
  await w.keeper.accept(accepted());
  w.disk.isFull = true;
  await w.keeper.settle("chat", ID, { status: "ok" });
  const known = { state: "settled", outcome: { status: "ok" } } as const;
  expect(await w.keeper.lookup("chat", ID)).toEqual(known);
  expect(await w.runs.lookup("chat", ID)).toEqual({ state: "in_flight" });
  w.clock.advance(OUTCOME_RETRY_MS);
  await until("the next try to be planned", async () => {
    w.disk.isFull = false;
    w.clock.advance(OUTCOME_RETRY_MS);
    return (await w.runs.lookup("chat", ID))?.state === "settled";
  });
  expect(await w.keeper.lookup("chat", ID)).toEqual(known);
});

test("a repeat is answered by the outcome that was kept, another message under its key is a conflict", async () => {
  await using w = await world();
  await w.keeper.accept(accepted());
  w.disk.isFull = true;
  await w.keeper.settle("chat", ID, { status: "ok" });
  await expect(w.keeper.accept(accepted())).rejects.toThrow("The disk is full.");
  w.disk.isFull = false;
  expect(await w.keeper.accept(accepted("other"))).toEqual({ state: "conflict" });
  expect(await w.keeper.accept(accepted())).toEqual({ state: "settled", outcome: { status: "ok" } });
});

test("an acceptance that could not be taken back is none, and is taken back at the stop at the latest", async () => {
  await using w = await world();
  await w.keeper.accept(accepted());
  w.disk.isFull = true;
  await w.keeper.withdraw("chat", ID);
  expect(await w.keeper.lookup("chat", ID)).toBeUndefined();
  w.disk.isFull = false;
  await w.keeper.stop();
  expect(await w.runs.unsettled()).toEqual([]);
});
