import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import type { ModelRef } from "../../../src/agent/index.ts";
import { Egress } from "../../../src/lib/egress/index.ts";
import * as fake from "../../fakes/model-provider/index.ts";
import { ManualClock, until, within } from "../../support/index.ts";
import { ask, openRoom, type RoomOptions, type TestRoom } from "./room.ts";

const provider = await fake.FakeModelProvider.start();
beforeEach(() => provider.reset());
afterAll(() => provider.stop());

const ONE: ModelRef = { provider: "mock", model: "mock-1" };
const TWO: ModelRef = { provider: "other", model: "mock-2" };

const room = (options: RoomOptions = {}, fallbacks: readonly string[] = []) =>
  openRoom(
    {
      models: {
        providers: {
          mock: provider.providerConfig("openai-completions", { apiKey: "key-one" }),
          other: provider.providerConfig("openai-completions", { apiKey: "key-two" }),
        },
      },
      agents: { defaults: { model: { primary: "mock/mock-1", fallbacks } } },
    },
    options,
  );

/** A room whose pauses pass at once. */
async function quick(fallbacks: readonly string[] = []): Promise<{ house: TestRoom; clock: ManualClock }> {
  const clock = new ManualClock();
  return { house: await room({ clock }, fallbacks), clock };
}

test("an answer streams through, with what it cost", async () => {
  await using house = await room();
  const { events, text, message, attempts } = await ask(house, "Say hello");
  expect(text).toBe("Hello from the mock model.");
  expect(events.map((event) => event.type)).toEqual([
    "start",
    "text_start",
    "text_delta",
    "text_delta",
    "text_delta",
    "text_end",
    "done",
  ]);
  expect(message.usage.totalTokens).toBe(120);
  expect(attempts).toEqual(["mock/mock-1 mock:config"]);
  expect(provider.requests[0]?.apiKey).toBe("key-one");
});

test("a server that merely speaks OpenAI's interface is sent nothing of OpenAI's own", async () => {
  await using house = await room();
  await ask(house, "hi", { options: { sessionId: "s", maxTokens: 50 } });
  const body = provider.requests[0]?.body;
  expect(body).toMatchObject({
    stream: true,
    stream_options: { include_usage: true },
    max_completion_tokens: 50,
  });
  for (const key of ["store", "service_tier", "prompt_cache_key", "prompt_cache_retention"]) {
    expect(body).not.toHaveProperty(key);
  }
  expect(JSON.stringify(body)).not.toContain('"developer"');
});

describe("a failure that passes is tried again on the same model", () => {
  test.each([
    ["rate_limit", fake.fail(429), "429"],
    ["overloaded", fake.fail(529), "529"],
    ["overloaded", fake.fail(503), "503"],
    ["server", fake.fail(500), "500"],
    ["timeout", fake.fail(504), "504"],
    ["network", fake.hangUp(), "broke"],
    ["network", fake.answer([fake.text("half"), fake.cut()]), "broke"],
    ["network", fake.answer([fake.text("half"), fake.badJson()]), ""],
    ["network", fake.answer([fake.text("half")], { stop: "none", done: false }), "finish_reason"],
    ["server", fake.answer([fake.text("half"), fake.failMidway(500)]), ""],
  ] as const)("%s", async (kind, reply, _said) => {
    const { house, clock } = await quick();
    provider.next(reply);
    const { text, changes, attempts } = await ask(house, "Say hello", { clock });
    expect(text).toBe("Hello from the mock model.");
    expect(attempts).toHaveLength(2);
    expect(changes).toMatchObject([
      { from: "mock/mock-1", to: "mock/mock-1", retryInMs: 750, failure: { kind } },
    ]);
    await house[Symbol.asyncDispose]();
  });
});

test("an answer cut off in the middle begins anew from an empty message", async () => {
  const { house, clock } = await quick();
  provider.next(fake.answer([fake.text("wrong "), fake.text("start"), fake.cut()]));
  const { events, text } = await ask(house, "Say hello", { clock });
  expect(text).toBe("Hello from the mock model.");
  const starts = events.flatMap((event, at) => (event.type === "start" ? [at] : []));
  expect(starts).toHaveLength(2);
  const after = events
    .slice(starts[1])
    .flatMap((event) => (event.type === "text_delta" ? [event.delta] : []));
  expect(after.join("")).toBe("Hello from the mock model.");
  await house[Symbol.asyncDispose]();
});

test("pauses double from a second to half a minute, half of each left to chance", async () => {
  const { house, clock } = await quick();
  provider.on(() => fake.fail(429));
  const { changes, attempts, failure } = await ask(house, "hi", { clock });
  expect(changes.map((change) => change.retryInMs)).toEqual([
    750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500, 22_500, 22_500,
  ]);
  expect(attempts).toHaveLength(10);
  expect(failure).toMatchObject({ kind: "rate_limit", status: 429 });
  await house[Symbol.asyncDispose]();
});

test("other passing failures are given up after 8 repeats or 90 seconds", async () => {
  const { house, clock } = await quick();
  provider.on(() => fake.fail(500));
  const { changes, failure } = await ask(house, "hi", { clock });
  const waited = changes.reduce((sum, change) => sum + (change.retryInMs ?? 0), 0);
  expect(changes.length).toBeLessThanOrEqual(8);
  expect(waited).toBeLessThan(90_000 + 30_000);
  expect(failure).toMatchObject({ kind: "server", status: 500 });
  await house[Symbol.asyncDispose]();
});

test("retry-after is the least that is waited", async () => {
  const { house, clock } = await quick();
  provider.next(fake.fail(429, { retryAfterS: 17 }));
  const { changes } = await ask(house, "Say hello", { clock });
  expect(changes[0]?.retryInMs).toBe(17_000);
  await house[Symbol.asyncDispose]();
});

test("a retry-after over a minute goes to the fallback at once, and one over five minutes is not waited for at all", async () => {
  {
    const { house, clock } = await quick(["other/mock-2"]);
    provider.next(fake.fail(429, { retryAfterS: 61 }));
    const { changes, attempts } = await ask(house, "Say hello", { clock });
    expect(changes).toMatchObject([
      { from: "mock/mock-1", to: "other/mock-2", failure: { kind: "rate_limit" } },
    ]);
    expect(attempts).toEqual(["mock/mock-1 mock:config", "other/mock-2 other:config"]);
    await house[Symbol.asyncDispose]();
  }
  const { house, clock } = await quick();
  provider.on(() => fake.fail(429, { retryAfterS: 301 }));
  expect((await ask(house, "hi", { clock })).attempts).toHaveLength(1);
  await house[Symbol.asyncDispose]();
});

describe("a failure that does not pass goes to the next model at once", () => {
  test.each([
    ["auth", fake.fail(401), 401],
    ["auth", fake.fail(403), 403],
    ["billing", fake.fail(429, { kind: "quota" }), 429],
    ["billing", fake.fail(402), 402],
    ["unknown", fake.fail(404), 404],
  ] as const)("%s %#", async (kind, reply, status) => {
    const { house, clock } = await quick(["other/mock-2"]);
    provider.next(reply);
    const { text, message, changes } = await ask(house, "Say hello", { clock });
    expect(text).toBe("Hello from the mock model.");
    expect(message.provider).toBe("other");
    expect(changes).toMatchObject([{ from: "mock/mock-1", to: "other/mock-2", failure: { kind, status } }]);
    await house[Symbol.asyncDispose]();
  });
});

describe("a failure that every model would have stops the call", () => {
  test.each([
    ["format", fake.fail(400), 400],
    ["context_overflow", fake.overflow(), 400],
    ["context_overflow", fake.fail(413), 413],
    ["format", fake.webPage(), undefined],
    ["refusal", fake.answer([fake.text("no")], { stop: "filter" }), undefined],
  ] as const)("%s %#", async (kind, reply, status) => {
    const { house, clock } = await quick(["other/mock-2"]);
    provider.next(reply);
    const { failure, attempts, message } = await ask(house, "Say hello", { clock });
    expect(failure).toMatchObject({ kind, ...(status !== undefined && { status }) });
    expect(message.stopReason).toBe("error");
    expect(attempts).toHaveLength(1);
    await house[Symbol.asyncDispose]();
  });
});

test("a strict plan is never answered by another model", async () => {
  const { house, clock } = await quick(["other/mock-2"]);
  provider.on((request) => (request.model === "mock-1" ? fake.fail(401) : undefined));
  const plan = { candidates: [ONE, TWO], strict: true } as const;
  const { failure, attempts } = await ask(house, "Say hello", { clock, plan });
  expect(failure?.kind).toBe("auth");
  expect(attempts).toHaveLength(1);
  await house[Symbol.asyncDispose]();
});

test("a credential that was refused rests 30, 60 and then 300 seconds, and nothing is sent meanwhile", async () => {
  const { house, clock } = await quick();
  provider.on(() => fake.fail(401));
  for (const restMs of [30_000, 60_000, 300_000, 300_000]) {
    const before = provider.requests.length;
    expect((await ask(house, "hi", { clock })).failure).toMatchObject({ kind: "auth", status: 401 });
    expect(provider.requests.length).toBe(before + 1);
    clock.advance(restMs - 1);
    const resting = await ask(house, "hi", { clock });
    expect(resting.failure).toMatchObject({ kind: "auth", coolingDown: true });
    expect(resting.attempts).toEqual([]);
    clock.advance(1);
  }
  provider.reset();
  expect((await ask(house, "Say hello", { clock })).text).toBe("Hello from the mock model.");
  provider.on(() => fake.fail(401));
  await ask(house, "hi", { clock });
  clock.advance(30_000);
  provider.reset();
  expect((await ask(house, "Say hello", { clock })).text).toBe("Hello from the mock model.");
  await house[Symbol.asyncDispose]();
});

test("a credential without money rests ten minutes", async () => {
  const { house, clock } = await quick();
  provider.next(fake.fail(402));
  await ask(house, "hi", { clock });
  clock.advance(599_999);
  expect((await ask(house, "hi", { clock })).failure?.coolingDown).toBe(true);
  clock.advance(1);
  expect((await ask(house, "Say hello", { clock })).text).toBe("Hello from the mock model.");
  await house[Symbol.asyncDispose]();
});

test("a second key of the provider is tried before the next model", async () => {
  const clock = new ManualClock();
  await using house = await room({ clock, variables: { MOCK_API_KEY: "key-env" } }, ["other/mock-2"]);
  provider.on((request) => (request.apiKey === "key-env" ? fake.fail(401) : undefined));
  const { text, attempts, changes } = await ask(house, "Say hello", { clock });
  expect(text).toBe("Hello from the mock model.");
  expect(attempts).toEqual(["mock/mock-1 mock:env:MOCK_API_KEY", "mock/mock-1 mock:config"]);
  expect(changes).toMatchObject([{ from: "mock/mock-1", to: "mock/mock-1", failure: { kind: "auth" } }]);
  expect(changes[0]?.retryInMs).toBeUndefined();
});

test("an abort ends the call at once: before the answer, in it, and between attempts", async () => {
  const { house, clock } = await quick();
  {
    const ending = new AbortController();
    provider.next(fake.late(fake.say("never"), fake.silence()));
    const call = ask(house, "hi", { options: { signal: ending.signal } });
    await provider.request("the request");
    ending.abort();
    expect((await within("the abort", call)).message.stopReason).toBe("aborted");
    expect(await provider.requests[0]?.outcome).toBe("hung-up");
  }
  {
    const ending = new AbortController();
    provider.next(fake.answer([fake.text("half an "), fake.text("answer"), fake.silence()]));
    const call = ask(house, "hi", {
      options: { signal: ending.signal },
      onEvent: (event) => event.type === "text_delta" && event.delta === "answer" && ending.abort(),
    });
    const { message, text } = await within("the abort", call);
    expect([message.stopReason, text]).toEqual(["aborted", "half an answer"]);
  }
  {
    const ending = new AbortController();
    provider.next(fake.fail(500));
    // Time stands still: the pause would never end.
    const timers = clock.waiting;
    const waiting = ask(house, "hi", { options: { signal: ending.signal } });
    await until("the pause", () => clock.waiting > timers);
    ending.abort();
    const { message, changes } = await within("the abort", waiting);
    expect([message.stopReason, changes.length]).toEqual(["aborted", 1]);
  }
  const before = provider.requests.length;
  const dead = await ask(house, "hi", { options: { signal: AbortSignal.abort() } });
  expect(dead.message.stopReason).toBe("aborted");
  expect(provider.requests.length).toBe(before);
  await house[Symbol.asyncDispose]();
});

test("no key is in a message, whoever says it", async () => {
  await using house = await room();
  provider.next(fake.fail(400, { message: "Incorrect API key provided: key-one." }));
  const { failure, message } = await ask(house, "hi");
  expect(failure?.message).toBe("400 Incorrect API key provided: ***.");
  expect(JSON.stringify(message)).not.toContain("key-one");
});

test("a model without a credential says how to get one", async () => {
  await using house = await openRoom({ agents: { defaults: { model: "anthropic/claude-opus-4-6" } } });
  const { failure } = await ask(house, "hi");
  expect(failure).toMatchObject({ kind: "auth" });
  expect(failure?.message).toContain("openclaw models auth paste-api-key --provider anthropic");
  expect(failure?.message).toContain("ANTHROPIC_API_KEY");
});

describe.each(["openai-responses", "anthropic-messages"] as const)("%s", (api) => {
  test("answers, and its failures are told apart", async () => {
    const clock = new ManualClock();
    await using house = await openRoom(
      {
        models: { providers: { mock: provider.providerConfig(api) } },
        agents: { defaults: { model: "mock/mock-1" } },
      },
      { clock },
    );
    expect((await ask(house, "Say hello", { clock })).text).toBe("Hello from the mock model.");
    provider.next(fake.overflow());
    expect((await ask(house, "hi", { clock })).failure?.kind).toBe("context_overflow");
    provider.next(fake.fail(529));
    expect((await ask(house, "Say hello", { clock })).changes).toMatchObject([
      { failure: { kind: "overloaded" } },
    ]);
    provider.next(fake.answer([fake.text("half"), fake.cut()]));
    expect((await ask(house, "Say hello", { clock })).text).toBe("Hello from the mock model.");
    provider.next(fake.fail(401));
    expect((await ask(house, "hi", { clock })).failure).toMatchObject({ kind: "auth", status: 401 });
  });
});

test("a configured time limit ends a request that takes longer, and the silence of a server is waited for that long", async () => {
  for (const [models, limit] of [
    [{ timeoutSeconds: 1 }, {}],
    [{}, { timeoutMs: 1_000 }],
  ]) {
    const clock = new ManualClock();
    await using house = await openRoom(
      {
        models: { providers: { mock: provider.providerConfig("openai-completions", models) } },
        agents: { defaults: { model: { primary: "mock/mock-1", ...limit } } },
      },
      { clock, deps: { egress: new Egress({ clock }) } },
    );
    provider.next(fake.answer([fake.text("begin"), fake.silence()]), fake.fail(400));
    const begun = Promise.withResolvers<void>();
    const call = ask(house, "hi", {
      clock,
      onEvent: (event) => event.type === "text_delta" && begun.resolve(),
    });
    await within("the first words", begun.promise);
    clock.advance(1_000);
    const { changes } = await within("the end", call);
    expect(changes).toMatchObject([{ failure: { kind: "timeout" } }]);
  }
});

test("a server of one's own may be silent for five minutes, and not longer", async () => {
  const clock = new ManualClock();
  await using house = await room({ clock, deps: { egress: new Egress({ clock }) } });
  const begun = Promise.withResolvers<void>();
  provider.next(fake.answer([fake.text("loading"), fake.silence()]), fake.say("loaded"));
  const call = ask(house, "hi", {
    clock,
    onEvent: (event) => event.type === "text_delta" && event.delta === "loading" && begun.resolve(),
  });
  await begun.promise;
  clock.advance(299_999);
  expect(provider.requests).toHaveLength(1);
  clock.advance(1);
  const { text, changes } = await within("the second answer", call);
  expect(text).toBe("loaded");
  expect(changes).toMatchObject([
    { failure: { kind: "timeout", message: "127.0.0.1 sent nothing for 300 s" }, retryInMs: 750 },
  ]);
});

test("authHeader and auth token send the key as Authorization; headers of the configuration go along", async () => {
  for (const how of [{ authHeader: true }, { auth: "token" }]) {
    await using house = await openRoom({
      models: {
        providers: {
          mock: provider.providerConfig("anthropic-messages", { ...how, headers: { "x-team": "blue" } }),
        },
      },
      agents: { defaults: { model: "mock/mock-1" } },
    });
    provider.reset();
    await ask(house, "Say hello");
    const { headers } = provider.requests[0] ?? { headers: {} };
    expect(headers).toMatchObject({ authorization: "Bearer mock-key", "x-team": "blue" });
    expect(headers).not.toHaveProperty("x-api-key");
  }
});

test("parameters of a model go into the request, the turn's own over them", async () => {
  await using house = await openRoom({
    models: {
      providers: {
        mock: provider.providerConfig("openai-completions", { params: { top_p: 0.1, seed: 7 } }),
        other: provider.providerConfig("anthropic-messages"),
      },
    },
    agents: {
      defaults: {
        model: "mock/mock-1",
        models: { "mock/mock-1": { params: { temperature: 0.3, maxTokens: 99, thinking: "low", top_k: 4 } } },
      },
    },
  });
  await ask(house, "hi", { options: { samplingParams: { seed: 8 } } });
  expect(provider.requests[0]?.body).toMatchObject({
    temperature: 0.3,
    max_completion_tokens: 99,
    top_p: 0.1,
    top_k: 4,
    seed: 8,
  });
  expect(provider.requests[0]?.body).not.toHaveProperty("thinking");
  const plan = { candidates: [{ provider: "other", model: "mock-1" }], strict: true } as const;
  await ask(house, "hi", { plan, options: { samplingParams: { top_p: 0.5, stop: "END", seed: 1 } } });
  expect(provider.requests[1]?.body).toMatchObject({ top_p: 0.5, stop_sequences: ["END"] });
  expect(provider.requests[1]?.body).not.toHaveProperty("seed");
});

test("an output limit nobody set is left out of the request", async () => {
  await using house = await openRoom({
    models: { providers: { mock: { baseUrl: provider.openAiUrl, apiKey: "k" } } },
    agents: { defaults: { model: "mock/unlisted" } },
  });
  expect((await ask(house, "Say hello")).text).toBe("Hello from the mock model.");
  expect(provider.requests[0]?.model).toBe("unlisted");
  for (const key of ["max_tokens", "max_completion_tokens"])
    expect(provider.requests[0]?.body).not.toHaveProperty(key);
});

test("a server of one's own may want no key", async () => {
  await using house = await openRoom({
    models: { providers: { home: { baseUrl: provider.openAiUrl, models: [{ id: "m", name: "M" }] } } },
  });
  const { text, attempts } = await ask(house, "Say hello");
  expect([text, attempts]).toEqual(["Hello from the mock model.", ["home/m home:none"]]);
});

test("a server of one's own whose secret could not be read is not asked without it", async () => {
  await using house = await openRoom({
    models: {
      providers: {
        home: {
          baseUrl: provider.openAiUrl,
          apiKey: { source: "env", provider: "default", id: "HOME_KEY" },
          models: [{ id: "m", name: "M" }],
        },
      },
    },
  });
  const { message } = await ask(house, "Say hello");
  expect(message.errorMessage).toContain("models.providers.home.apiKey refers to could not be read");
  expect(message.errorMessage).toContain("openclaw secrets reload");
  expect((await house.models.info({ provider: "home", model: "m" })).available).toBe(false);
  expect(provider.requests).toEqual([]);
});

test("what a request costs is counted with the configured prices", async () => {
  await using house = await openRoom({
    models: {
      providers: {
        mock: {
          baseUrl: provider.openAiUrl,
          apiKey: "k",
          models: [{ id: "m", name: "M", cost: { input: 2, output: 10, cacheRead: 0.5, cacheWrite: 1 } }],
        },
      },
    },
  });
  provider.next(fake.say("hi", { usage: { input: 1_000, output: 100, cacheRead: 400 } }));
  const { message } = await ask(house, "hi");
  expect(message.usage).toMatchObject({ input: 600, output: 100, cacheRead: 400 });
  expect(message.usage.cost.total).toBeCloseTo((600 * 2 + 100 * 10 + 400 * 0.5) / 1e6, 12);
  expect((await house.models.info({ provider: "mock", model: "m" })).cost).toEqual({
    input: 2,
    output: 10,
    cacheRead: 0.5,
    cacheWrite: 1,
  });
});

test("64 answers stream at once, each its own", async () => {
  await using house = await room();
  const answers = await Promise.all(
    Array.from({ length: 64 }, async (_, at) => {
      provider.on((request) =>
        request.userText === `ask ${at}` ? fake.say([`answer `, String(at)]) : undefined,
      );
      return (await ask(house, `ask ${at}`)).text;
    }),
  );
  expect(answers).toEqual(Array.from({ length: 64 }, (_, at) => `answer ${at}`));
});
