import { Type } from "@sinclair/typebox";
import { oneOf } from "../literals.ts";
import { closed, count, epochMs, maybe, text, texts, yes } from "../primitives.ts";

const level = closed({ id: text, label: text });

/** A model that may be chosen. */
export const ModelChoice = closed({
  id: Type.String({ minLength: 1, description: "The model's name at its provider." }),
  name: text,
  provider: text,
  alias: maybe(text),
  tags: maybe(texts),
  available: maybe(Type.Boolean()),
  unavailableReason: maybe(oneOf(["missing-auth", "auth-failed", "cooldown"])),
  unavailableUntil: maybe(epochMs),
  contextWindow: maybe(Type.Integer({ minimum: 1 })),
  reasoning: maybe(Type.Boolean()),
  thinkingLevels: maybe(Type.Array(level)),
  thinkingDefault: maybe(text),
  apiKeySupported: maybe(Type.Boolean({ description: "Its provider can be given a key." })),
  input: maybe(Type.Array(oneOf(["text", "image"]))),
});

/** How a probe went. */
const probeStatus = oneOf([
  "ok",
  "auth",
  "rate_limit",
  "billing",
  "timeout",
  "format",
  "unknown",
  "no_model",
]);

const outcome = { status: probeStatus, latencyMs: maybe(count), error: maybe(Type.String()) };

/** What came of a tiny request with each credential of a provider. */
export const ProbeOutcome = closed({
  provider: text,
  ...outcome,
  results: Type.Array(closed({ profileId: maybe(text), label: text, ...outcome })),
});

const health = oneOf(["ok", "expiring", "expired", "missing", "static"]);

const expiry = closed({ at: epochMs, remainingMs: Type.Integer(), label: text });

/** The sign-ins of a provider. */
export const ProviderAuth = closed({
  provider: text,
  authProvider: text,
  displayName: text,
  status: health,
  expiry: maybe(expiry),
  profiles: Type.Array(
    closed({
      profileId: text,
      type: oneOf(["api_key", "oauth", "token"]),
      status: health,
      reasonCode: maybe(Type.String({ description: "Why it rests after a failure." })),
      unavailableUntil: maybe(epochMs),
      source: Type.Literal("saved"),
      expiry: maybe(expiry),
      email: maybe(text),
      lastUsedAt: maybe(epochMs),
      logoutSupported: yes,
    }),
  ),
  profileOrder: maybe(texts),
  apiKey: maybe(
    closed(
      {
        source: oneOf(["env", "config"]),
        label: text,
        reasonCode: maybe(Type.String()),
        unavailableUntil: maybe(epochMs),
      },
      { description: "A key that is not stored by the gateway." },
    ),
  ),
});

/** How one can sign in with a provider. */
export const ProviderCapability = closed({
  provider: text,
  apiKeySupported: Type.Boolean(),
  quickApiKeySetup: Type.Boolean(),
  loginOptions: maybe(Type.Array(closed({ id: text, label: text, kind: oneOf(["oauth", "device-code"]) }))),
});
