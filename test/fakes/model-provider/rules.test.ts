import { expect, test } from "bun:test";
import { FakeModelProvider, fail, Gate, hold, late, say } from "./index.ts";

async function ask(
  fake: FakeModelProvider,
  said: string,
  overrides: object = {},
  key = "mock-key",
): Promise<Response> {
  return fetch(`${fake.openAiUrl}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: "mock-1", messages: [{ role: "user", content: said }], ...overrides }),
  });
}

async function answerOf(response: Promise<Response>): Promise<unknown> {
  const body = (await (await response).json()) as { choices: [{ message: { content: string } }] };
  return body.choices[0].message.content;
}

test("queued replies go before rules, newer rules before older ones, rules before scenarios", async () => {
  await using fake = await FakeModelProvider.start();
  fake.on(() => say("older"));
  const remove = fake.on((request) => (request.userText === "pass" ? undefined : say("newer")));
  fake.next(say("queued"), fail(500));
  expect(await answerOf(ask(fake, "hello"))).toBe("queued");
  expect((await ask(fake, "hello")).status).toBe(500);
  expect(await answerOf(ask(fake, "hello"))).toBe("newer");
  expect(await answerOf(ask(fake, "pass"))).toBe("older");
  remove();
  expect(await answerOf(ask(fake, "hello"))).toBe("older");
  fake.reset();
  expect(await answerOf(ask(fake, "hello"))).toBe("Hello from the mock model.");
});

test("a first byte can be held back, and requests waited for", async () => {
  await using fake = await FakeModelProvider.start();
  const gate = new Gate();
  fake.next(late(say("at last"), hold(gate)));
  const asked = answerOf(ask(fake, "held"));
  await gate.reached;
  expect((await fake.request("the request", ({ userText }) => userText === "held")).model).toBe("mock-1");
  gate.open();
  expect(await asked).toBe("at last");
  expect(fake.about("held")).toHaveLength(1);
});

test("keys, models and prompt sizes are refused when the test says so", async () => {
  await using fake = await FakeModelProvider.start({
    apiKey: "right",
    strictModels: true,
    contextTokens: 100,
  });
  expect((await ask(fake, "hello", {}, "wrong")).status).toBe(401);
  expect((await ask(fake, "hello", { model: "other" }, "right")).status).toBe(404);
  expect(await (await ask(fake, "x".repeat(1_000), {}, "right")).json()).toMatchObject({
    error: { code: "context_length_exceeded" },
  });
  expect((await ask(fake, "hello", {}, "right")).status).toBe(200);
});

test("a tool is called again and again until its results are there", async () => {
  await using fake = await FakeModelProvider.start();
  const messages: object[] = [{ role: "user", content: 'LOOP 2 read {"path":"a"}' }];
  for (const round of [1, 2]) {
    const response = await ask(fake, "", { messages });
    const { choices } = (await response.json()) as {
      choices: [{ message: { tool_calls: [{ id: string }] } }];
    };
    const [call] = choices[0].message.tool_calls;
    expect(call.id).toBe(`call_mock_${round}`);
    messages.push(choices[0].message, { role: "tool", tool_call_id: call.id, content: "b" });
  }
  expect(await answerOf(ask(fake, "", { messages }))).toBe("The tool has finished.");
});
