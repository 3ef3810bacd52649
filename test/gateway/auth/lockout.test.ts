import { describe, expect, test } from "bun:test";
import { sameSecret } from "../../../src/gateway/auth/secrets.ts";
import { FailureLimiter } from "../../../src/gateway/auth/rate-limit.ts";
import { MAX_TRACKED_CALLERS } from "../../../src/gateway/auth/limits.ts";
import { DEFAULT_POLICY } from "../../../src/gateway/auth/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { DeviceKey } from "./support/device-key.ts";
import {
  accepted,
  type ConnectOptions,
  detailCode,
  params,
  refused,
  SECRET,
  type World,
  world,
} from "./support/world.ts";

const REMOTE = { remoteAddress: "192.168.1.66" };
const PAGE = { headers: { origin: "http://localhost:5173" } };

function attempt(gateway: World, token: string, options: ConnectOptions = {}) {
  return gateway.connect(params({ id: "test", mode: "test" }, { auth: { token } }), options);
}

async function failTimes(gateway: World, times: number, options: ConnectOptions): Promise<void> {
  for (let at = 0; at < times; at += 1) {
    expect(detailCode(await attempt(gateway, `guess ${at}`, options))).toBe("AUTH_TOKEN_MISMATCH");
  }
}

describe("failed attempts", () => {
  test("a remote caller is locked out after ten failures, even with the right secret, for five minutes", async () => {
    await using gateway = await world();
    await failTimes(gateway, 10, REMOTE);
    const locked = refused(await attempt(gateway, SECRET, REMOTE));
    expect(locked.error.toShape()).toEqual({
      code: "INVALID_REQUEST",
      message: "unauthorized: too many failed authentication attempts (retry later)",
      retryable: true,
      retryAfterMs: 300_000,
      details: {
        code: "AUTH_RATE_LIMITED",
        authReason: "rate_limited",
        canRetryWithDeviceToken: false,
        recommendedNextStep: "wait_then_retry",
      },
    });
    gateway.clock.advance(300_000);
    accepted(await attempt(gateway, SECRET, REMOTE));
  });

  test("failures older than a minute do not count", async () => {
    await using gateway = await world();
    await failTimes(gateway, 9, REMOTE);
    gateway.clock.advance(60_001);
    await failTimes(gateway, 9, REMOTE);
    accepted(await attempt(gateway, SECRET, REMOTE));
  });

  test("the local operator is slowed down, never locked out", async () => {
    await using gateway = await world();
    const delays: (number | undefined)[] = [];
    for (let at = 0; at < 12; at += 1) delays.push(refused(await attempt(gateway, "wrong")).delayMs);
    expect(delays.slice(0, 7)).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    expect(delays.at(-1)).toBe(5_000);
    accepted(await attempt(gateway, SECRET));
    expect(refused(await attempt(gateway, "wrong")).delayMs).toBe(250);
  });

  test("a page on this host is locked out by its origin, and nobody else is", async () => {
    await using gateway = await world();
    await failTimes(gateway, 10, PAGE);
    expect(detailCode(await attempt(gateway, SECRET, PAGE))).toBe("AUTH_RATE_LIMITED");
    accepted(await attempt(gateway, SECRET, { headers: { origin: "http://localhost:8080" } }));
    accepted(await attempt(gateway, SECRET));
  });

  test("an address is the same caller when it is written as IPv4-mapped IPv6, and an IPv6 network is one caller", async () => {
    await using gateway = await world();
    await failTimes(gateway, 10, REMOTE);
    expect(detailCode(await attempt(gateway, SECRET, { remoteAddress: "::ffff:192.168.1.66" }))).toBe(
      "AUTH_RATE_LIMITED",
    );
    await failTimes(gateway, 10, { remoteAddress: "2001:db8:1:2::1" });
    expect(detailCode(await attempt(gateway, SECRET, { remoteAddress: "2001:db8:1:2:ffff::9" }))).toBe(
      "AUTH_RATE_LIMITED",
    );
    accepted(await attempt(gateway, SECRET, { remoteAddress: "2001:db8:1:3::1" }));
  });

  test("a local caller is locked out too when loopback is not exempt", async () => {
    await using gateway = await world({
      policy: { rateLimit: { ...DEFAULT_POLICY.rateLimit, exemptLoopback: false } },
    });
    await failTimes(gateway, 10, {});
    expect(detailCode(await attempt(gateway, SECRET))).toBe("AUTH_RATE_LIMITED");
  });

  test("a missing credential is no failure", async () => {
    await using gateway = await world();
    for (let at = 0; at < 20; at += 1) {
      const silent = await gateway.connect(params({ id: "test", mode: "test" }), {
        ...REMOTE,
        device: new DeviceKey(),
      });
      expect(detailCode(silent)).toBe("AUTH_TOKEN_MISSING");
    }
    accepted(await attempt(gateway, SECRET, REMOTE));
  });

  test("a stale secret beside a good device token is no failure, and a locked-out device still gets in by its token", async () => {
    await using gateway = await world();
    const device = new DeviceKey();
    const first = await gateway.connect(params({ id: "test", mode: "test" }, { auth: { token: SECRET } }), {
      device,
    });
    const deviceToken = accepted(first).hello.deviceToken ?? "";
    for (let at = 0; at < 20; at += 1) {
      const both = params({ id: "test", mode: "test" }, { auth: { token: "stale", deviceToken } });
      expect(accepted(await gateway.connect(both, { ...REMOTE, device })).hello.method).toBe("device-token");
    }
    accepted(await attempt(gateway, SECRET, REMOTE));
    await failTimes(gateway, 10, REMOTE);
    const own = params({ id: "test", mode: "test" }, { auth: { deviceToken } });
    accepted(await gateway.connect(own, { ...REMOTE, device }));
  });

  test("guesses at device tokens and setup codes are counted by themselves", async () => {
    await using gateway = await world();
    const device = new DeviceKey();
    for (const auth of [{ deviceToken: "guess" }, { bootstrapToken: "guess" }]) {
      const guess = () =>
        gateway.connect(params({ id: "test", mode: "test" }, { auth }), { ...REMOTE, device });
      for (let at = 0; at < 10; at += 1) expect(detailCode(await guess())).not.toBe("AUTH_RATE_LIMITED");
      expect(detailCode(await guess())).toBe("AUTH_RATE_LIMITED");
    }
    accepted(await attempt(gateway, SECRET, REMOTE));
  });

  test("however many callers fail, only so many are remembered", () => {
    const limiter = new FailureLimiter(DEFAULT_POLICY.rateLimit, new ManualClock());
    for (let at = 0; at < MAX_TRACKED_CALLERS + 500; at += 1) {
      limiter.strike({ key: `ip:${at}`, local: false }, "shared-secret");
    }
    expect(limiter.size).toBe(MAX_TRACKED_CALLERS);
  });

  test("secrets are compared whole, whatever their length", () => {
    expect(sameSecret("abc", "abc")).toBe(true);
    expect(sameSecret("abc", "abcd")).toBe(false);
    expect(sameSecret("", "abc")).toBe(false);
    expect(sameSecret("äöü", "äöü")).toBe(true);
  });

  test("a blank or redacted secret in the config lets nobody in", async () => {
    for (const token of ["", "   ", "__OPENCLAW_REDACTED__"]) {
      await using gateway = await world({ policy: { token } });
      const guess = token === "" ? "x" : token;
      expect(detailCode(await attempt(gateway, guess))).toBe("AUTH_TOKEN_NOT_CONFIGURED");
    }
  });
});
