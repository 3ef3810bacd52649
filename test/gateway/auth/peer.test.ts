import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { TailscaleWhois } from "../../../src/gateway/auth/index.ts";
import {
  AddressRanges,
  attribute,
  isLoopback,
  judgeOrigin,
  type PeerFacts,
  plainAddress,
} from "../../../src/gateway/auth/peer/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { DeviceKey } from "./support/device-key.ts";
import { accepted, detailCode, params, refused, SECRET, world } from "./support/world.ts";

function peer(
  remoteAddress: string,
  headers: Record<string, string> = {},
  ingress?: PeerFacts["ingress"],
): PeerFacts {
  return { remoteAddress, headers: new Headers(headers), origin: undefined, host: undefined, ingress };
}

const NO_PROXIES = { trustedProxies: new AddressRanges([]), allowRealIpFallback: false };
const PROXIES = {
  trustedProxies: new AddressRanges(["10.0.0.0/8", "127.0.0.1", "::ffff:172.16.0.0/108"]),
  allowRealIpFallback: false,
};

describe("addresses", () => {
  test("one address has one spelling", () => {
    const spellings: readonly (readonly [string, string | undefined])[] = [
      ["::ffff:10.0.0.1", "10.0.0.1"],
      ["::FFFF:0a00:0001", "10.0.0.1"],
      ["::1", "0:0:0:0:0:0:0:1"],
      ["2001:DB8::0001", "2001:db8:0:0:0:0:0:1"],
      ["fe80::1%eth0", "fe80:0:0:0:0:0:0:1"],
      ["010.0.0.1", undefined],
      ["0x7f.0.0.1", undefined],
      ["localhost", undefined],
      ["", undefined],
    ];
    for (const [text, plain] of spellings) expect([text, plainAddress(text)]).toEqual([text, plain]);
  });

  test("loopback is known in every spelling, and nothing else is taken for it", () => {
    for (const text of ["127.0.0.1", "127.9.9.9", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"]) {
      expect([text, isLoopback(text)]).toEqual([text, true]);
    }
    for (const text of [
      "128.0.0.1",
      "::2",
      "::",
      "0.0.0.0",
      "localhost",
      "127.0.0.1.evil.example",
      "2130706433",
    ]) {
      expect([text, isLoopback(text)]).toEqual([text, false]);
    }
  });

  test("a range holds exactly its addresses", () => {
    const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
    fc.assert(
      fc.property(octets, octets, fc.nat(32), (base, other, bits) => {
        const number = (parts: readonly number[]) => parts.reduce((sum, part) => sum * 256 + part, 0);
        const size = 2 ** (32 - bits);
        const inside = Math.floor(number(base) / size) === Math.floor(number(other) / size);
        const plain = new AddressRanges([`${base.join(".")}/${bits}`]);
        const mapped = new AddressRanges([`::ffff:${base.join(".")}/${bits + 96}`]);
        expect(plain.has(other.join("."))).toBe(inside);
        expect(mapped.has(`::ffff:${other.join(".")}`)).toBe(inside);
      }),
    );
  });

  test("entries that are no address or range match nothing", () => {
    const junk = new AddressRanges([
      "",
      "*",
      "10.0.0.0/33",
      "10.0.0.0/-1",
      "10.0.0.0/8/8",
      "example.com",
      "::1/129",
    ]);
    expect(junk.isEmpty).toBe(true);
    expect(junk.has("10.0.0.1")).toBe(false);
  });
});

describe("attribution", () => {
  test("a process of this host is local only when nothing stands between", () => {
    expect(attribute(peer("127.0.0.1"), NO_PROXIES)).toEqual({ kind: "direct-local", clientIp: "127.0.0.1" });
    for (const name of [
      "forwarded",
      "x-forwarded-for",
      "x-forwarded-anything",
      "x-real-ip",
      "tailscale-user-login",
    ]) {
      expect(attribute(peer("127.0.0.1", { [name]: "127.0.0.1" }), NO_PROXIES).kind).toBe("unattributable");
    }
  });

  test("no header makes a caller local", () => {
    const text = fc.oneof(
      fc.constantFrom("127.0.0.1", "::1", "[::1]:1", "10.0.0.1, 127.0.0.1", "127.0.0.1, 10.0.0.2"),
      fc.ipV4(),
    );
    const headers = fc.dictionary(
      fc.constantFrom("x-forwarded-for", "x-real-ip", "forwarded", "x-forwarded-host"),
      text,
      {
        minKeys: 1,
      },
    );
    const from = fc.constantFrom("127.0.0.1", "10.0.0.1", "8.8.8.8", "::1");
    fc.assert(
      fc.property(from, headers, fc.boolean(), (address, sent, allowRealIpFallback) => {
        const attribution = attribute(peer(address, sent), { ...PROXIES, allowRealIpFallback });
        expect(attribution.kind).not.toBe("direct-local");
        if (attribution.kind === "trusted-proxy") expect(isLoopback(attribution.clientIp)).toBe(false);
      }),
    );
  });

  test("the client of a trusted proxy is the nearest hop that is no proxy", () => {
    const chain = (text: string) => attribute(peer("10.0.0.1", { "x-forwarded-for": text }), PROXIES);
    expect(chain("1.1.1.1, 203.0.113.7, 10.0.0.9")).toEqual({
      kind: "trusted-proxy",
      clientIp: "203.0.113.7",
    });
    expect(chain("203.0.113.7:4711")).toEqual({ kind: "trusted-proxy", clientIp: "203.0.113.7" });
    expect(chain("[2001:db8::7]:4711")).toEqual({ kind: "trusted-proxy", clientIp: "2001:db8:0:0:0:0:0:7" });
    for (const text of ["", "unknown", "203.0.113.7, unknown", "10.0.0.9", "127.0.0.2"]) {
      expect([text, chain(text).kind]).toEqual([text, "unattributable"]);
    }
    const real = peer("10.0.0.1", { "x-real-ip": "203.0.113.7" });
    expect(attribute(real, PROXIES).kind).toBe("unattributable");
    expect(attribute(real, { ...PROXIES, allowRealIpFallback: true })).toMatchObject({
      clientIp: "203.0.113.7",
    });
  });
});

test("behind a proxy nobody knows, not even a good device token counts", async () => {
  await using gateway = await world();
  const device = new DeviceKey();
  const first = params({ id: "test", mode: "test" }, { auth: { token: SECRET } });
  const deviceToken = accepted(await gateway.connect(first, { device })).hello.deviceToken ?? "";
  const hidden = { device, headers: { "x-forwarded-for": "127.0.0.1" } };
  for (const auth of [{ deviceToken }, { token: SECRET }]) {
    const decision = await gateway.connect(params({ id: "test", mode: "test" }, { auth }), hidden);
    expect(refused(decision).error.details).toMatchObject({ authReason: "proxy_attribution_required" });
  }
});

describe("origin", () => {
  const rules = { allowedOrigins: ["https://ui.example/"], allowHostHeaderFallback: false };
  const judge = (origin: string | undefined, host: string | undefined, local: boolean) =>
    judgeOrigin(origin, host, local, rules).ok;

  test("pages of this gateway and of this host are let in, look-alikes are not", () => {
    const rows: readonly (readonly [string | undefined, string, boolean, boolean])[] = [
      ["https://ui.example", "gateway", false, true],
      ["HTTPS://UI.EXAMPLE", "gateway", false, true],
      ["https://ui.example:8443", "gateway", false, false],
      ["http://ui.example", "gateway", false, false],
      ["https://ui.example.evil.example", "gateway", false, false],
      ["https://evil.example/https://ui.example", "gateway", false, false],
      ["https://ui.example@evil.example", "gateway", false, false],
      ["http://127.0.0.1:18789", "127.0.0.1:18789", true, true],
      ["http://localhost:3000", "127.0.0.1:18789", true, true],
      ["http://[::1]:3000", "[::1]:18789", true, true],
      ["http://127.0.0.1:18789", "127.0.0.1:18789", false, false],
      ["http://localhost.evil.example", "127.0.0.1:18789", true, false],
      ["http://evil.example:18789", "evil.example:18789", true, false],
      ["http://192.168.1.4:18789", "192.168.1.4:18789", false, true],
      ["http://192.168.1.4:1", "192.168.1.4:18789", false, false],
      ["http://8.8.8.8:18789", "8.8.8.8:18789", false, false],
      ["https://box.tail1234.ts.net", "box.tail1234.ts.net:443", false, true],
      ["http://box.local:18789", "box.local:18789", false, true],
      ["null", "127.0.0.1:18789", true, false],
      ["", "127.0.0.1:18789", true, false],
      [undefined, "127.0.0.1:18789", true, false],
      ["file://", "127.0.0.1:18789", true, false],
    ];
    for (const [origin, host, local, ok] of rows)
      expect([origin, host, judge(origin, host, local)]).toEqual([origin, host, ok]);
  });

  test("the dangerous fallback takes any page that agrees with its Host header", () => {
    const open = { allowedOrigins: [], allowHostHeaderFallback: true };
    expect(judgeOrigin("http://evil.example", "evil.example", false, open)).toEqual({
      ok: true,
      by: "host-header",
    });
    expect(judgeOrigin("http://evil.example", "other.example", false, open).ok).toBe(false);
  });
});

describe("tailscale", () => {
  const SERVE = {
    "x-forwarded-for": "100.64.0.9",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "box.ts.net",
  };
  const ALICE = {
    ...SERVE,
    "tailscale-user-login": "Alice@example.com",
    origin: "https://box.ts.net",
    host: "box.ts.net",
  };
  const whois = {
    lookup: async (address: string) =>
      address === "100.64.0.9" ? { login: "alice@example.com" } : undefined,
  };
  const ui = params({ id: "openclaw-control-ui", mode: "webchat" }, { scopes: ["operator.read"] });

  test("an identity that the tailnet confirms lets the Control UI in with its device, without pairing", async () => {
    await using gateway = await world({
      whois,
      policy: { allowTailscale: true, identityScopes: { "alice@example.com": ["operator.write"] } },
    });
    const decision = await gateway.connect(ui, {
      headers: ALICE,
      ingress: "tailscale-serve",
      device: new DeviceKey(),
    });
    const { hello, user } = accepted(decision);
    expect(hello).toEqual({
      role: "operator",
      method: "tailscale",
      scopes: ["operator.read", "operator.write"],
    });
    expect(user).toBe("alice@example.com");
  });

  test("it never lets in a caller without a device, another name, or one on the ordinary listener", async () => {
    await using gateway = await world({ whois, policy: { allowTailscale: true } });
    const device = new DeviceKey();
    const serve = { ingress: "tailscale-serve", device } as const;
    expect(detailCode(await gateway.connect(ui, { headers: ALICE, ingress: "tailscale-serve" }))).toBe(
      "CONTROL_UI_DEVICE_IDENTITY_REQUIRED",
    );
    const mallory = { ...ALICE, "tailscale-user-login": "mallory@example.com" };
    expect(detailCode(await gateway.connect(ui, { ...serve, headers: mallory }))).toBe(
      "AUTH_TAILSCALE_IDENTITY_MISMATCH",
    );
    const stranger = { ...ALICE, "x-forwarded-for": "100.64.0.10" };
    expect(detailCode(await gateway.connect(ui, { ...serve, headers: stranger }))).toBe(
      "AUTH_TAILSCALE_WHOIS_FAILED",
    );
    const anonymous = { ...SERVE, origin: "https://box.ts.net", host: "box.ts.net" };
    expect(detailCode(await gateway.connect(ui, { ...serve, headers: anonymous }))).toBe(
      "AUTH_TAILSCALE_IDENTITY_MISSING",
    );
    const ordinary = await gateway.connect(params({ id: "test", mode: "test" }), { headers: ALICE, device });
    expect(ordinary.ok).toBe(false);
  });

  test("it is not asked for unless it is allowed, and a secret works beside it", async () => {
    await using gateway = await world({ policy: { allowTailscale: false } });
    const device = new DeviceKey();
    const serve = { ingress: "tailscale-serve", device, headers: ALICE } as const;
    expect(detailCode(await gateway.connect(ui, serve))).toBe("AUTH_TOKEN_MISSING");
    const withSecret = await gateway.connect({ ...ui, auth: { token: SECRET } }, serve);
    expect(detailCode(withSecret)).toBe("PAIRING_REQUIRED");
  });

  test("whois runs the command once for a burst of connections and understands its answer", async () => {
    const clock = new ManualClock();
    const runs: (readonly string[])[] = [];
    const answers = [
      '{"UserProfile":{"LoginName":"alice@example.com","DisplayName":"Alice"}}',
      '{"UserProfile":{}}',
    ];
    const lookup = new TailscaleWhois({
      clock,
      run: async (argv) => {
        runs.push(argv);
        return answers.shift() ?? "not json";
      },
    });
    expect(await lookup.lookup("100.64.0.9")).toEqual({ login: "alice@example.com", name: "Alice" });
    expect(await lookup.lookup("100.64.0.9")).toEqual({ login: "alice@example.com", name: "Alice" });
    expect(runs).toEqual([["tailscale", "whois", "--json", "100.64.0.9"]]);
    clock.advance(10_001);
    expect(await lookup.lookup("100.64.0.9")).toBeUndefined();
    await expect(lookup.lookup("100.64.0.10")).rejects.toThrow();
  });
});
