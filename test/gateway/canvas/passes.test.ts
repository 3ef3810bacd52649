import { beforeEach, expect, test } from "bun:test";
import { MAX_PASSES, MAX_PASSES_PER_HOLDER, PASS_TTL_MS } from "../../../src/gateway/canvas/limits.ts";
import { CanvasPasses } from "../../../src/gateway/canvas/passes.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { ManualClock } from "../../support/index.ts";

let clock: ManualClock;
let passes: CanvasPasses;

beforeEach(() => {
  clock = new ManualClock();
  passes = new CanvasPasses({ clock, ids: randomIds });
});

test("a pass is good for ten minutes after each use, and never again after that", () => {
  const { token, expiresAtMs } = passes.issue("a");
  expect(expiresAtMs).toBe(clock.now() + PASS_TTL_MS);
  for (let use = 0; use < 3; use++) {
    clock.advance(PASS_TTL_MS - 1);
    expect(passes.admits(token)).toBe(true);
  }
  clock.advance(PASS_TTL_MS);
  expect(passes.admits(token)).toBe(false);
  expect(passes.admits("guess")).toBe(false);
});

test("it does not expire under a stream, and is as good as used when the stream ends", () => {
  const { token } = passes.issue("a");
  const stream = new AbortController();
  const taken = passes.hold(token, stream.signal);
  clock.advance(3 * PASS_TTL_MS);
  expect(passes.admits(token)).toBe(true);
  stream.abort();
  clock.advance(PASS_TTL_MS - 1);
  expect(passes.admits(token)).toBe(true);
  clock.advance(PASS_TTL_MS);
  expect(passes.admits(token)).toBe(false);
  expect(taken.aborted).toBe(true);
});

test("one that was taken back under a stream stays so when the stream ends", () => {
  const { token } = passes.issue("a");
  const stream = new AbortController();
  const taken = passes.hold(token, stream.signal);
  passes.revoke("a");
  expect(taken.aborted).toBe(true);
  stream.abort();
  expect(passes.admits(token)).toBe(false);
  expect(passes.newest("a")).toBeUndefined();
});

test("one that was used, or whose stream ended, is still taken back with its holder", () => {
  const [used, streamed, others] = [passes.issue("a"), passes.issue("a"), passes.issue("b")];
  const stream = new AbortController();
  passes.hold(streamed.token, stream.signal);
  passes.admits(used.token);
  stream.abort();
  passes.revoke("a");
  expect([used, streamed, others].map(({ token }) => passes.admits(token))).toEqual([false, false, true]);
});

test("C7: what a holder was given is taken back with the holder, streams included; others keep theirs", () => {
  const own = passes.issue("a").token;
  const other = passes.issue("b").token;
  const taken = passes.hold(own, new AbortController().signal);
  passes.revoke("a");
  expect([passes.admits(own), passes.admits(other), taken.aborted]).toEqual([false, true, true]);
  expect(passes.hold(own, new AbortController().signal).aborted).toBe(true);
  passes.clear();
  expect(passes.admits(other)).toBe(false);
});

test("a fresh one leaves those before to the pages they belong to, but only a few", () => {
  const tokens = Array.from({ length: MAX_PASSES_PER_HOLDER + 2 }, () => passes.issue("a").token);
  expect(tokens.map((token) => passes.admits(token))).toEqual([
    false,
    false,
    ...Array.from({ length: MAX_PASSES_PER_HOLDER }, () => true),
  ]);
});

test("in all they are bounded: the one unused for longest makes room", () => {
  const first = passes.issue("first").token;
  const second = passes.issue("second").token;
  expect(passes.admits(first)).toBe(true);
  for (let count = 0; count < MAX_PASSES - 1; count++) passes.issue(`holder ${count}`);
  expect([passes.admits(first), passes.admits(second)]).toEqual([true, false]);
});
