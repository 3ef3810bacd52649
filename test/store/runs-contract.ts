import { expect } from "bun:test";
import type { RunId } from "../../src/protocol/index.ts";
import type { AuthProfile, UsageRecord } from "../../src/store/index.ts";
import { RUN_OUTCOME_TTL_MS } from "../../src/store/limits.ts";
import type { StorePlace } from "./contract.ts";
import { keyOf, message, promises } from "./sessions-contract.ts";

/** Run ids are free text chosen by callers. */
export function runIdOf(text: string): RunId {
  const isRunId = (value: string): value is RunId => value !== "";
  if (!isRunId(text)) throw new Error("a run has an id");
  return text;
}

/** What every engine promises of turns, usage and credentials. */
export function runsContract(engine: string, makePlace: () => StorePlace): void {
  const promise = promises(engine, makePlace);
  const main = keyOf("agent:main:main");
  const run = (id: string, fingerprint = "f", namespace = "chat") => ({
    namespace,
    runId: runIdOf(id),
    sessionKey: main,
    agentId: "main",
    fingerprint,
    request: { message: id },
    acceptedAt: 5,
  });

  promise("an acceptance that is taken back never was, and what is settled stays", async (store) => {
    const id = runIdOf("r1");
    await store.runs.accept(run("r1"));
    await store.runs.withdraw("chat", id);
    expect(await store.runs.lookup("chat", id)).toBeUndefined();
    expect(await store.runs.unsettled()).toEqual([]);
    expect(await store.runs.accept(run("r1", "other"))).toEqual({ state: "new" });
    await store.runs.settle("chat", id, { status: "ok" });
    await store.runs.withdraw("chat", id);
    expect(await store.runs.lookup("chat", id)).toMatchObject({ state: "settled" });
  });

  promise(
    "an accepted turn is known until it is settled, then its outcome is, also after a restart",
    async (store, _, reopen) => {
      const id = runIdOf("r1");
      expect(await store.runs.lookup("chat", id)).toBeUndefined();
      expect(await store.runs.accept(run("r1"))).toEqual({ state: "new" });
      expect(await store.runs.accept(run("r1"))).toEqual({ state: "in_flight" });
      expect(await store.runs.accept(run("r1", "other"))).toEqual({ state: "conflict" });
      expect(await store.runs.accept(run("r1", "f", "agent"))).toEqual({ state: "new" });
      await store.runs.settle("chat", id, { status: "ok" });
      await store.runs.settle("chat", id, { status: "second" });
      const settled = { state: "settled", outcome: { status: "ok" } } as const;
      const again = await reopen();
      expect(await again.runs.accept(run("r1"))).toEqual(settled);
      expect(await again.runs.accept(run("r1", "other"))).toEqual({ state: "conflict" });
      expect(await again.runs.lookup("chat", id)).toEqual(settled);
      expect(await again.runs.lookup("agent", id)).toEqual({ state: "in_flight" });
    },
  );

  promise("a settled turn is found by its id alone, whatever its namespace", async (store, clock) => {
    const id = runIdOf("r");
    for (const namespace of ["telegram", "agent", "http"]) await store.runs.accept(run("r", "f", namespace));
    await store.runs.settle("telegram", id, "first");
    clock.advance(1);
    await store.runs.settle("agent", id, "second");
    expect(await store.runs.settled(id)).toEqual([
      { namespace: "agent", outcome: "second" },
      { namespace: "telegram", outcome: "first" },
    ]);
    expect(await store.runs.settled(runIdOf("other"))).toEqual([]);
    clock.advance(RUN_OUTCOME_TTL_MS);
    expect(await store.runs.settled(id)).toEqual([]);
  });

  promise("turns whose process died are listed in order with how far they came", async (store, _, reopen) => {
    for (const id of ["b", "a", "c"]) await store.runs.accept(run(id));
    await store.runs.enter("chat", runIdOf("a"), "acting");
    await store.runs.enter("chat", runIdOf("c"), "running");
    await store.runs.settle("chat", runIdOf("c"), null);
    await store.runs.enter("chat", runIdOf("c"), "running");
    expect(await (await reopen()).runs.unsettled()).toEqual([
      { ...run("b"), phase: "waiting" },
      { ...run("a"), phase: "acting" },
    ]);
  });

  promise(
    "an outcome is forgotten after its time, and its key is free then; a turn in progress never is",
    async (store, clock) => {
      await store.runs.accept(run("slow"));
      await store.runs.accept(run("r1"));
      await store.runs.settle("chat", runIdOf("r1"), 1);
      clock.advance(RUN_OUTCOME_TTL_MS - 1);
      expect(await store.runs.lookup("chat", runIdOf("r1"))).toMatchObject({ state: "settled" });
      clock.advance(1);
      expect(await store.runs.lookup("chat", runIdOf("r1"))).toBeUndefined();
      expect(await store.runs.accept(run("r1", "other"))).toEqual({ state: "new" });
      expect(await store.runs.accept(run("slow"))).toEqual({ state: "in_flight" });
    },
  );

  promise(
    "usage is summed by what is asked, in local days, with what had no price counted",
    async (store) => {
      await store.sessions.open(main, { agentId: "main", sessionId: "s1", entry: {} });
      const call = (at: string, model: string, total?: number): UsageRecord => ({
        at: Date.parse(at),
        agentId: "main",
        sessionKey: main,
        sessionId: "s1",
        runId: "r",
        provider: "p",
        model,
        channel: "webchat",
        input: 10,
        output: 1,
        cacheRead: 2,
        cacheWrite: 3,
        totalTokens: 16,
        ...(total !== undefined && {
          cost: { input: total / 2, output: total / 2, cacheRead: 0, cacheWrite: 0, total },
        }),
      });
      const usage = [
        call("2026-01-01T22:30:00Z", "a", 1),
        call("2026-01-01T23:30:00Z", "b", 2),
        call("2026-01-02T10:00:00Z", "b"),
      ];
      await store.transcripts.append({
        key: main,
        sessionId: "s1",
        events: [message("m", "user", "x")],
        usage,
      });
      const query = { from: 0, to: Date.parse("2027-01-01") };
      const sums = async (
        ...by: Parameters<typeof store.usage.sum> extends [unknown, ...infer Rest] ? Rest : never
      ) =>
        (await store.usage.sum(query, ...by)).map((sum) => [
          sum.bucket,
          sum.calls,
          sum.cost.total,
          sum.missingCost,
        ]);
      expect(await sums("day")).toEqual([
        ["2026-01-01", 2, 3, 0],
        ["2026-01-02", 1, 0, 1],
      ]);
      expect(await sums("day", 60)).toEqual([
        ["2026-01-01", 1, 1, 0],
        ["2026-01-02", 2, 2, 1],
      ]);
      expect(await sums("hour", -30)).toEqual([
        ["2026-01-01T22", 1, 1, 0],
        ["2026-01-01T23", 1, 2, 0],
        ["2026-01-02T09", 1, 0, 1],
      ]);
      expect(await sums("model")).toEqual([
        ["p/a", 1, 1, 0],
        ["p/b", 2, 2, 1],
      ]);
      expect(await sums("session")).toEqual([[main, 3, 3, 1]]);
      expect(await store.usage.sum(query, "all")).toEqual([
        {
          bucket: "all",
          calls: 3,
          input: 30,
          output: 3,
          cacheRead: 6,
          cacheWrite: 9,
          totalTokens: 48,
          cost: { input: 1.5, output: 1.5, cacheRead: 0, cacheWrite: 0, total: 3 },
          missingCost: 1,
        },
      ]);
      expect(await store.usage.sum({ ...query, agentId: "nobody" }, "all")).toEqual([]);
      expect(
        await store.usage.sum({ ...query, from: Date.parse("2026-01-02"), sessionKey: main }, "provider"),
      ).toMatchObject([{ calls: 1 }]);
      expect(await store.usage.calls({ ...query, sessionId: "s1" }, { limit: 1, offset: 1 })).toEqual(
        usage.slice(1, 2),
      );
    },
  );

  promise("credentials and how they fared are kept, replaced and removed", async (store, _, reopen) => {
    const profile: AuthProfile = {
      id: "p:default",
      provider: "p",
      type: "api_key",
      credential: { key: "k" },
      createdAt: 1,
      updatedAt: 1,
    };
    const oauth: AuthProfile = {
      id: "q:a@b",
      provider: "q",
      type: "oauth",
      credential: { access: "x" },
      email: "a@b",
      createdAt: 2,
      updatedAt: 2,
    };
    await store.authProfiles.put(profile);
    await store.authProfiles.put(oauth);
    await store.authProfiles.put({ ...profile, credential: { key: "new" }, updatedAt: 3 });
    await store.authProfiles.note({ id: "p:default", failures: 2, cooldownUntil: 9, reason: "rate_limit" });
    await store.authProfiles.note({ id: "env:p", failures: 0, lastUsedAt: 4 });
    const again = await reopen();
    expect(await again.authProfiles.list()).toEqual([
      { ...profile, credential: { key: "new" }, updatedAt: 3 },
      oauth,
    ]);
    expect(await again.authProfiles.list("q")).toEqual([oauth]);
    expect(await again.authProfiles.get("none")).toBeUndefined();
    expect(await again.authProfiles.remove("p:default")).toBe(true);
    expect(await again.authProfiles.remove("p:default")).toBe(false);
    expect(await again.authProfiles.states()).toEqual([{ id: "env:p", failures: 0, lastUsedAt: 4 }]);
    await again.authProfiles.note({ id: "env:p", failures: 1 });
    expect(await again.authProfiles.states()).toEqual([{ id: "env:p", failures: 1 }]);
  });
}
