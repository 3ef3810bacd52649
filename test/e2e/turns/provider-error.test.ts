import { expect, test } from "bun:test";
import { PATIENCE_MS, replay, turnWorld } from "./support/index.ts";

test(
  "a key that is refused ends the run, and the next one at once while the key cools down",
  async () => {
    await using world = await turnWorld();
    await replay(world, "provider-error");
    expect(world.fake.requests).toHaveLength(1);
  },
  PATIENCE_MS,
);
