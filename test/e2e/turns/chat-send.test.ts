import { expect, test } from "bun:test";
import { PATIENCE_MS, replay, turnWorld } from "./support/index.ts";

test(
  "a plain turn: told frame by frame, repeated while it runs and afterwards without running again",
  async () => {
    await using world = await turnWorld();
    const { responses } = await replay(world, "chat-send");
    expect(world.fake.requests).toHaveLength(1);
    expect([...responses.values()].every((answers) => answers.length === 1)).toBe(true);
  },
  PATIENCE_MS,
);
