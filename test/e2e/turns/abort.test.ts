import { expect, test } from "bun:test";
import { PATIENCE_MS, replay, turnWorld } from "./support/index.ts";

test(
  "chat.abort ends the run at once, keeps the half answer, and is answered after the end was told",
  async () => {
    await using world = await turnWorld();
    const { client } = await replay(world, "abort");
    const order = client.frames.map((frame) => String(frame.type === "res" ? frame.id : objectState(frame)));
    expect(order.indexOf("aborted")).toBeLessThan(order.indexOf("r26"));
    expect(await world.fake.requests[0]?.outcome).toBe("hung-up");
  },
  PATIENCE_MS,
);

function objectState(frame: { readonly payload?: unknown }): unknown {
  const { payload } = frame;
  return typeof payload === "object" && payload !== null && "state" in payload ? payload.state : undefined;
}
