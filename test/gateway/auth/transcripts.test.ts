import { describe, expect, test } from "bun:test";
import none from "./fixtures/auth-none.json";
import password from "./fixtures/auth-password.json";
import token from "./fixtures/auth-token.json";
import trustedProxy from "./fixtures/auth-trusted-proxy.json";
import door from "./fixtures/door.json";
import type { AuthPolicy } from "../../../src/gateway/auth/index.ts";
import type { ProofTwist } from "./support/device-key.ts";
import { recordedError, Replay, type TranscriptCase } from "./support/replay.ts";
import { type ConnectOptions, SECRET, world } from "./support/world.ts";

const UI_ORIGIN = "https://control.example.com";
const PROXIED = {
  "x-forwarded-for": "203.0.113.7",
  "x-forwarded-proto": "https",
  "x-forwarded-user": "alice@example.com",
};
const PROXIED_UI = { ...PROXIED, origin: UI_ORIGIN };

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}

/** What the transcripts do not show: the headers each case was sent with. */
const HEADERS: Readonly<Record<string, Record<string, string>>> = {
  "browser/control-ui-without-device": { origin: "http://127.0.0.1:18789" },
  "tp/deviceless-custom-client-no-scopes": PROXIED,
  "tp/deviceless-control-ui-no-scopes": PROXIED_UI,
  "tp/control-ui-device-auto-approved": PROXIED_UI,
  "tp/identity-scope-grant": { ...PROXIED_UI, "x-forwarded-user": "admin@example.com" },
  "tp/x-openclaw-scopes-caps": { ...PROXIED_UI, "x-openclaw-scopes": "operator.read" },
  "tp/x-openclaw-scopes-empty": { ...PROXIED_UI, "x-openclaw-scopes": "" },
  "tp/user-not-allowed-deviceless": { ...PROXIED, "x-forwarded-user": "mallory@example.com" },
  "tp/user-not-allowed-device": { ...PROXIED, "x-forwarded-user": "mallory@example.com" },
  "tp/user-header-missing-deviceless": without(PROXIED, "x-forwarded-user"),
  "tp/user-header-missing-device": without(PROXIED, "x-forwarded-user"),
  "tp/required-header-missing-deviceless": without(PROXIED, "x-forwarded-proto"),
  "tp/required-header-missing-device": without(PROXIED, "x-forwarded-proto"),
  "tp/no-client-address-header": without(PROXIED, "x-forwarded-for"),
  "tp/non-ui-device-needs-pairing": PROXIED,
  "upgrade/forwarded-header-untrusted": { "x-forwarded-for": "203.0.113.7" },
  "upgrade/x-real-ip-untrusted": { "x-real-ip": "203.0.113.7" },
  "upgrade/forwarded-rfc7239-untrusted": { forwarded: "for=203.0.113.7" },
  "origin/foreign-any-client": { origin: "https://evil.example" },
  "origin/foreign-control-ui": { origin: "https://evil.example" },
  "origin/null": { origin: "null" },
  "origin/loopback-other-port-ok": { origin: "http://localhost:5173" },
};

/** And how their proofs were spoilt. */
const TWISTS: Readonly<Record<string, ProofTwist>> = {
  "token/v2-signature-accepted": { version: "v2" },
  "device/bad-signature": { corrupt: true },
  "device/bad-signature-beats-bad-token": { corrupt: true },
  "device/signature-must-cover-auth-token": { signedToken: "another" },
  "device/signedAt-121s-old": { signedAtOffsetMs: -121_000 },
  "device/signedAt-121s-ahead": { signedAtOffsetMs: 121_000 },
  "device/signedAt-115s-old-ok": { signedAtOffsetMs: -115_000 },
};

/** Answered otherwise on purpose: protocol 3 is taken from every role. */
const DIFFERENT: ReadonlySet<string> = new Set(["pre/protocol-3-3-operator"]);

const PROXY_POLICY: Partial<AuthPolicy> = {
  mode: "trusted-proxy",
  token: undefined,
  password: "localpw",
  trustedProxies: ["127.0.0.1"],
  allowedOrigins: [UI_ORIGIN],
  identityScopes: { "admin@example.com": ["operator.admin"] },
  trustedProxy: {
    userHeader: "X-Forwarded-User",
    requiredHeaders: ["x-forwarded-proto"],
    allowUsers: ["alice@example.com", "admin@example.com"],
    allowLoopback: true,
    deviceAutoApprove: { enabled: true, scopes: undefined },
  },
};

function replayAll(name: string, file: unknown, policy: Partial<AuthPolicy>): void {
  // Recorded frames are what a client may send; their shape was checked when they were recorded.
  const cases = file as readonly TranscriptCase[];
  test(`${name}: every recorded case gets the recorded answer`, async () => {
    await using gateway = await world({ policy });
    const replay = new Replay(gateway, { "<shared-token>": SECRET });
    for (const { case: title, steps } of cases) {
      if (DIFFERENT.has(title)) continue;
      const headers = HEADERS[title] ?? {};
      const options: ConnectOptions = { headers };
      const [first, second, third] = steps;
      if (first?.upgrade !== undefined) {
        const all = new Headers(headers);
        const refusal = gateway.auth.refuseUpgrade({
          remoteAddress: "127.0.0.1",
          headers: all,
          origin: undefined,
          host: undefined,
        });
        expect({ title, status: refusal?.status, body: refusal?.body }).toEqual({ title, ...first.upgrade });
        continue;
      }
      if (first?.connect === undefined) throw new Error(`${title} has no connect`);
      const decision = await replay.connect(first.connect, options, TWISTS[title]);
      if (decision.ok) {
        const hello = JSON.parse(JSON.stringify(decision.hello));
        expect({ title, hello }).toEqual({ title, hello: replay.bindings.fill(second?.hello, hello) });
        continue;
      }
      const error = recordedError(decision.error.toShape());
      expect({ title, error }).toEqual({ title, error: replay.bindings.fill(second?.error, error) });
      const close: unknown = [decision.close.code, decision.close.reason];
      expect({ title, close }).toEqual({ title, close: replay.bindings.fill(third?.close, close) });
      // Failed local attempts slow each other down; the recordings were minutes apart.
      gateway.clock.advance(61_000);
    }
  });
}

describe("transcripts", () => {
  replayAll("token", token, {});
  replayAll("password", password, { mode: "password", token: undefined, password: SECRET });
  replayAll("none", none, { mode: "none", token: undefined });
  replayAll("trusted-proxy", trustedProxy, PROXY_POLICY);
  replayAll("door", door, {});
});
