import { expect, test } from "bun:test";
import { PATIENCE_MS, replay, turnWorld } from "./support/index.ts";

test(
  "a tool at work is told to clients with the capability",
  async () => {
    await using world = await turnWorld();
    await replay(world, "tool-call");
    const [, second] = world.fake.requests;
    expect(second?.toolResults.map(({ text }) => text.trim())).toEqual(["probe-output"]);
  },
  PATIENCE_MS,
);
