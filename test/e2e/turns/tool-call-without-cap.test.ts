import { test } from "bun:test";
import { PATIENCE_MS, replay, turnWorld } from "./support/index.ts";

test(
  "a subscribed client without the capability hears of tools through session.tool",
  async () => {
    await using world = await turnWorld();
    await replay(world, "tool-call-without-cap", { caps: [] });
  },
  PATIENCE_MS,
);
