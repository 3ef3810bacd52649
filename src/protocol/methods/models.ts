import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { oneOf } from "../literals.ts";
import { anyObject, closed, epochMs, maybe, nullable, text, texts, yes } from "../primitives.ts";
import { ModelChoice, ProbeOutcome, ProviderAuth, ProviderCapability } from "../records/models.ts";

const agentId = maybe(Type.String());

export const list = defineMethod({
  name: "models.list",
  summary: "The models that may be chosen; looks for model servers on this machine.",
  scope: "operator.read",
  params: closed({
    view: maybe(oneOf(["default", "configured", "provider-config", "all"])),
    agentId: maybe(text),
    sessionKey: maybe(text),
    provider: maybe(text),
    refresh: maybe(Type.Boolean({ description: "Looks again for what is remembered." })),
    preparedOnly: maybe(Type.Boolean({ description: "Asks nobody; not with refresh." })),
    includeProviderCapabilities: maybe(Type.Boolean()),
  }),
  result: closed({ models: Type.Array(ModelChoice) }),
  since: 3,
});

export const probe = defineMethod({
  name: "models.probe",
  summary: "Asks a provider for one word with each of its credentials; a real request.",
  scope: "operator.admin",
  params: closed({
    provider: text,
    model: maybe(text),
    profileId: maybe(text),
    timeoutMs: maybe(Type.Integer({ minimum: 1 })),
    agentId,
  }),
  result: ProbeOutcome,
  since: 3,
  waits: true,
});

export const authStatus = defineMethod({
  name: "models.authStatus",
  summary: "The sign-ins of model providers, without a secret; asks nobody.",
  scope: "operator.read",
  params: closed({ refresh: maybe(Type.Boolean()), agentId }),
  result: closed({
    ts: epochMs,
    providers: Type.Array(ProviderAuth),
    providerCapabilities: Type.Array(ProviderCapability),
  }),
  since: 3,
});

export const authLogout = defineMethod({
  name: "models.authLogout",
  summary: "Forgets stored credentials of a provider: those named, or all.",
  scope: "operator.admin",
  params: closed({
    provider: text,
    profileIds: maybe(Type.Array(text, { minItems: 1 })),
    agentId,
  }),
  result: closed({ provider: text, removedProfiles: texts, abortedRunIds: texts }),
  since: 3,
  write: true,
});

export const authSetApiKey = defineMethod({
  name: "models.authSetApiKey",
  summary: "Stores an API key, or a login that was made elsewhere.",
  scope: "operator.admin",
  params: closed({
    provider: text,
    apiKey: maybe(text),
    profileId: maybe(text),
    type: maybe(oneOf(["api_key", "token", "oauth"])),
    expiresAt: maybe(epochMs),
    credential: maybe(anyObject),
    email: maybe(text),
    agentId,
  }),
  result: closed({ provider: text, profileId: text }),
  since: 4,
  write: true,
});

export const authOrderSet = defineMethod({
  name: "models.authOrderSet",
  summary: "Puts the stored credentials of a provider in the order in which they are tried; null forgets it.",
  scope: "operator.admin",
  params: closed({ provider: text, profileIds: nullable(Type.Array(text, { minItems: 1 })), agentId }),
  result: closed({ ok: yes, provider: text, profileIds: nullable(texts) }),
  since: 4,
  write: true,
});
