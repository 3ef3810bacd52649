import { expect, test } from "bun:test";
import { PATIENCE_MS, until, type WireClient } from "../../support/index.ts";
import { TwoBots } from "../channels/world.ts";
import { objectOf, type TurnWorld, turnWorld } from "../turns/support/index.ts";
import { Caller } from "./traffic.ts";

const KEY = "agent:main:here";
const NOTE = "The variable is set; the deployment can go on.";
const TOLD = `Gateway restarted (config.patch). ${NOTE}`;
const READY = /\bready\b/g;

/** A turn, and a note that is told after a restart. */
const TEST_MS = 60_000;

/** How often this is told in the session; asked as clients do that come back after a restart. */
async function toldIn({ gateway }: TurnWorld, text: string): Promise<number> {
  const caller = new Caller(gateway);
  try {
    const { messages } = await caller.call("chat.history", { sessionKey: KEY });
    return JSON.stringify(messages).split(text).length - 1;
  } finally {
    await caller.close();
  }
}

async function firstTurn(client: WireClient): Promise<void> {
  await client.call("chat.send", { sessionKey: KEY, message: "ECHO hello", idempotencyKey: "one" });
  const waits = { runId: "one", timeoutMs: PATIENCE_MS };
  expect(await client.call("agent.wait", waits, 2 * PATIENCE_MS)).toMatchObject({ status: "ok" });
}

const patch = async (client: WireClient, config: object, after: object) => {
  const { hash } = objectOf(await client.call("config.get"));
  const raw = JSON.stringify(config);
  return objectOf(await client.call("config.patch", { raw, baseHash: hash, ...after }));
};

const starts = (output: string) => [...output.matchAll(READY)].length;

test(
  "a change that restarts the gateway waits as long as its author asks, and its note is told in the session once",
  async () => {
    await using world = await turnWorld();
    const client = await world.operator();
    await firstTurn(client);
    const began = performance.now();
    const written = await patch(
      client,
      { env: { vars: { STAGE: "two" } } },
      { sessionKey: KEY, note: NOTE, restartDelayMs: 1_000 },
    );
    expect(written.sentinel).toMatchObject({
      persisted: true,
      payload: { kind: "config-patch", sessionKey: KEY, message: NOTE, stats: { requiresRestart: true } },
    });
    expect(await client.event("shutdown")).toMatchObject({
      payload: { reason: "gateway restarting", restartExpectedMs: 1500 },
    });
    expect(performance.now() - began).toBeGreaterThan(900);
    await client.closed;
    await until("the note", async () => (await toldIn(world, TOLD)) === 1);
    await until("the second start", () => starts(world.gateway.output()) === 2);
    world.gateway.signal("SIGUSR1");
    await until("the third start", () => starts(world.gateway.output()) === 3);
    expect(await toldIn(world, TOLD)).toBe(1);
  },
  TEST_MS,
);

test(
  "gateway.restart.request takes a note and a session, too, and the note is told there once the gateway is back",
  async () => {
    await using world = await turnWorld();
    const client = await world.operator();
    await firstTurn(client);
    const request = { reason: "deploy", note: NOTE, sessionKey: KEY };
    expect(await client.call("gateway.restart.request", request)).toMatchObject({ ok: true });
    await client.closed;
    const told = `Gateway restarted (restart.request). ${NOTE}`;
    await until("the note", async () => (await toldIn(world, told)) === 1);
  },
  TEST_MS,
);

test(
  "a change that needs no restart leaves nothing to tell",
  async () => {
    await using world = await turnWorld();
    await using client = await world.operator();
    const written = await patch(client, { logging: { level: "debug" } }, { sessionKey: KEY, note: NOTE });
    expect(written.sentinel).toMatchObject({ persisted: false });
    world.gateway.signal("SIGUSR1");
    await until("the second start", () => starts(world.gateway.output()) === 2);
    expect(await toldIn(world, NOTE)).toBe(0);
  },
  TEST_MS,
);

test(
  "a session that is held in a chat is told there, by the account it was held with",
  async () => {
    await using it = await TwoBots.start();
    const { ann, work } = it;
    ann.says("ECHO hello", { in: ann.chat(work) });
    await it.telegram.journal.when("the answer", () => ann.chat(work).texts(work).includes("hello"));
    const { sessions } = await it.call("sessions.list");
    const [{ key = "" } = {}] = sessions as readonly { readonly key?: string }[];
    await using client = await it.gateway.operator();
    await patch(client, { env: { vars: { STAGE: "two" } } }, { sessionKey: key, note: NOTE });
    await it.telegram.journal.when("the note", () => ann.chat(work).texts(work).includes(TOLD), 20_000);
    expect(ann.chat(it.main).texts(it.main)).toEqual([]);
  },
  TEST_MS,
);
