import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { reactionTo } from "../../../../src/channels/whatsapp/line/endings.ts";
import { reconnectPause } from "../../../../src/channels/whatsapp/line/pause.ts";

describe("threat B3: every end of a connection has one reaction", () => {
  test.each([
    [515, "reconnect"],
    [401, "stop"],
    [402, "stop"],
    [403, "stop"],
    [405, "stop"],
    [411, "stop"],
    [440, "stop"],
    [408, "retry"],
    [428, "retry"],
    [500, "retry"],
    [503, "retry"],
    [0, "retry"],
  ] as const)("%d: %s", (code, what) => {
    expect(reactionTo({ code, message: "" }).do).toBe(what);
  });

  test("what stops names a command", () => {
    for (const code of [401, 402, 403, 405, 411, 440]) {
      const reaction = reactionTo({ code, message: "" });
      expect(reaction.do === "stop" && reaction.fix(" --account work")).toMatch(
        /openclaw channels .*--account work/,
      );
    }
  });
});

test("pauses begin at 2 s, grow by 1.8 and end at 30 s, a quarter of them by chance", () => {
  expect([1, 2, 3, 12].map((failures) => reconnectPause(failures, 0.5))).toEqual([
    2_000, 3_600, 6_480, 30_000,
  ]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (failures, random) => {
        const pause = reconnectPause(failures, random);
        expect(pause).toBeGreaterThanOrEqual(1_500);
        expect(pause).toBeLessThanOrEqual(37_500);
      },
    ),
  );
});
