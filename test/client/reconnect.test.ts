import { expect, test } from "bun:test";
import type { Clock } from "../../src/lib/clock.ts";
import {
  GatewayRequestError,
  GatewayTransportError,
  isTransient,
  reconnectDelayMs,
  retrying,
  type ReconnectNotice,
} from "../../src/client/index.ts";

/** A clock whose pauses are over at once, and that remembers them. */
function hurriedClock(): Clock & { readonly pauses: number[] } {
  const pauses: number[] = [];
  return {
    pauses,
    now: () => 0,
    monotonic: () => 0,
    after(ms, fn) {
      pauses.push(ms);
      queueMicrotask(fn);
      return { cancel() {} };
    },
    every: () => ({ cancel() {} }),
  };
}

const lost = new GatewayTransportError("closed", "lost");

test("pauses double from half a second and stop growing at half a minute", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8].map(reconnectDelayMs)).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ]);
});

test("a follower tries eight times, tells each try, then gives the last error", async () => {
  const clock = hurriedClock();
  const notices: ReconnectNotice[] = [];
  const last = new GatewayTransportError("unreachable", "still nobody");
  const attempt = () => Promise.reject(last);
  expect(await retrying(lost, attempt, { clock, onRetry: (n) => notices.push(n) }).catch((e) => e)).toBe(
    last,
  );
  expect(clock.pauses).toHaveLength(8);
  expect(notices.map(({ attempt: number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(notices[0]?.cause).toBe(lost);
});

test("it goes on when an attempt succeeds", async () => {
  let tries = 0;
  const attempt = () => (++tries < 3 ? Promise.reject(lost) : Promise.resolve("back"));
  expect(await retrying(lost, attempt, { clock: hurriedClock(), onRetry() {} })).toBe("back");
});

test("a refusal that waiting cannot mend ends it at once", async () => {
  const refusal = new GatewayRequestError("connect", { code: "INVALID_REQUEST", message: "unauthorized" });
  let tries = 0;
  const attempt = () => {
    tries += 1;
    return Promise.reject(refusal);
  };
  expect(await retrying(lost, attempt, { clock: hurriedClock(), onRetry() {} }).catch((e) => e)).toBe(
    refusal,
  );
  expect(tries).toBe(1);
});

test("only lost connections and a gateway that asks for patience are worth another try", () => {
  expect(isTransient(lost)).toBe(true);
  expect(
    isTransient(new GatewayRequestError("x", { code: "UNAVAILABLE", message: "m", retryable: true })),
  ).toBe(true);
  expect(isTransient(new GatewayRequestError("x", { code: "UNAVAILABLE", message: "m" }))).toBe(false);
  expect(isTransient(new GatewayTransportError("closed", "m", { code: "TLS_FINGERPRINT_MISMATCH" }))).toBe(
    false,
  );
  expect(isTransient(new Error("bug"))).toBe(false);
});
