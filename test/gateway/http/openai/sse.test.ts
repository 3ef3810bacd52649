import { describe, expect, test } from "bun:test";
import { SseAnswer } from "../../../../src/gateway/http/openai/sse.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

describe("an answer sent event by event", () => {
  test("says that it is still there when it has been silent, and only then", async () => {
    const clock = new ManualClock();
    const sse = new SseAnswer(clock, () => undefined);
    sse.send('{"a":1}');
    clock.advance(29_000);
    sse.send('{"b":2}', "named");
    clock.advance(16_000);
    clock.advance(14_000);
    sse.done();
    clock.advance(60_000);
    expect(await sse.response.text()).toBe(
      'data: {"a":1}\n\nevent: named\ndata: {"b":2}\n\n: keep-alive\n\ndata: [DONE]\n\n',
    );
  });

  test("stays quiet once its reader has gone", async () => {
    const clock = new ManualClock();
    const sse = new SseAnswer(clock, () => undefined);
    sse.send("1");
    await sse.response.body?.cancel();
    sse.send("2");
    clock.advance(60_000);
    sse.done();
    expect(sse.isOpen).toBe(false);
  });

  test("is given up once too much of it waits for its reader", () => {
    let hungUp = 0;
    const clock = new ManualClock();
    const sse = new SseAnswer(clock, () => (hungUp += 1));
    const piece = "x".repeat(64 * 1024);
    for (let count = 0; count < 100; count += 1) sse.send(piece);
    expect([hungUp, sse.isOpen]).toEqual([1, false]);
    sse.done();
  });
});
