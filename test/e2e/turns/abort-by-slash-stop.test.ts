import { expect, test } from "bun:test";
import { PATIENCE_MS, replay, turnWorld } from "./support/index.ts";

test(
  "/stop ends the run of the session it is said in",
  async () => {
    await using world = await turnWorld();
    await replay(world, "abort-by-slash-stop");
    expect(await world.fake.requests[0]?.outcome).toBe("hung-up");
  },
  PATIENCE_MS,
);
