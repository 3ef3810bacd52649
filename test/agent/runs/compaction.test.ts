import { expect, test } from "bun:test";
import { fail, say } from "../../fakes/model-provider/index.ts";
import { until, within } from "../../support/wait.ts";
import { House, KEY } from "./house.ts";

async function talk(house: House, turns: number, size = 20): Promise<void> {
  for (let turn = 1; turn <= turns; turn += 1) {
    const run = await house.say(`ECHO turn ${turn} ${"x".repeat(size)}`);
    await within(`turn ${turn}`, run.done);
  }
}

function isSummary({ body }: { readonly body: Record<string, unknown> }): boolean {
  return JSON.stringify(body.messages).includes("Write the summary now.");
}

test("compact puts a summary in the place of what is old, and keeps the rest", async () => {
  await using house = await House.open();
  await talk(house, 4);
  house.provider.next(say("They counted turns."));
  const compacted = await house.runs.compact(KEY, "the numbers");
  expect(compacted.summary).toBe("They counted turns.");
  expect(compacted.tokensBefore).toBeGreaterThan(20);
  const asked = house.provider.requests.at(-1);
  expect(asked && isSummary(asked)).toBe(true);
  expect(JSON.stringify(asked?.body)).toContain("Above all keep: the numbers");
  expect(house.events.script().slice(-3)).toEqual([
    "session.operation compact:start",
    "session.operation compact:end",
    "sessions.changed compact",
  ]);
  const record = await house.store.sessions.get(KEY);
  expect(record?.entry.compactionCount).toBe(1);
  const event = await house.store.transcripts.last(record?.sessionId ?? "", "compaction");
  expect(event?.event).toMatchObject({
    summary: "They counted turns.",
    tokensBefore: compacted.tokensBefore,
  });
  await talk(house, 1);
  const messages = house.provider.requests.at(-1)?.body.messages as { content: unknown }[];
  expect(JSON.stringify(messages[1]?.content)).toContain("They counted turns.");
  expect(messages.length).toBeLessThan(6);
});

test("a failed summary leaves everything as it was", async () => {
  await using house = await House.open();
  await talk(house, 3);
  const before = await house.transcript();
  house.provider.next(fail(400));
  await expect(house.runs.compact(KEY)).rejects.toThrow("The conversation is as it was.");
  await until("the end", () => house.events.told.at(-1)?.what === "compact:end");
  expect(await house.transcript()).toEqual(before);
  expect(house.events.told.at(-1)?.data).toMatchObject({ phase: "end", completed: false });
});

test("there is nothing to compact in a session without a past", async () => {
  await using house = await House.open();
  await expect(house.runs.compact(KEY)).rejects.toThrow("There is no session");
  await talk(house, 1);
  house.provider.on((request) => (isSummary(request) ? say("One word.") : undefined));
  await house.runs.compact(KEY);
  await expect(house.runs.compact(KEY)).rejects.toThrow("There is nothing to shorten yet.");
});

test("a conversation near the limit is shortened before its next turn", async () => {
  await using house = await House.open({ contextWindow: 2_000, provider: { usage: "estimated" } });
  house.provider.on((request) => (isSummary(request) ? say("A long talk about x.") : undefined));
  await talk(house, 6, 1_500);
  expect(house.provider.requests.filter(isSummary).length).toBeGreaterThan(0);
  const compactions = house.events.told.filter(({ what }) => what === "compaction");
  expect(compactions.map(({ data }) => data.phase)).toContain("end");
  expect((await house.transcript()).some((line) => line.startsWith("compaction: A long talk"))).toBe(true);
});

test("a model that says its context is full is asked again with less", async () => {
  await using house = await House.open();
  await talk(house, 4, 200);
  house.provider.next(fail(400, { kind: "overflow" }), say("A talk about x."), say("Now it fits."));
  const run = await house.say("and now?");
  const outcome = await within("the answer", run.done);
  expect(outcome).toMatchObject({ status: "ok", text: "Now it fits." });
  expect(house.events.ends(outcome.runId)).toHaveLength(1);
  expect((await house.transcript()).at(-1)).toBe("assistant: Now it fits.");
});

test("a message that cannot fit whatever is left out fails and says so", async () => {
  await using house = await House.open();
  house.provider.on((request) => (isSummary(request) ? undefined : fail(400, { kind: "overflow" })));
  const run = await house.say("too long");
  expect(await within("the outcome", run.done)).toMatchObject({
    status: "error",
    error: { kind: "context_overflow" },
  });
});
