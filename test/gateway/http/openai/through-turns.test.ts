import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { AgentRuns, ModelRoom } from "../../../../src/agent/index.ts";
import { systemClock } from "../../../../src/lib/clock.ts";
import { Egress } from "../../../../src/lib/egress/index.ts";
import { randomIds } from "../../../../src/lib/ids.ts";
import { silentLogger } from "../../../../src/lib/logger.ts";
import { Recording } from "../../../agent/runs/recording.ts";
import { prompts, toolsOf } from "../../../agent/runs/stand-ins.ts";
import { FakeModelProvider } from "../../../fakes/model-provider/index.ts";
import { until } from "../../../support/wait.ts";
import { cases, replay } from "./support/recorded.ts";
import { PEER_USAGE, recordedPeer } from "./support/recorded-peer.ts";
import { serve, type Served } from "./support/serve.ts";

/** The recorded requests again, with real turns and models between the routes and a provider over HTTP. */
let served: Served;
let provider: FakeModelProvider;
let runs: AgentRuns;

beforeAll(async () => {
  provider = await FakeModelProvider.start({ usage: PEER_USAGE });
  provider.on(recordedPeer);
  const mock = {
    baseUrl: provider.openAiUrl,
    apiKey: "mock-key",
    api: "openai-completions",
    models: [{ id: "mock-1", name: "Mock", input: ["text", "image"], contextWindow: 128_000 }],
  };
  served = await serve({
    config: {
      models: { providers: { mock } },
      agents: { defaults: { model: "mock/mock-1" } },
    },
    agent: ({ store, sessions, roster, config }) => {
      const common = { store, clock: systemClock };
      const models = new ModelRoom({
        ...common,
        config,
        variables: () => ({}),
        egress: new Egress({ clock: systemClock }),
        log: silentLogger,
        guide: {
          version: "0",
          startedAt: 0,
          address: () => undefined,
          timeZone: () => "UTC",
          configPath: "openclaw.json",
        },
      });
      runs = new AgentRuns({
        ...common,
        config: {
          get current() {
            return config();
          },
        },
        sessions,
        models,
        tools: toolsOf(),
        prompts: {
          ...prompts,
          build: async ({ extra }) => ({ text: `You are a test.\n\n${extra ?? ""}`, sections: [] }),
        },
        roster,
        events: new Recording(),
        ids: randomIds,
        logger: silentLogger,
      });
      return { runs, models };
    },
  });
});

afterAll(async () => {
  await runs.stop(0);
  await served[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});

/** Cases whose outcome is decided by the turn, not by the request. */
const TURNS = [
  "model missing",
  "agent colon alias",
  "non-streaming",
  "system and history",
  "stable user key",
  "explicit session key",
  "streaming",
  "streaming with usage",
  "tool call",
  "tool result follow-up",
  "tool call streaming",
  "tool_choice required but model answers prose",
  "same, streaming",
  "slash command goes to the model",
  "string input",
  "items input with instructions",
  "function call",
  "function call streaming",
  "tool_choice required but prose",
  "input_file text",
  "input_image base64",
  "upstream 400",
  "upstream 404",
  "upstream 400 streaming",
  "model override header",
];

describe("recorded requests through real turns", async () => {
  for (const name of ["chat-completions", "responses"]) {
    const recorded = (await cases(name)).filter((one) => TURNS.includes(one.name));
    for (const one of recorded) test(`${name}: ${one.name}`, () => replay(served, one, "pieces"));
  }
});

describe("what the model sees", () => {
  test("tools of the caller beside its system prompt, and the folded conversation as one message", async () => {
    await served.post("/v1/chat/completions", {
      temperature: 0.3,
      stop: ["END"],
      messages: [
        { role: "system", content: "SYSNOTE" },
        { role: "user", content: "q1" },
        { role: "assistant", content: "a1" },
        { role: "user", content: "say seen" },
      ],
      tools: [{ type: "function", function: { name: "get_weather", parameters: { type: "object" } } }],
    });
    const [request] = provider.about("say seen");
    expect(request?.system).toEndWith("SYSNOTE");
    expect(request?.toolNames).toEqual(["get_weather"]);
    expect(request?.body).toMatchObject({ temperature: 0.3, stop: ["END"] });
    expect(request?.userText).toContain("User: q1\nAssistant: a1\n");
  });

  test("the earlier turns of its session, and a result for the call it made there", async () => {
    const ask = (input: unknown, more: object = {}) =>
      served.post("/v1/responses", {
        input,
        tools: [{ type: "function", name: "get_weather", parameters: { type: "object" } }],
        ...more,
      });
    const first = (await (await ask('tool get_weather {"city":"Rome"}')).json()) as {
      id: string;
      output: { call_id: string }[];
    };
    const callId = first.output[0]?.call_id ?? "";
    const output = [{ type: "function_call_output", call_id: callId, output: "say 21C" }];
    const second = (await (await ask(output, { previous_response_id: first.id })).json()) as {
      output: { content: { text: string }[] }[];
    };
    expect(second.output[0]?.content[0]?.text).toBe("21C");
    const [request] = provider.about(`Tool:${callId}`);
    expect(request?.turns.map(({ role }) => role)).toEqual(["system", "user", "assistant", "tool", "user"]);
  });

  test("nothing more once the caller has left, and the session is free for the next", async () => {
    const leaving = new AbortController();
    const body = JSON.stringify({
      stream: true,
      user: "leaver",
      messages: [{ role: "user", content: "SLOW words=1000 ms=20" }],
    });
    const response = await served.call("/v1/chat/completions", {
      method: "POST",
      body,
      signal: leaving.signal,
    });
    const reader = response.body?.getReader();
    await reader?.read();
    const slow = await provider.request("the slow one", (request) => request.userText.includes("SLOW"));
    leaving.abort();
    await reader?.read().catch(() => undefined);
    expect(await slow.outcome).toBe("hung-up");
    await until("the run to end", () => runs.activeCount === 0);
    const next = await served.post("/v1/chat/completions", {
      user: "leaver",
      messages: [{ role: "user", content: "say free" }],
    });
    expect(await next.json()).toMatchObject({ choices: [{ message: { content: "free" } }] });
  });

  test("two requests of one user at once get an answer each", async () => {
    const replies = await Promise.all(
      ["one", "two", "three"].map(async (word) => {
        const reply = await served.post("/v1/chat/completions", {
          user: "busy",
          messages: [{ role: "user", content: `say ${word}` }],
        });
        return ((await reply.json()) as { choices: { message: { content: string } }[] }).choices[0]?.message
          .content;
      }),
    );
    expect(replies).toEqual(["one", "two", "three"]);
  });
});

test("a refused credential is told, then rests: the next request fails at once, and nothing is sent", async () => {
  const ask = (content: string) =>
    served.post("/v1/chat/completions", { messages: [{ role: "user", content }] });
  const refused = await ask("fail 401");
  expect([refused.status, await refused.json()]).toEqual([
    401,
    { error: { message: "401 mock failure 401", type: "authentication_error" } },
  ]);
  const before = provider.requests.length;
  const resting = await ask("say cooling");
  expect([resting.status, await resting.json()]).toEqual([
    500,
    { error: { message: "internal error", type: "api_error" } },
  ]);
  expect(provider.requests.length).toBe(before);
});
