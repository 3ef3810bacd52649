import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  canonicalKey,
  maySend,
  resetPolicyOf,
  type SessionConfig,
} from "../../../src/agent/sessions/index.ts";
import { expiredTimer, lastResetHour } from "../../../src/agent/sessions/policy/index.ts";
import type { SessionEntry } from "../../../src/store/index.ts";

const record = (rest: string, entry: SessionEntry = {}) => ({
  key: canonicalKey(rest, "main"),
  createdAt: 0,
  entry,
});
const minute = 60_000;
const hour = 60 * minute;
/** Noon, local time. */
const noon = new Date(2026, 5, 15, 12).getTime();

test("without configuration no session ever expires", () => {
  const main = record("main", { sessionStartedAt: 0, lastInteractionAt: 0 });
  expect(expiredTimer(main, resetPolicyOf(main, undefined), noon)).toBeUndefined();
  expect(resetPolicyOf(main, { reset: { mode: "none", idleMinutes: 5 } }).mode).toBe("none");
});

test("the timers of a session: its channel's, else its type's over those for all", () => {
  const config: Pick<SessionConfig, "reset" | "resetByType" | "resetByChannel"> = {
    reset: { mode: "daily", atHour: 6, idleMinutes: 90 },
    resetByType: {
      group: { mode: "idle", idleMinutes: 10 },
      thread: { atHour: 2 },
      direct: { mode: "none" },
    },
    resetByChannel: { discord: { mode: "idle", idleMinutes: 1 } },
  };
  const cases: [rest: string, policy: object][] = [
    ["main", { mode: "none" }],
    ["telegram:group:-1", { mode: "idle", idleMs: 10 * minute }],
    ["telegram:group:-1:topic:3", { mode: "daily", atHour: 2, idleMs: 90 * minute }],
    ["slack:channel:c:thread:1", { mode: "daily", atHour: 2 }],
    ["discord:group:-1", { mode: "idle", idleMs: minute, atHour: 4 }],
  ];
  for (const [rest, policy] of cases) expect(resetPolicyOf(record(rest), config)).toMatchObject(policy);
  const routed = record("main", { lastRoute: { channel: "discord" } });
  expect(resetPolicyOf(routed, config)).toMatchObject({ mode: "idle", idleMs: minute });
  expect(resetPolicyOf(record("main"), { reset: { idleMinutes: 5 } })).toEqual({
    mode: "daily",
    atHour: 4,
    idleMs: 5 * minute,
  });
  expect(resetPolicyOf(record("main"), { reset: { mode: "none" }, resetByType: { direct: {} } }).mode).toBe(
    "daily",
  );
});

test("the daily reset looks at when the session began, the idle one at the last word of a person", () => {
  const daily = { mode: "daily", atHour: 4, idleMs: undefined } as const;
  const idle = { mode: "idle", atHour: 4, idleMs: hour } as const;
  const both = { mode: "daily", atHour: 4, idleMs: hour } as const;
  const four = new Date(2026, 5, 15, 4).getTime();
  const at = (sessionStartedAt: number, lastInteractionAt: number) =>
    record("main", { sessionStartedAt, lastInteractionAt });
  expect(expiredTimer(at(four - 1, noon), daily, noon)).toBe("daily");
  expect(expiredTimer(at(four, 0), daily, noon)).toBeUndefined();
  expect(expiredTimer(at(four - 1, noon), daily, four - 1)).toBeUndefined();
  expect(expiredTimer(at(0, noon - hour), idle, noon)).toBeUndefined();
  expect(expiredTimer(at(0, noon - hour - 1), idle, noon)).toBe("idle");
  expect(expiredTimer(at(four - 5 * hour, four - hour), both, noon)).toBe("daily");
  expect(expiredTimer(at(four - 5 * hour, four - 2 * hour), both, noon)).toBe("idle");
  // The clock was set back: times of the future tell nothing.
  expect(expiredTimer(at(noon + hour, noon + hour), idle, noon)).toBe("idle");
});

test("the reset hour that struck last is never in the future nor more than a day and an hour ago", () => {
  fc.assert(
    fc.property(
      fc.date({ noInvalidDate: true, min: new Date(2000, 0), max: new Date(2040, 0) }),
      fc.nat(23),
      (date, at) => {
        const struck = lastResetHour(date.getTime(), at);
        expect(struck).toBeLessThanOrEqual(date.getTime());
        expect(date.getTime() - struck).toBeLessThanOrEqual(25 * hour);
        expect(new Date(struck).getMinutes()).toBe(0);
      },
    ),
  );
});

test("the first rule that denies wins, then one that allows, then the default; the session's own word goes before", () => {
  const policy: SessionConfig["sendPolicy"] = {
    default: "deny",
    rules: [
      { action: "allow", match: { channel: "telegram" } },
      { action: "deny", match: { channel: "telegram", chatType: "group" } },
      { action: "allow", match: { keyPrefix: "cron:" } },
      { action: "allow", match: { rawKeyPrefix: "agent:main:myapp" } },
    ],
  };
  const may = (rest: string, entry: SessionEntry = {}) => maySend(record(rest, entry), policy);
  expect(may("telegram:direct:7")).toBe(true);
  expect(may("telegram:group:-1")).toBe(false);
  expect(may("main")).toBe(false);
  expect(may("main", { lastRoute: { channel: "Telegram" } })).toBe(true);
  expect(may("main", { lastRoute: { channel: "telegram" }, chatType: "group" })).toBe(false);
  expect(may("cron:job:run:1")).toBe(true);
  expect(may("myapp:1")).toBe(true);
  expect(may("main", { sendPolicy: "allow" })).toBe(true);
  expect(may("telegram:direct:7", { sendPolicy: "deny" })).toBe(false);
  expect(maySend(record("main"), undefined)).toBe(true);
  expect(
    maySend(record("slack:channel:c"), {
      default: "allow",
      rules: [{ action: "deny", match: { chatType: "channel" } }],
    }),
  ).toBe(false);
});
