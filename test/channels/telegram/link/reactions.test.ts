import { expect, test } from "bun:test";
import fc from "fast-check";
import { CallError, type CallTrouble } from "../../../../src/channels/telegram/client/index.ts";
import { reactionTo } from "../../../../src/channels/telegram/link/reactions.ts";
import { pauseMs } from "../../../../src/channels/telegram/link/reactions.ts";
import { StoreError } from "../../../../src/store/index.ts";

const trouble = (kind: CallTrouble, retryAfterMs?: number) =>
  new CallError("busy", "it failed", { trouble: kind, method: "getUpdates", retryAfterMs });

const to = (error: unknown, failures = 1, accountId = "default") =>
  reactionTo({ error, failures, accountId }, 0);

test.each([
  ["unauthorized", "revoked", "blocked", "auth"],
  ["conflict", "slow", "recovering", "conflict"],
  ["refused", "slow", "recovering", "runtime"],
  ["not-allowed", "slow", "recovering", "network"],
  ["flood", "quick", "recovering", undefined],
  ["server", "quick", "recovering", undefined],
  ["unreached", "quick", "recovering", undefined],
  ["broken", "quick", "recovering", undefined],
  ["timeout", "quick", "recovering", undefined],
] as const)("%s is met %s and shown as %s with the issue %s", (kind, pace, lifecycle, issue) => {
  const reaction = to(trouble(kind));
  expect([reaction.pace, reaction.trouble.lifecycle, reaction.trouble.issue?.kind]).toEqual([
    pace,
    lifecycle,
    issue,
  ]);
});

test("every trouble that lasts is told with something a person can do, for the account it is about", () => {
  for (const kind of ["flood", "server", "unreached", "broken", "timeout"] as const) {
    expect(to(trouble(kind), 3).trouble.issue?.fix).not.toBeEmpty();
  }
  expect(to(trouble("unreached"), 3).trouble.issue?.message).toContain(trouble("unreached").message);
  expect(to(trouble("unauthorized"), 1, "work").trouble.issue?.fix).toContain(
    "openclaw channels add --channel telegram --account work",
  );
  expect(to(new StoreError("read-only", "the file cannot be written")).trouble).toMatchObject({
    error: "the file cannot be written",
    issue: { kind: "store" },
  });
});

test("what Telegram says of when to come back is kept to", () => {
  expect(to(trouble("flood", 90_000)).waitMs).toBe(90_000);
  expect(to(trouble("conflict", 5_000)).waitMs).toBe(30_000);
});

test("pauses grow up to their bound, never shrink below the first, and are spread by a fifth at most", () => {
  const bounds = { first: 30_000, max: 600_000, jitter: 0.2 };
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 500 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, random) => {
        const pause = pauseMs(failures, bounds, random);
        expect(pause).toBeGreaterThanOrEqual(30_000);
        expect(pause).toBeLessThanOrEqual(720_000);
        expect(pauseMs(failures + 1, bounds, 0)).toBeGreaterThanOrEqual(pauseMs(failures, bounds, 0));
      },
    ),
  );
});
