import { expect, test } from "bun:test";
import { answer, Gate, hold, text } from "../../fakes/model-provider/index.ts";
import { fakeSystemd } from "../../fakes/systemctl/index.ts";
import { until, WireClient, within } from "../../support/index.ts";
import { startProgram } from "../program.ts";
import { objectOf, turnWorld } from "../turns/support/index.ts";

const KEY = "agent:main:drain";
const READY = /\bready\b/g;

/** A drain, a start, and some patience. */
const NEXT_MS = 20_000;

test("B14: a restart that waits for nothing: a turn that ends in time is told in full, one that does not is answered by the next gateway, and nobody is turned away meanwhile", async () => {
  await using world = await turnWorld();
  const { gateway, fake } = world;
  const [quick, slow] = [new Gate(), new Gate()];
  let isNext = false;
  fake.on(({ userText }) => {
    if (isNext) return undefined;
    const gate = userText.includes("quick") ? quick : slow;
    return answer([text("Half"), hold(gate), text(" and whole")]);
  });
  const client = await world.operator();
  const send = (name: string) =>
    client.call("chat.send", { sessionKey: `${KEY}:${name}`, message: `ECHO ${name}`, idempotencyKey: name });
  await Promise.all([send("quick"), send("slow")]);
  await within("both answers to begin", Promise.all([quick.reached, slow.reached]));
  expect(await client.call("gateway.restart.request", { skipDeferral: true })).toMatchObject({
    status: "scheduled",
    preflight: { safe: false, counts: { embeddedRuns: 2 } },
  });
  expect(await client.event("shutdown")).toMatchObject({
    payload: { reason: "gateway restarting", restartExpectedMs: 1500 },
  });
  const headers = { authorization: `Bearer ${gateway.token}` };
  const waiting = fetch(`${gateway.httpUrl}/v1/models`, { headers });
  const knocking = WireClient.open(gateway.wsUrl).then((late) =>
    late.connect({ auth: { token: gateway.token } }),
  );
  quick.open();
  isNext = true;
  const final = await client.next("the end of the quick turn", ({ event, payload }) => {
    const { runId, state } = objectOf(payload);
    return event === "chat" && runId === "quick" && state === "final";
  });
  expect(JSON.stringify(final)).toContain("Half and whole");
  // Whoever wants to connect meanwhile waits a little, and is told when to come again.
  expect(await knocking).toMatchObject({
    ok: false,
    error: { code: "UNAVAILABLE", retryable: true, details: { reason: "gateway-restarting" } },
  });
  await within("the old connection's end", client.closed, NEXT_MS);
  await until("the next gateway", () => [...gateway.output().matchAll(READY)].length === 2, NEXT_MS);
  expect((await waiting).status).toBe(200);
  const again = await world.operator();
  const outcome = async (runId: string) =>
    objectOf(await again.call("agent.wait", { runId, timeoutMs: 10_000 }));
  expect(await outcome("slow")).toMatchObject({ status: "ok", terminalReply: { text: "slow" } });
  expect(await outcome("quick")).toMatchObject({ status: "ok" });
  expect(fake.about("ECHO quick")).toHaveLength(1);
  await again.close();
}, 60_000);

test("gateway restart --wait waits for what is running, says so, and restarts once it is done; or when its time is over", async () => {
  await using world = await turnWorld();
  const { gateway, fake } = world;
  const gates = [new Gate(), new Gate()];
  let turn = 0;
  fake.on(() => {
    const gate = gates[turn++];
    return gate && answer([text("Half"), hold(gate), text(" and whole")]);
  });
  using systemd = await fakeSystemd(gateway.home);
  const env = {
    ...systemd.env,
    OPENCLAW_GATEWAY_PORT: String(gateway.port),
    OPENCLAW_GATEWAY_TOKEN: gateway.token ?? "",
  };
  const restart = (wait: string) =>
    startProgram(["gateway", "restart", "--wait", wait], { home: gateway.home, env });
  const starts = () => [...gateway.output().matchAll(READY)].length;
  const begin = async (key: string, gate: Gate | undefined) => {
    await using client = await world.operator();
    await client.call("chat.send", { sessionKey: `${KEY}:${key}`, message: key, idempotencyKey: key });
    await within("the answer to begin", gate?.reached ?? Promise.resolve());
  };
  await begin("one", gates[0]);
  await using patient = await restart("0");
  await patient.said(/Waiting for \d+ s: restart deferred: 1 active agent run/);
  expect(starts()).toBe(1);
  gates[0]?.open();
  expect(await within("the end of the command", patient.exited, NEXT_MS)).toBe(0);
  expect(patient.output()).toContain("Restarted the gateway");
  await until("the second start", () => starts() === 2);

  await begin("two", gates[1]);
  await using watcher = await world.operator();
  await using hasty = await restart("200ms");
  // It ends although the turn is under way, which still has the time of the drain.
  expect(await watcher.event("shutdown")).toMatchObject({ payload: { reason: "gateway restarting" } });
  gates[1]?.open();
  expect(await within("the end of the command", hasty.exited, NEXT_MS)).toBe(0);
  await until("the third start", () => starts() === 3);
}, 60_000);
