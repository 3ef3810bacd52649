import { type Static, Type } from "@sinclair/typebox";

/** One row of the presence list: a connected client, a node, a beacon from `system-event`, or this gateway. */
export const PresenceEntry = Type.Object(
  {
    host: Type.Optional(Type.String()),
    clientId: Type.Optional(Type.String()),
    ip: Type.Optional(Type.String()),
    version: Type.Optional(Type.String()),
    platform: Type.Optional(Type.String()),
    deviceFamily: Type.Optional(Type.String()),
    modelIdentifier: Type.Optional(Type.String()),
    timeZone: Type.Optional(Type.String()),
    mode: Type.Optional(Type.String()),
    lastInputSeconds: Type.Optional(Type.Integer({ minimum: 0 })),
    reason: Type.Optional(Type.String()),
    text: Type.Optional(Type.String()),
    tags: Type.Optional(Type.Array(Type.String())),
    ts: Type.Integer({ minimum: 0, description: "Epoch ms." }),
    deviceId: Type.Optional(Type.String()),
    roles: Type.Optional(Type.Array(Type.String())),
    scopes: Type.Optional(Type.Array(Type.String())),
    instanceId: Type.Optional(Type.String()),
    onlineSince: Type.Optional(Type.Integer({ minimum: 0 })),
    lastActivityAt: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { title: "PresenceEntry" },
);

export type PresenceEntry = Static<typeof PresenceEntry>;
