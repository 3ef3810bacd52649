import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { answer, silence, spoken } from "../../fakes/model-provider/index.ts";
import { until, within, type WireClient } from "../../support/index.ts";
import { objectOf, type TurnWorld, turnWorld } from "../turns/support/index.ts";

/** Turns of all sessions at once. */
const LANE_WIDTH = 2;

interface Phase {
  readonly phase: string;
  /** Brings a run of the session into the phase. */
  readonly enter: (world: TurnWorld, client: WireClient, session: string) => Promise<string>;
}

const send = (client: WireClient, sessionKey: string, message: string, idempotencyKey: string) =>
  client.call("chat.send", { sessionKey, message, idempotencyKey, queueMode: "followup" });

/** Sessions that take all places while another one waits. */
function busyBeside(session: string): string[] {
  return Array.from({ length: LANE_WIDTH }, (_, n) => `${session}-busy-${n}`);
}

async function said(world: TurnWorld, client: WireClient, session: string, message: string): Promise<string> {
  const runId = `run-${session}`;
  await send(client, session, message, runId);
  await within(
    "the call",
    world.fake.request(message, ({ userText }) => userText.includes(message)),
  );
  return runId;
}

/** In none of them a run would end by itself while a test lasts: that a stop is answered shows that it ended it. */
const PHASES: readonly Phase[] = [
  {
    phase: "waiting behind another turn of its session",
    async enter(world, client, session) {
      await said(world, client, session, `HANG please ${session}`);
      await send(client, session, "ECHO next", `queued-${session}`);
      return `queued-${session}`;
    },
  },
  {
    phase: "waiting for a place among all sessions",
    async enter(world, client, session) {
      for (const busy of busyBeside(session)) await said(world, client, busy, `HANG ${busy}`);
      await send(client, session, "ECHO never", `place-${session}`);
      await until("the run to be at work", async () => (await row(client, session)).hasActiveRun === true);
      return `place-${session}`;
    },
  },
  {
    phase: "before the first byte",
    enter: (world, client, session) => said(world, client, session, `LATE 600000 ${session}`),
  },
  {
    phase: "after the headers",
    enter: (world, client, session) => said(world, client, session, `HANG please ${session}`),
  },
  {
    phase: "while words come",
    async enter(world, client, session) {
      const runId = await said(world, client, session, `SLOW words=4000 ms=10 ${session}`);
      await client.next("a piece", ({ event, payload }) => {
        const { state, runId: of } = objectOf(payload);
        return event === "chat" && state === "delta" && of === runId;
      });
      return runId;
    },
  },
  {
    phase: "in a tool",
    async enter(world, client, session) {
      const file = world.home.at(session.replaceAll(":", "-"));
      const command = `echo $$ > ${file}; trap "" TERM; sleep 600 & wait`;
      const runId = await said(world, client, session, `TOOL exec ${JSON.stringify({ command })}`);
      await until("the command to run", () => existsSync(file) && readFileSync(file, "utf8").trim() !== "");
      return runId;
    },
  },
  {
    phase: "between two tries",
    enter: (world, client, session) => said(world, client, session, `ERROR 429 retry-after=240 ${session}`),
  },
  {
    phase: "while the conversation is shortened",
    async enter(world, client, session) {
      const long = await said(world, client, session, `${session} ${"x".repeat(90_000)}`);
      await client.call("agent.wait", { runId: long });
      const release = world.fake.on(({ userText }) =>
        spoken(userText).startsWith("ECHO short") ? undefined : answer([silence()]),
      );
      const before = world.fake.requests.length;
      await send(client, session, `ECHO short ${session}`, `short-${session}`);
      await until("the summary to be asked for", () => world.fake.requests.length > before);
      release();
      return `short-${session}`;
    },
  },
];

async function row(client: WireClient, key: string): Promise<Readonly<Record<string, unknown>>> {
  const described = objectOf(await client.call("sessions.describe", { key }));
  return objectOf(described.session);
}

let world: TurnWorld;
beforeAll(async () => {
  world = await turnWorld({
    config: { agents: { defaults: { model: { primary: "mock/mock-1" }, maxConcurrent: LANE_WIDTH } } },
    fake: { usage: "estimated" },
  });
});
afterAll(() => world[Symbol.asyncDispose]());

for (const how of ["chat.abort", "/stop"] as const) {
  for (const [index, { phase, enter }] of PHASES.entries()) {
    test(`${how} ends a run ${phase}`, async () => {
      const client = await world.operator();
      const session = `agent:main:${how === "/stop" ? "word" : "call"}-${index}`;
      const runId = await enter(world, client, session);
      const stopped =
        how === "chat.abort"
          ? await client.call("chat.abort", { sessionKey: session })
          : await client.call("chat.send", {
              sessionKey: session,
              message: "/stop",
              idempotencyKey: crypto.randomUUID(),
            });
      expect(stopped).toMatchObject({ ok: true, aborted: true });
      expect(objectOf(stopped).runIds).toContain(runId);
      await client.next("the word of its end", ({ event, payload }) => {
        const { state, runId: of } = objectOf(payload);
        return event === "chat" && state === "aborted" && of === runId;
      });
      expect(await client.call("agent.wait", { runId })).toMatchObject({
        status: "timeout",
        stopReason: expect.any(String),
      });
      for (const sessionKey of busyBeside(session)) await client.call("chat.abort", { sessionKey });
      await send(client, session, "ECHO alive", `after-${session}`);
      expect(await client.call("agent.wait", { runId: `after-${session}` })).toMatchObject({
        terminalReply: { text: "alive" },
      });
      await until(
        "nothing to be at work",
        async () => objectOf(await client.call("gateway.restart.preflight", {})).safe === true,
      );
      await client.close();
    });
  }
}
