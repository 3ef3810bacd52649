import { Type } from "@sinclair/typebox";
import { defineEvent } from "../define.ts";
import { closed, epochMs, text } from "../primitives.ts";
import { PendingDevice, SetupCompletion } from "../records/devices.ts";

export const devicePairRequested = defineEvent({
  name: "device.pair.requested",
  summary: "A device asks to be paired, or a paired one for more.",
  payload: PendingDevice,
  scope: "operator.pairing",
  dropIfSlow: false,
});

export const devicePairResolved = defineEvent({
  name: "device.pair.resolved",
  summary: "A pairing request was decided; also for silent approvals.",
  payload: closed({
    requestId: text,
    deviceId: text,
    decision: Type.String({ minLength: 1, description: "`approved` or `rejected`." }),
    ts: epochMs,
  }),
  scope: "operator.pairing",
  dropIfSlow: false,
});

export const devicePairChanged = defineEvent({
  name: "device.pair.changed",
  summary: "A paired device was renamed; read the list again.",
  payload: Type.Object({}),
  scope: "operator.pairing",
  dropIfSlow: false,
});

export const devicePairSetupCompleted = defineEvent({
  name: "device.pair.setup.completed",
  summary: "A device used a setup code.",
  payload: SetupCompletion,
  scope: "operator.pairing",
  dropIfSlow: false,
});
