import { expect, test } from "bun:test";
import { HookGate } from "../../../src/gateway/auth/hook-gate.ts";
import { DEFAULT_POLICY } from "../../../src/gateway/auth/index.ts";
import { AddressRanges } from "../../../src/gateway/auth/peer/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const TOKEN = "hook-token-0123456789";

function gate(trustedProxies: readonly string[] = []) {
  const clock = new ManualClock();
  const policy = {
    ...DEFAULT_POLICY,
    proxies: new AddressRanges(trustedProxies),
    autoApproveRanges: new AddressRanges([]),
  };
  const hooks = new HookGate(() => policy, clock);
  const status = (
    headers: Record<string, string>,
    remoteAddress = "127.0.0.1",
    token: string | undefined = TOKEN,
  ) => {
    const peer = { remoteAddress, headers: new Headers(headers), origin: undefined, host: undefined };
    return hooks.refusal(peer, token)?.status ?? 200;
  };
  return { clock, hooks, status };
}

const RIGHT = { authorization: `Bearer ${TOKEN}` };
const WRONG = { authorization: "Bearer guess" };

test("the token counts as bearer, which goes first, or in the header of our own", () => {
  const { status } = gate();
  expect(status(RIGHT)).toBe(200);
  expect(status({ "x-openclaw-token": TOKEN })).toBe(200);
  expect(status({ ...WRONG, "x-openclaw-token": TOKEN })).toBe(401);
  expect(status({})).toBe(401);
  expect(status({ authorization: `Basic ${btoa(`x:${TOKEN}`)}` })).toBe(401);
});

test("C12: nobody is let in while the configured token is missing, blank or the mark of a hidden one", () => {
  const { hooks } = gate();
  for (const token of [undefined, "", "  ", "__OPENCLAW_REDACTED__"]) {
    for (const given of ["", "  ", token ?? "", "undefined"]) {
      const headers = new Headers({ "x-openclaw-token": given, authorization: `Bearer ${given}` });
      const peer = { remoteAddress: "192.0.2.1", headers, origin: undefined, host: undefined };
      expect([token, given, hooks.refusal(peer, token)?.status]).not.toEqual([token, given, undefined]);
    }
  }
});

test("C12: twenty failures lock an address out for a minute, this machine's and mapped ones too, and no other", () => {
  for (const address of ["127.0.0.1", "192.0.2.7"]) {
    const { clock, hooks, status } = gate();
    for (let failure = 1; failure <= 20; failure += 1) expect(status(WRONG, address)).toBe(401);
    expect(status(WRONG, address)).toBe(429);
    expect(status(RIGHT, `::ffff:${address}`)).toBe(429);
    const peer = { remoteAddress: address, headers: new Headers(RIGHT), origin: undefined, host: undefined };
    expect(hooks.refusal(peer, TOKEN)).toMatchObject({
      body: "Too Many Requests",
      headers: { "retry-after": "60" },
    });
    expect(status(RIGHT, "198.51.100.9")).toBe(200);
    clock.advance(60_001);
    expect(status(RIGHT, address)).toBe(200);
  }
});

test("a right token takes earlier failures back", () => {
  const { status } = gate();
  for (let round = 0; round < 3; round += 1) {
    for (let failure = 1; failure < 20; failure += 1) expect(status(WRONG)).toBe(401);
    expect(status(RIGHT)).toBe(200);
  }
});

test("C12: what a proxy nobody named forwards is refused, and behind a known one its client is counted", () => {
  const forwarded = (client: string) => ({ "x-forwarded-for": client });
  expect(gate().status({ ...RIGHT, ...forwarded("203.0.113.1") })).toBe(403);
  const { status } = gate(["10.0.0.1"]);
  for (let failure = 1; failure <= 20; failure += 1)
    expect(status({ ...WRONG, ...forwarded("203.0.113.1") }, "10.0.0.1")).toBe(401);
  expect(status({ ...RIGHT, ...forwarded("203.0.113.1") }, "10.0.0.1")).toBe(429);
  expect(status({ ...RIGHT, ...forwarded("203.0.113.2") }, "10.0.0.1")).toBe(200);
});
