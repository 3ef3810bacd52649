import { expect, test } from "bun:test";
import { SendError, type SendFailure } from "../../../src/channels/index.ts";
import { RATED_CHATS_SWEEP, THROTTLED_MAX } from "../../../src/channels/outbound/limits.ts";
import { Pace } from "../../../src/channels/outbound/pace.ts";
import { pauseAfter, restAfter, verdictOf } from "../../../src/channels/outbound/reactions.ts";
import { ManualClock } from "../../support/index.ts";

const facts = { attempts: 1, throttled: 0, isConnected: true, random: 0 };
const verdict = (failure: SendFailure, over: Partial<typeof facts> = {}, retryAfterMs?: number) =>
  verdictOf(new SendError(failure, "x", { ...(retryAfterMs !== undefined && { retryAfterMs }) }), {
    ...facts,
    ...over,
  });

test("every way to fail has one reaction", () => {
  const dead = { do: "give-up", state: "dead" } as const;
  const rest = { do: "rest" } as const;
  const again = (pauseMs: number) => ({ do: "again", counts: true, pauseMs, isThrottle: false }) as const;
  expect(verdict("refused")).toEqual(dead);
  expect(verdict("markup")).toEqual(dead);
  expect(verdict("uncertain")).toEqual({ do: "give-up", state: "unknown" });
  expect(verdict("not-ready")).toEqual(rest);
  expect(verdict("not-ready", { attempts: 99 })).toEqual(rest);
  expect(verdict("busy")).toEqual(again(400));
  expect(verdict("busy", { attempts: 6 })).toEqual(again(600_000));
  expect(verdict("busy", { attempts: 7 })).toEqual(dead);
  expect(verdict("busy", { attempts: 7, isConnected: false })).toEqual(rest);
  const throttled = { do: "again", counts: false, pauseMs: 7_000, isThrottle: true } as const;
  expect(verdict("busy", { attempts: 7 }, 7_000)).toEqual(throttled);
  expect(verdict("busy", { throttled: THROTTLED_MAX }, 7_000)).toEqual(throttled);
  expect(verdict("busy", { throttled: THROTTLED_MAX + 1 }, 7_000)).toEqual(dead);
  expect(verdict("uncertain", {}, 7_000)).toEqual({ do: "give-up", state: "unknown" });
});

test("pauses have a little chance in them and are never shorter than asked", () => {
  expect(pauseAfter(1, undefined, 1)).toBe(440);
  expect(pauseAfter(1, 3_000, 0)).toBe(3_000);
  expect(pauseAfter(1, 3_000, 1)).toBe(3_300);
  expect(pauseAfter(99, undefined, 0)).toBe(600_000);
  expect([1, 2, 3, 20].map((failures) => restAfter(failures, 0))).toEqual([1_000, 2_000, 4_000, 60_000]);
});

test("a rate lets a burst through, then what it says, and forgets who has rested", () => {
  const clock = new ManualClock();
  const pace = new Pace(clock);
  const rates = [{ burst: 2, perSecond: 4 }];
  expect(pace.delay("a", [])).toBe(0);
  for (const wait of [0, 0, 250]) {
    expect(pace.delay("a", rates)).toBe(wait);
    clock.advance(wait);
    pace.take("a", rates);
  }
  expect(pace.delay("b", rates)).toBe(0);
  clock.advance(60_000);
  for (const wait of [0, 0, 250]) {
    expect(pace.delay("a", rates)).toBe(wait);
    pace.take("a", rates);
  }
  // A sweep keeps those that still wait.
  for (let chat = 0; chat < RATED_CHATS_SWEEP; chat++) pace.delay(`chat-${chat}`, rates);
  expect(pace.delay("a", rates)).toBeGreaterThan(0);
});
