import { expect, test } from "bun:test";
import { answer, Gate, hold, text } from "../../fakes/model-provider/index.ts";
import { type GatewayProcess, spawnGateway, until, within, type WireClient } from "../../support/index.ts";
import { mockConfig, objectOf, type TurnWorld, turnWorld } from "../turns/support/index.ts";

const KEY = "agent:main:stop";
/** A stop waits ten seconds for turns; a little more for the rest. */
const STOP_MS = 15_000;

const send = (client: WireClient, message: string, idempotencyKey: string, sessionKey = KEY) =>
  client.request("chat.send", { sessionKey, message, idempotencyKey });

const final = (client: WireClient, runId: string) =>
  client.next(
    `the final answer of ${runId}`,
    ({ event, payload }) =>
      event === "chat" && objectOf(payload).runId === runId && objectOf(payload).state === "final",
  );

/** `POST /v1/chat/completions` in a session of its own. */
const complete = (gateway: GatewayProcess, content: string, stream: boolean) =>
  fetch(`${gateway.httpUrl}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${gateway.token}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "openclaw", stream, messages: [{ role: "user", content }] }),
  });

/** The fake is about to answer `count` requests that stand still in the middle of their answer. */
async function standing({ fake }: TurnWorld, count: number): Promise<void> {
  await until(`${count} calls to be under way`, () => fake.requests.length >= count);
}

test("SIGTERM: a turn that ends in time is told in full before its client is let go, and stays told", async () => {
  await using world = await turnWorld();
  const gate = new Gate();
  world.fake.next(answer([text("Half"), hold(gate), text(" and whole")]));
  const client = await world.operator();
  expect(await send(client, "go", "one")).toMatchObject({ ok: true, payload: { status: "started" } });
  await within("the answer to begin", gate.reached);
  world.gateway.signal("SIGTERM");
  expect(await client.event("shutdown")).toMatchObject({ payload: { reason: "gateway stopping" } });
  expect(await send(client, "too late", "two")).toMatchObject({
    ok: false,
    error: { code: "UNAVAILABLE", retryable: true },
  });
  const late = await complete(world.gateway, "too late", false);
  expect([late.status, await late.text()]).toEqual([503, expect.stringContaining("shutting down")]);
  gate.open();
  expect(await final(client, "one")).toMatchObject({
    payload: { message: { content: [{ type: "text", text: "Half and whole" }] } },
  });
  expect(await client.closed).toMatchObject({ code: 1012 });
  expect(await world.gateway.exited).toBe(0);

  await using next = await spawnGateway({ home: world.home });
  await using again = await next.operator();
  expect(await send(again, "go", "one")).toMatchObject({ ok: true, payload: { runId: "one", status: "ok" } });
  expect(world.fake.requests).toHaveLength(1);
});

test("SIGTERM: what does not end in time is taken up by the next gateway, and every caller hears of it", async () => {
  await using world = await turnWorld();
  const gate = new Gate();
  let isDead = false;
  world.fake.on(() => (isDead ? undefined : answer([text("Half"), hold(gate)])));
  const client = await world.operator();
  await send(client, "ECHO chat", "chat-1", `${KEY}:a`);
  await send(client, "ECHO queued", "chat-2", `${KEY}:a`);
  client.send({
    type: "req",
    id: "agent-call",
    method: "agent",
    params: { message: "ECHO agent", sessionKey: `${KEY}:b`, idempotencyKey: "agent-1" },
  });
  const whole = complete(world.gateway, "ECHO whole", false);
  const streamed = complete(world.gateway, "ECHO streamed", true);
  await standing(world, 4);
  expect(await client.response("agent-call")).toMatchObject({ payload: { status: "accepted" } });
  world.gateway.signal("SIGTERM");

  expect(await client.response("agent-call", STOP_MS)).toMatchObject({
    ok: false,
    error: { code: "UNAVAILABLE", message: expect.stringContaining("restart") },
  });
  const refused = await within("the HTTP answer", whole, STOP_MS);
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ error: { type: "api_error" } });
  const events = await (await streamed).text();
  expect(events).toContain('"error"');
  expect(await client.closed).toMatchObject({ code: 1012 });
  expect(await world.gateway.exited).toBe(0);

  isDead = true;
  await using next = await spawnGateway({ home: world.home });
  await using again = await next.operator();
  for (const [runId, reply] of [
    ["chat-1", "chat"],
    ["chat-2", "queued"],
    ["agent-1", "agent"],
  ]) {
    expect(await again.call("agent.wait", { runId })).toMatchObject({
      status: "ok",
      terminalReply: { text: reply },
    });
  }
  expect(world.fake.about("ECHO whole")).toHaveLength(1);
  expect(world.fake.about("ECHO streamed")).toHaveLength(1);
  const history = objectOf(await again.call("chat.history", { sessionKey: `${KEY}:a` }));
  const roles = (history.messages as readonly { readonly role: string }[]).map(({ role }) => role);
  expect(roles).toEqual(["user", "assistant", "user", "assistant"]);
}, 40_000);

for (const how of ["SIGUSR1", "gateway.restart.request"] as const) {
  test(`${how}: the restart waits for the turn under way and for what waits behind it, and the next gateway knows both`, async () => {
    await using world = await turnWorld();
    const gate = new Gate();
    world.fake.next(answer([text("Half"), hold(gate), text(" and whole")]));
    const client = await world.operator();
    await send(client, "go", "one");
    await within("the answer to begin", gate.reached);
    if (how === "SIGUSR1") world.gateway.signal(how);
    else {
      expect(await client.call("gateway.restart.preflight", {})).toMatchObject({
        safe: false,
        counts: { embeddedRuns: 1 },
      });
      expect(await client.call("gateway.restart.request", {})).toMatchObject({ status: "deferred" });
    }
    // Nothing is refused while a restart waits.
    expect(await send(client, "ECHO later", "two")).toMatchObject({ payload: { status: "started" } });
    gate.open();
    await final(client, "one");
    await final(client, "two");
    expect(await client.event("shutdown")).toMatchObject({ payload: { reason: "gateway restarting" } });
    expect(await client.closed).toMatchObject({ code: 1012 });
    const again = await until("the gateway to be back", () => world.operator().catch(() => undefined));
    expect(await send(again, "go", "one")).toMatchObject({ payload: { status: "ok" } });
    expect(await send(again, "ECHO later", "two")).toMatchObject({ payload: { status: "ok" } });
    expect(await send(again, "ECHO new", "three")).toMatchObject({ payload: { status: "started" } });
    await final(again, "three");
    expect(world.fake.requests).toHaveLength(3);
    await again.close();
  });
}

test("two gateways on one machine share neither sessions nor keys, and one that stops leaves the other alone", async () => {
  await using first = await turnWorld();
  await using second = await turnWorld();
  const [one, two] = [await first.operator(), await second.operator()];
  for (const client of [one, two])
    expect(await send(client, "ECHO same", "same")).toMatchObject({ payload: { status: "started" } });
  await Promise.all([final(one, "same"), final(two, "same")]);
  expect([first.fake.requests.length, second.fake.requests.length]).toEqual([1, 1]);
  const gate = new Gate();
  second.fake.next(answer([text("Half"), hold(gate), text(" and whole")]));
  await send(two, "go", "only-here");
  await within("the answer to begin", gate.reached);
  expect(await first.gateway.stop()).toBe(0);
  gate.open();
  await final(two, "only-here");
  const history = objectOf(await two.call("chat.history", { sessionKey: KEY }));
  expect(history.messages).toHaveLength(4);
});

test("two gateways of one provider under load: each answers its own", async () => {
  await using first = await turnWorld();
  await first.home.write("second/.openclaw/openclaw.json", mockConfig(first.fake));
  const home = {
    ...first.home,
    path: first.home.at("second"),
    at: (...parts: string[]) => first.home.at("second", ...parts),
  };
  await using second = await spawnGateway({ home });
  const [one, two] = [await first.operator(), await second.operator()];
  const runs = Array.from({ length: 20 }, (_, index) => `run-${index}`);
  await Promise.all(
    runs.flatMap((runId) => [
      send(one, `ECHO first ${runId}`, runId, `${KEY}-${runId}`),
      send(two, `ECHO second ${runId}`, runId, `${KEY}-${runId}`),
    ]),
  );
  for (const runId of runs) {
    expect(await one.call("agent.wait", { runId })).toMatchObject({
      terminalReply: { text: `first ${runId}` },
    });
    expect(await two.call("agent.wait", { runId })).toMatchObject({
      terminalReply: { text: `second ${runId}` },
    });
  }
  await Promise.all([one.close(), two.close()]);
});
