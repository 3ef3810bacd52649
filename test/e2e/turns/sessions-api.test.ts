import { test } from "bun:test";
import { PATIENCE_MS, replay, turnWorld } from "./support/index.ts";

test(
  "a session from its creation to its end",
  async () => {
    await using world = await turnWorld();
    await replay(world, "sessions-api", {
      // A row is told as it is: created before it runs, running once its turn was taken, and a note in the transcript
      // is told as a message.
      withoutRows: ["create running", "send running", "message running"],
    });
  },
  PATIENCE_MS,
);
