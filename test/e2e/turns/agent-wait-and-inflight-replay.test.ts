import { test } from "bun:test";
import { PATIENCE_MS, replay, turnWorld } from "./support/index.ts";

test(
  "a run can be waited for, repeated while it runs, and ended by its session",
  async () => {
    await using world = await turnWorld();
    await replay(world, "agent-wait-and-inflight-replay");
  },
  PATIENCE_MS,
);
