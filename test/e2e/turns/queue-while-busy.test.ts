import { test } from "bun:test";
import { PATIENCE_MS, replay, turnWorld } from "./support/index.ts";

test(
  "a message that interrupts ends the run before it and is answered",
  async () => {
    await using world = await turnWorld();
    await replay(world, "queue-while-busy", {
      // The run that gave way is told as ended; the recorded rows showed the next one already.
      withoutRows: ["agent.input.settled running", "send running", "error running"],
    });
  },
  PATIENCE_MS,
);
