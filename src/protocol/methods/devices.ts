import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { oneOf } from "../literals.ts";
import { closed, count, epochMs, maybe, nothing, text, texts, yes } from "../primitives.ts";
import { PairedDevice, PendingDevice, SETUP_ACCESS, SetupCompletion } from "../records/devices.ts";

const byRequest = closed({ requestId: text });
const byDevice = closed({ deviceId: text });
const byDeviceAndRole = closed({ deviceId: text, role: text });
const setupId = Type.String({ minLength: 1, maxLength: 128 });

export const pairList = defineMethod({
  name: "device.pair.list",
  summary: "Pending pairing requests and paired devices.",
  scope: "operator.pairing",
  params: nothing,
  result: Type.Object({ pending: Type.Array(PendingDevice), paired: Type.Array(PairedDevice) }),
  since: 3,
});

export const pairApprove = defineMethod({
  name: "device.pair.approve",
  summary: "Approves a pairing request; the caller must hold every scope the device asks for.",
  scope: "operator.pairing",
  params: byRequest,
  result: Type.Object({ requestId: text, device: PairedDevice }),
  since: 3,
});

export const pairReject = defineMethod({
  name: "device.pair.reject",
  summary: "Rejects a pairing request.",
  scope: "operator.pairing",
  params: byRequest,
  result: Type.Object({ requestId: text, deviceId: text }),
  since: 3,
});

export const pairRemove = defineMethod({
  name: "device.pair.remove",
  summary: "Forgets a device, its tokens and its node; its connections are closed.",
  scope: "operator.pairing",
  params: byDevice,
  result: Type.Object({ deviceId: text }),
  since: 4,
});

export const pairRename = defineMethod({
  name: "device.pair.rename",
  summary: "Gives a paired device a name.",
  scope: "operator.pairing",
  params: closed({ deviceId: text, label: Type.String({ minLength: 1, maxLength: 64 }) }),
  result: Type.Object({ deviceId: text, label: text }),
  since: 4,
});

export const pairSetupCode = defineMethod({
  name: "device.pair.setupCode",
  summary: "Makes a single-use code that pairs a phone without a prompt.",
  scope: "operator.admin",
  params: closed({
    publicUrl: maybe(text),
    preferRemoteUrl: maybe(Type.Boolean()),
    includeQr: maybe(Type.Boolean()),
    bootstrapProfile: maybe(oneOf(["limited", "node"])),
    joinUrl: maybe(yes),
  }),
  result: closed({
    setupId: maybe(setupId),
    setupCode: text,
    joinUrl: maybe(text),
    qrDataUrl: maybe(Type.String({ maxLength: 16_384, pattern: "^data:image/png;base64," })),
    gatewayUrl: text,
    gatewayUrls: maybe(Type.Array(text, { minItems: 2, maxItems: 8, uniqueItems: true })),
    auth: oneOf(["token", "password"]),
    urlSource: text,
    access: maybe(oneOf(SETUP_ACCESS)),
    accessDowngraded: maybe(Type.Boolean()),
    expiresAtMs: maybe(epochMs),
  }),
  since: 4,
  hidden: true,
});

export const pairSetupStatus = defineMethod({
  name: "device.pair.setupStatus",
  summary: "Whether a setup code was used, and by which device.",
  scope: "operator.admin",
  params: closed({ setupId }),
  result: closed({ completion: maybe(SetupCompletion), deliveryUncertain: maybe(SetupCompletion) }),
  since: 4,
  hidden: true,
});

export const tokenRotate = defineMethod({
  name: "device.token.rotate",
  summary: "Replaces a device token; the new secret is only shown to the device that rotates its own.",
  scope: "operator.pairing",
  params: closed({ deviceId: text, role: text, scopes: maybe(texts) }),
  result: Type.Union([
    closed({
      deviceId: text,
      role: text,
      scopes: texts,
      rotatedAtMs: epochMs,
      tokenDelivery: Type.Literal("withheld-cross-device"),
    }),
    closed({
      deviceId: text,
      role: text,
      scopes: texts,
      rotatedAtMs: epochMs,
      tokenDelivery: Type.Literal("in-band"),
      token: text,
    }),
  ]),
  since: 3,
});

export const tokenRevoke = defineMethod({
  name: "device.token.revoke",
  summary: "Withdraws a device token; its connections are closed.",
  scope: "operator.pairing",
  params: byDeviceAndRole,
  result: Type.Object({ deviceId: text, role: text, revokedAtMs: count }),
  since: 3,
});

export const scopesRequestUpgrade = defineMethod({
  name: "device.scopes.requestUpgrade",
  summary: "Asks the operator to grant this device more scopes.",
  scope: "authenticated",
  params: closed({ scopes: Type.Array(text, { minItems: 1, maxItems: 8, uniqueItems: true }) }),
  result: closed({ requestId: text }),
  since: 4,
});

export const scopesWaitUpgrade = defineMethod({
  name: "device.scopes.waitUpgrade",
  summary: "Waits for the decision on a scope request; the answer carries the new token.",
  scope: "authenticated",
  params: byRequest,
  result: Type.Union([
    closed({
      status: Type.Literal("approved"),
      requestId: text,
      deviceToken: text,
      scopes: Type.Array(text, { minItems: 1, maxItems: 8, uniqueItems: true }),
    }),
    closed({ status: Type.Literal("rejected"), requestId: text }),
    closed({ status: Type.Literal("expired"), requestId: text }),
  ]),
  since: 4,
  waits: true,
});
