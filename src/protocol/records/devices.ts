import { type Static, Type } from "@sinclair/typebox";
import { oneOf } from "../literals.ts";
import { closed, epochMs, maybe, text, texts } from "../primitives.ts";

/** A device that asked to be paired, or a paired one that asks for more. */
export const PendingDevice = closed(
  {
    requestId: text,
    deviceId: text,
    publicKey: text,
    displayName: maybe(text),
    platform: maybe(text),
    deviceFamily: maybe(text),
    clientId: maybe(text),
    clientMode: maybe(text),
    browserOrigin: maybe(text),
    role: maybe(text),
    roles: maybe(texts),
    scopes: maybe(texts),
    remoteIp: maybe(text),
    silent: maybe(Type.Boolean({ description: "Nobody needs to be asked." })),
    isRepair: maybe(Type.Boolean({ description: "The device is paired already and asks for a change." })),
    ts: epochMs,
  },
  { title: "PendingDevice", description: "A pairing request that waits for a decision." },
);

export type PendingDevice = Static<typeof PendingDevice>;

/** What may be known of a device token; the secret itself is never listed. */
export const DeviceTokenSummary = closed(
  {
    role: text,
    scopes: texts,
    createdAtMs: epochMs,
    rotatedAtMs: maybe(epochMs),
    lastUsedAtMs: maybe(epochMs),
    revokedAtMs: maybe(epochMs),
  },
  { title: "DeviceTokenSummary", description: "A device token without its secret." },
);

export type DeviceTokenSummary = Static<typeof DeviceTokenSummary>;

export const APPROVED_VIA = [
  "owner",
  "silent",
  "bootstrap",
  "trusted-proxy",
  "trusted-cidr",
  "ssh-verified",
] as const;

/** The node side of a device that is also a node. */
export const NodeSurface = closed(
  {
    displayName: maybe(text),
    version: maybe(text),
    caps: texts,
    commands: texts,
    permissions: maybe(Type.Record(Type.String(), Type.Boolean())),
    createdAtMs: maybe(epochMs),
    approvedAtMs: maybe(epochMs),
    lastConnectedAtMs: maybe(epochMs),
    lastDisconnectedAtMs: maybe(epochMs),
  },
  { title: "NodeSurface", description: "What a device was approved to offer as a node." },
);

export type NodeSurface = Static<typeof NodeSurface>;

/** A device that may connect. */
export const PairedDevice = closed(
  {
    deviceId: text,
    publicKey: text,
    displayName: maybe(text),
    operatorLabel: maybe(Type.String({ description: "The name an operator gave it." })),
    platform: maybe(text),
    deviceFamily: maybe(text),
    clientId: maybe(text),
    clientMode: maybe(text),
    role: maybe(text),
    roles: maybe(texts),
    scopes: maybe(texts),
    remoteIp: maybe(text),
    approvedVia: maybe(oneOf(APPROVED_VIA)),
    nodeSurface: maybe(NodeSurface),
    createdAtMs: epochMs,
    approvedAtMs: epochMs,
    lastSeenAtMs: maybe(epochMs),
    lastSeenReason: maybe(text),
    connected: maybe(Type.Boolean()),
    tokens: maybe(Type.Array(DeviceTokenSummary)),
  },
  { title: "PairedDevice", description: "A device that was approved." },
);

export type PairedDevice = Static<typeof PairedDevice>;

export const SETUP_ACCESS = ["full", "limited", "node"] as const;

/** The end of a setup-code handoff. */
export const SetupCompletion = closed(
  {
    setupId: Type.String({ minLength: 1, maxLength: 128 }),
    deviceId: text,
    deviceName: maybe(text),
    access: oneOf(SETUP_ACCESS),
    ts: epochMs,
  },
  { title: "SetupCompletion", description: "A device that used a setup code." },
);

export type SetupCompletion = Static<typeof SetupCompletion>;
