import { PATIENCE_MS, type WireClient, type WireFrame } from "../../support/index.ts";
import type { Measured } from "../figures.ts";
import { startBench } from "../turns/gateway.ts";

const RUNS = 20;

/** A model that would go on for a minute. */
const LONG_ANSWER = "TOKENS n=6000 ms=10";

/** A command that does not want to end, and a child that does not either. */
const STUBBORN = "trap '' TERM; (trap '' TERM; while :; do sleep 0.05; done) & echo at-work; wait";

/** From a person's stop until it is done, at worst: an answer that streams, and a command of the agent. */
export async function stops(): Promise<Measured> {
  await using bench = await startBench();
  const { client } = bench;
  const answer = await slowestStop(client, "answer", LONG_ANSWER, (said) => said.includes("word1"));
  const command = `TOOL exec ${JSON.stringify({ command: STUBBORN })}`;
  const tool = await slowestStop(client, "command", command, (said) => said.includes('"output":"at-work"'));
  return { "answer-stop": answer, "command-stop": tool };
}

/** The longest of some stops, ms; each comes once something was heard that `atWork` knows. */
async function slowestStop(
  client: WireClient,
  name: string,
  message: string,
  atWork: (said: string) => boolean,
): Promise<number> {
  let slowest = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const runId = `${name}-${run}`;
    const sessionKey = `bench-${runId}`;
    await client.call("chat.send", { sessionKey, message, idempotencyKey: runId });
    const ofRun = (frame: WireFrame) => frame.type === "event" && JSON.stringify(frame).includes(runId);
    await client.next("the run at work", (frame) => ofRun(frame) && atWork(JSON.stringify(frame)));
    const began = performance.now();
    const ended = client.next(
      "the end of the run",
      (frame) => frame.event === "chat" && ofRun(frame) && JSON.stringify(frame).includes('"aborted"'),
      PATIENCE_MS,
    );
    // It is answered once the work has ended.
    await Promise.all([ended, client.call("chat.abort", { sessionKey, runId })]);
    slowest = Math.max(slowest, performance.now() - began);
  }
  return slowest;
}
