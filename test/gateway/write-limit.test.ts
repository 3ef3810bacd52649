import { expect, test } from "bun:test";
import { WRITE_LIMIT, WRITE_LIMIT_WINDOW_MS } from "../../src/gateway/limits.ts";
import { WriteLimit } from "../../src/gateway/wire/write-limit.ts";
import { ProtocolError } from "../../src/protocol/index.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { aClient } from "./clients.ts";

function attempt(limit: WriteLimit, method: string, connId = "a"): ProtocolError | undefined {
  try {
    limit.take(method, aClient(connId));
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

test("write number 31 within a minute is refused with the time to wait", () => {
  const clock = new ManualClock();
  const limit = new WriteLimit(clock);
  for (let i = 0; i < WRITE_LIMIT; i++) expect(attempt(limit, "config.patch")).toBeUndefined();
  clock.advance(1_000);
  expect(attempt(limit, "config.patch")?.toShape()).toEqual({
    code: "UNAVAILABLE",
    message: "rate limit exceeded for config.patch; retry after 59s",
    details: { method: "config.patch", limit: "30 per 60s" },
    retryable: true,
    retryAfterMs: WRITE_LIMIT_WINDOW_MS - 1_000,
  });
});

test("another method, another caller and the next minute have room of their own", () => {
  const clock = new ManualClock();
  const limit = new WriteLimit(clock);
  for (let i = 0; i < WRITE_LIMIT; i++) attempt(limit, "config.patch");
  expect(attempt(limit, "config.apply")).toBeUndefined();
  expect(attempt(limit, "config.patch", "b")).toBeUndefined();
  clock.advance(WRITE_LIMIT_WINDOW_MS);
  expect(attempt(limit, "config.patch")).toBeUndefined();
});
