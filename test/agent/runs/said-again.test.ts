import { expect, test } from "bun:test";
import { maySayAgain, type Models, type RunRequest } from "../../../src/agent/index.ts";
import type { RunId } from "../../../src/protocol/index.ts";
import { answer, fail, Gate, hold, say, text } from "../../fakes/model-provider/index.ts";
import { StoreError } from "../../../src/store/index.ts";
import { within } from "../../support/wait.ts";
import { House } from "./house.ts";

/** As a channel submits: somebody on it, and the run named after their message. */
function onChannel(runId: string, over: Partial<RunRequest> = {}): Partial<RunRequest> {
  return {
    namespace: "telegram",
    kind: "channel",
    runId: runId as RunId,
    sender: { id: "777", isOwner: true, isAuthorized: true, isAdmin: false, channel: "telegram", to: "777" },
    ...over,
  };
}

const again = (run: string, first: string) => onChannel(run, { retryOf: first as RunId });

async function outcome(house: House, message: string, request: Partial<RunRequest>) {
  return within("the outcome", (await house.say(message, request)).done);
}

/** A refusal that providers repeat at once, told as one that passes: nobody waits for the pauses between real ones. */
function passing(models: Models): Models {
  return new Proxy(models, {
    get: (target, name) => {
      if (name === "failureOf") return () => ({ kind: "server", message: "fault" });
      const own: unknown = Reflect.get(target, name);
      return typeof own === "function" ? own.bind(target) : own;
    },
  });
}

/** What the model was last sent, without the frame around what people said. */
function lastHeard(house: House): string {
  return JSON.stringify(house.provider.requests.at(-1)?.body);
}

test("what no model answered is said again without being written again, and its failures are not written", async () => {
  await using house = await House.open({ models: passing });
  house.provider.on(() => fail(400));
  for (const request of [onChannel("r"), again("r~2", "r"), again("r~3", "r")]) {
    const failed = await outcome(house, "are you there?", request);
    expect(failed).toMatchObject({ status: "error", error: { kind: "server" } });
    expect(maySayAgain(failed)).toBe(true);
  }
  expect(await house.transcript()).toEqual(["user: are you there?"]);
  house.provider.on(() => say("Here I am."));
  expect(await outcome(house, "are you there?", again("r~4", "r"))).toMatchObject({
    status: "ok",
    text: "Here I am.",
  });
  expect(await house.transcript()).toEqual(["user: are you there?", "assistant: Here I am."]);
  expect(lastHeard(house).split("are you there?").length).toBe(2);
});

test("where others were answered since, the model hears the message once more, as the last one", async () => {
  await using house = await House.open({ models: passing });
  house.provider.on(() => fail(400));
  await outcome(house, "first question", onChannel("r"));
  house.provider.on(() => say("Second answer."));
  await outcome(house, "second question", onChannel("s"));
  house.provider.on(() => say("First answer."));
  const late = await outcome(house, "first question", again("r~2", "r"));
  expect(late).toMatchObject({ status: "ok", text: "First answer." });
  expect(late.answeredBy).toBeUndefined();
  expect(lastHeard(house).lastIndexOf("first question")).toBeGreaterThan(
    lastHeard(house).indexOf("Second answer."),
  );
  expect(await house.transcript()).toEqual([
    "user: first question",
    "user: second question",
    "assistant: Second answer.",
    "assistant: First answer.",
  ]);
});

test("a message whose first run never came to be written is written by the one that says it again", async () => {
  await using house = await House.open();
  await outcome(house, "hello", again("r~2", "r"));
  expect((await house.transcript())[0]).toBe("user: hello");
});

test("failures that do not pass are written, as those of other callers are", async () => {
  await using house = await House.open();
  house.provider.on(() => fail(400));
  expect(maySayAgain(await outcome(house, "hello", onChannel("r")))).toBe(false);
  expect((await house.transcript()).length).toBe(2);
});

/** The store takes no lines of transcripts from the n-th on until this is given back. */
function stuck(house: House, from: number): () => void {
  const { transcripts } = house.store;
  const append = transcripts.append.bind(transcripts);
  let calls = 0;
  transcripts.append = async (entry) => {
    calls += 1;
    if (calls >= from) throw new StoreError("disk-full", "The disk is full.");
    return append(entry);
  };
  return () => {
    transcripts.append = append;
  };
}

test("a message whose answer could not be stored is said again", async () => {
  await using house = await House.open();
  house.provider.on(() => say("Here I am."));
  const mend = stuck(house, 2);
  const failed = await outcome(house, "hello", onChannel("r"));
  expect(failed).toMatchObject({ status: "error", error: { kind: "internal", isLocal: true } });
  expect(failed.error?.display).toContain("The disk is full");
  expect(maySayAgain(failed)).toBe(true);
  mend();
  expect(await outcome(house, "hello", again("r~2", "r"))).toMatchObject({
    status: "ok",
    text: "Here I am.",
  });
  expect(await house.transcript()).toEqual(["user: hello", "assistant: Here I am."]);
});

test("messages that were to share a turn and could not be stored are not taken for answered by it", async () => {
  await using house = await House.open({
    config: { messages: { queue: { mode: "collect", debounceMsByChannel: { telegram: 1 } } } },
  });
  const gate = new Gate();
  house.provider.next(answer([hold(gate), text("first")]));
  const first = await house.say("one", onChannel("one"));
  await within("the call", gate.reached);
  const waiting = [await house.say("two", onChannel("two")), await house.say("three", onChannel("three"))];
  const mend = stuck(house, 2);
  gate.open();
  await within("the first", first.done);
  const outcomes = await within("the others", Promise.all(waiting.map(({ done }) => done)));
  for (const one of outcomes) {
    expect(one).toMatchObject({ status: "error", error: { isLocal: true } });
    expect(one.answeredBy).toBeUndefined();
  }
  mend();
});

test("what tools have done is not done again", () => {
  const error = { kind: "network", message: "" } as const;
  expect(maySayAgain({ status: "error", error, toolNames: [] })).toBe(true);
  expect(maySayAgain({ status: "error", error, toolNames: ["exec"] })).toBe(false);
  expect(maySayAgain({ status: "timeout", error, toolNames: [] })).toBe(false);
  expect(maySayAgain({ status: "error", error: { kind: "auth", message: "" }, toolNames: [] })).toBe(false);
  expect(
    maySayAgain({ status: "error", error: { kind: "auth", message: "", coolingDown: true }, toolNames: [] }),
  ).toBe(true);
});
