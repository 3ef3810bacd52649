import { expect, test } from "bun:test";
import { PATIENCE_MS, replay, turnWorld } from "./support/index.ts";

test(
  "agent answers twice, and its repeat once, from memory",
  async () => {
    await using world = await turnWorld();
    const { client, responses } = await replay(world, "agent-two-stage");
    expect(responses.get("agent-req")?.map(({ payload }) => payload)).toMatchObject([
      { status: "accepted" },
      { status: "ok" },
    ]);
    const order = client.frames.map((frame) => (frame.type === "res" ? frame.id : frame.event));
    expect(order.lastIndexOf("chat")).toBeLessThan(order.lastIndexOf("agent-req"));
    expect(world.fake.requests).toHaveLength(1);
  },
  PATIENCE_MS,
);
