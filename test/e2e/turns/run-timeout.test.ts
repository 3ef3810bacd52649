import { expect, test } from "bun:test";
import { PATIENCE_MS, replay, turnWorld } from "./support/index.ts";

test(
  "a run whose time is up says so, by chat.send and by agent",
  async () => {
    await using world = await turnWorld();
    await replay(world, "run-timeout", {
      params: ({ method, params }) =>
        method === "agent"
          ? { ...params, timeout: 1 }
          : method === "chat.send"
            ? { ...params, timeoutMs: 300 }
            : params,
    });
    expect(await Promise.all(world.fake.requests.map(({ outcome }) => outcome))).toEqual([
      "hung-up",
      "hung-up",
    ]);
  },
  PATIENCE_MS,
);
