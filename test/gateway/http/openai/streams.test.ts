import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { RunObserver, RunOutcome } from "../../../../src/agent/index.ts";
import { until, within } from "../../../support/wait.ts";
import { sseEvents } from "./support/recorded.ts";
import { calling, failed } from "./support/scripted-runs.ts";
import { serve, type Served } from "./support/serve.ts";

let served: Served;

beforeAll(async () => {
  served = await serve();
});

beforeEach(() => {
  served.runs.script = undefined;
});

afterAll(() => served[Symbol.asyncDispose]());

const HI = [{ role: "user", content: "hi" }];
const TOOLS = [{ type: "function", function: { name: "get_weather" } }];
const PATHS = ["/v1/chat/completions", "/v1/responses"] as const;

function bodyFor(path: string, more: object = {}): object {
  return path === "/v1/responses" ? { input: "hi", ...more } : { messages: HI, ...more };
}

/** A run that tells `pieces` of one message, then ends as `outcome`. */
function telling(pieces: readonly string[], outcome: Partial<RunOutcome>): void {
  served.runs.script = async ({ observer }) => {
    let full = "";
    for (const delta of pieces) {
      full += delta;
      observer?.text?.({ delta, full, replaced: false });
    }
    observer?.message?.(full, true);
    return outcome;
  };
}

async function streamed(path: string, more: object = {}): Promise<Record<string, unknown>[]> {
  const response = await served.post(path, bodyFor(path, { stream: true, ...more }));
  expect(response.status).toBe(200);
  const events = sseEvents(await response.text());
  expect(events.at(-1)?.data).toBe("[DONE]");
  return events.slice(0, -1).map(({ data }) => data as Record<string, unknown>);
}

/** The text deltas of a streamed chat completion or response. */
function textOf(events: readonly Record<string, unknown>[]): string {
  return events
    .map((event) => {
      const choices = event["choices"] as { delta: { content?: string } }[] | undefined;
      if (choices) return choices[0]?.delta.content ?? "";
      return event["type"] === "response.output_text.delta" ? String(event["delta"]) : "";
    })
    .join("");
}

describe("streams", () => {
  test("tell all messages of a turn, with what was said between the agent's own tools", async () => {
    served.runs.script = async ({ observer }) => {
      observer?.text?.({ delta: "Let me look.", full: "Let me look.", replaced: false });
      observer?.message?.("Let me look.", false);
      observer?.text?.({ delta: "It is 18C.", full: "It is 18C.", replaced: false });
      observer?.message?.("It is 18C.", true);
      return { text: "It is 18C." };
    };
    for (const path of PATHS) {
      expect(textOf(await streamed(path))).toBe("Let me look.\n\nIt is 18C.");
    }
  });

  test("tell a text that comes only at the end", async () => {
    served.runs.script = async () => ({ text: "all at once" });
    for (const path of PATHS) expect(textOf(await streamed(path))).toBe("all at once");
  });

  test("of a run that stayed silent say so, as whole answers do", async () => {
    served.runs.script = async () => ({ text: "" });
    for (const path of PATHS) expect(textOf(await streamed(path))).toBe("No response from OpenClaw.");
    const whole = await served.post("/v1/chat/completions", { messages: HI });
    expect(await whole.json()).toMatchObject({
      choices: [{ message: { content: "No response from OpenClaw." } }],
    });
  });

  test("that would have to take something back end with an error", async () => {
    served.runs.script = async ({ observer }) => {
      observer?.text?.({ delta: "Yes", full: "Yes", replaced: false });
      observer?.text?.({ delta: "", full: "No", replaced: true });
      observer?.message?.("No", true);
      return { text: "No" };
    };
    const message = "Assistant output cannot be represented as an append-only response stream.";
    const chat = await streamed("/v1/chat/completions");
    expect(chat.at(-1)).toEqual({ error: { message, type: "api_error" } });
    const response = await streamed("/v1/responses");
    expect(response.at(-1)).toMatchObject({
      type: "response.failed",
      response: { status: "failed", error: { code: "api_error", message } },
    });
  });

  test("keep their prose back until a demanded call is there", async () => {
    const told: string[] = [];
    served.runs.script = async ({ observer }) => {
      told.push(String(observer));
      return calling("get_weather", '{"city":"Paris"}', "Looking.");
    };
    const events = await streamed("/v1/chat/completions", { tools: TOOLS, tool_choice: "required" });
    expect(told).toEqual(["undefined"]);
    expect(textOf(events)).toBe("Looking.");
    expect(events.at(-1)).toMatchObject({ choices: [{ finish_reason: "tool_calls" }] });
  });

  test("say when the model reached its limit of tokens", async () => {
    telling(["half an ans"], { text: "half an ans", stopReason: "length" });
    const chat = await streamed("/v1/chat/completions");
    expect(chat.at(-1)).toMatchObject({ choices: [{ finish_reason: "length" }] });
    const response = await streamed("/v1/responses");
    expect(response.at(-1)).toMatchObject({
      type: "response.incomplete",
      response: {
        status: "incomplete",
        incomplete_details: { reason: "max_output_tokens" },
        output: [{ status: "incomplete" }],
      },
    });
    const whole = await served.post("/v1/responses", { input: "hi" });
    expect(await whole.json()).toMatchObject({ status: "incomplete", output: [{ status: "incomplete" }] });
  });

  test("reach the caller piece by piece, while the run goes on", async () => {
    const next = { fn: (): void => undefined };
    served.runs.script = async ({ observer }) => {
      observer?.text?.({ delta: "first", full: "first", replaced: false });
      await new Promise<void>((resolve) => (next.fn = resolve));
      return { text: "first" };
    };
    for (const path of PATHS) {
      const response = await served.post(path, bodyFor(path, { stream: true }));
      const reader = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
      let seen = "";
      await until("the first piece", async () => {
        const { value } = await within("a piece", reader.read());
        seen += new TextDecoder().decode(value);
        return seen.includes("first");
      });
      next.fn();
      while (!(await reader.read()).done);
    }
  });
});

describe("callers who leave", () => {
  /** A run that only ends when it is aborted. */
  function endless(observer?: (heard: RunObserver | undefined) => void): void {
    served.runs.script = (request, signal) => {
      observer?.(request.observer);
      return new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve({ status: "aborted", stopReason: "aborted" }));
      });
    };
  }

  for (const path of PATHS) {
    for (const stream of [true, false]) {
      test(`${path}, ${stream ? "streaming" : "waiting"}: the run is ended`, async () => {
        const started = Promise.withResolvers<void>();
        endless((heard) => {
          heard?.text?.({ delta: "x", full: "x", replaced: false });
          started.resolve();
        });
        const left = new AbortController();
        const reply = served
          .call(path, {
            method: "POST",
            body: JSON.stringify(bodyFor(path, { stream })),
            signal: left.signal,
          })
          .then((response) => response.text())
          .catch(() => "left");
        await within("the run", started.promise);
        left.abort();
        expect(await reply).toBe("left");
        const { runId, sessionKey } = served.runs.last;
        await until("the abort", () => served.runs.aborted.some((one) => one.runId === runId));
        expect(served.runs.aborted.at(-1)).toEqual({ key: sessionKey, runId, reason: "disconnect" });
        await until("the end of the run", () => served.runs.activeCount === 0);
      });
    }
  }
});

describe("what went wrong, as the caller hears it", () => {
  const CASES: readonly [string, Partial<RunOutcome>, number, string, string][] = [
    ["auth", failed({ kind: "auth", message: "no", status: 403 }), 403, "authentication_error", "403 no"],
    ["billing", failed({ kind: "billing", message: "pay" }), 402, "insufficient_quota", "pay"],
    [
      "rate limit",
      failed({ kind: "rate_limit", message: "429 slow", status: 429 }),
      429,
      "rate_limit_error",
      "429 slow",
    ],
    [
      "overloaded",
      failed({ kind: "overloaded", message: "x", status: 529 }),
      503,
      "api_error",
      "upstream provider overloaded",
    ],
    ["timeout", failed({ kind: "timeout", message: "x" }), 504, "api_error", "upstream provider timeout"],
    [
      "server",
      failed({ kind: "server", message: "secret detail", status: 500 }),
      502,
      "api_error",
      "upstream provider error",
    ],
    ["network", failed({ kind: "network", message: "x" }), 502, "api_error", "upstream provider not reached"],
    [
      "overflow",
      failed({ kind: "context_overflow", message: "too long", status: 400 }),
      400,
      "invalid_request_error",
      "400 too long",
    ],
    ["refusal", failed({ kind: "refusal", message: "no" }), 400, "invalid_request_error", "no"],
    ["internal", failed({ kind: "internal", message: "TypeError" }), 500, "api_error", "internal error"],
    [
      "cooling down",
      failed({ kind: "auth", message: "x", status: 401, coolingDown: true }),
      500,
      "api_error",
      "internal error",
    ],
    ["stopped", { status: "aborted" }, 500, "api_error", "the run was stopped"],
    ["too long", { status: "timeout" }, 504, "api_error", "the run took longer than allowed"],
    ["interrupted", { status: "interrupted" }, 503, "api_error", "the gateway stopped during the run"],
  ];
  for (const [what, outcome, status, type, message] of CASES) {
    test(`${what} is ${status} ${type}`, async () => {
      served.runs.script = async () => outcome;
      const chat = await served.post("/v1/chat/completions", { messages: HI });
      expect([chat.status, await chat.json()]).toEqual([status, { error: { message, type } }]);
      expect(chat.headers.get("x-should-retry")).toBe("false");
      const response = await served.post("/v1/responses", { input: "hi" });
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({ status: "failed", error: { code: type, message } });
      const events = await streamed("/v1/chat/completions");
      expect(events.at(-1)).toEqual({ error: { message, type } });
    });
  }

  test("an error nobody foresaw is an internal error, and says nothing else", async () => {
    served.runs.script = () => Promise.reject(new Error("database password is hunter2"));
    const chat = await served.post("/v1/chat/completions", { messages: HI });
    expect([chat.status, await chat.json()]).toEqual([
      500,
      { error: { message: "internal error", type: "api_error" } },
    ]);
  });
});
