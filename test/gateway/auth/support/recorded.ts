import type { ProofTwist } from "./device-key.ts";

/** Where the recorded Control UI was served from. */
export const UI_ORIGIN = "https://control.example.com";
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
export const HEADERS: Readonly<Record<string, Record<string, string>>> = {
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
export const TWISTS: Readonly<Record<string, ProofTwist>> = {
  "token/v2-signature-accepted": { version: "v2" },
  "device/bad-signature": { corrupt: true },
  "device/bad-signature-beats-bad-token": { corrupt: true },
  "device/signature-must-cover-auth-token": { signedToken: "another" },
  "device/signedAt-121s-old": { signedAtOffsetMs: -121_000 },
  "device/signedAt-121s-ahead": { signedAtOffsetMs: 121_000 },
  "device/signedAt-115s-old-ok": { signedAtOffsetMs: -115_000 },
};

/** Answered otherwise on purpose: protocol 3 is taken from every role. */
export const DIFFERENT: ReadonlySet<string> = new Set(["pre/protocol-3-3-operator"]);
