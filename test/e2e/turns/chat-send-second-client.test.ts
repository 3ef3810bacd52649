import { expect, test } from "bun:test";
import { PATIENCE_MS, replay, turnFrames, turnWorld } from "./support/index.ts";

test(
  "a second client with read scope hears the turn without a subscription",
  async () => {
    await using world = await turnWorld();
    await using reader = await world.operator({ caps: [], scopes: ["operator.read"] });
    const { client } = await replay(world, "chat-send-second-client");
    await reader.call("health", {});
    const public_ = turnFrames(client.frames).filter(({ name }) => /^(?:chat|agent) /.test(name));
    expect(turnFrames(reader.frames)).toEqual(public_);
  },
  PATIENCE_MS,
);
