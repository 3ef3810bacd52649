import { expect, test } from "bun:test";
import { PATIENCE_MS, replay, type TurnWorld, turnWorld } from "./support/index.ts";

test(
  "a run whose time is up says so, by chat.send and by agent",
  async () => {
    await using world = await turnWorld();
    await warmedUp(world);
    await replay(world, "run-timeout", {
      params: ({ method, params }) =>
        method === "agent"
          ? { ...params, timeout: 1 }
          : method === "chat.send"
            ? { ...params, timeoutMs: 1_000 }
            : params,
    });
    expect(await Promise.all(world.fake.about("HANG").map(({ outcome }) => outcome))).toEqual([
      "hung-up",
      "hung-up",
    ]);
  },
  PATIENCE_MS,
);

/** The time of a run is to pass at the provider: the first turn also makes the workspace and loads the engine. */
async function warmedUp(world: TurnWorld): Promise<void> {
  await using operator = await world.operator();
  const run = { sessionKey: "agent:main:first", message: "ECHO ready", idempotencyKey: "first" };
  await operator.call("chat.send", run);
  await operator.call("agent.wait", { runId: "first" });
}
