import { type Static, Type } from "@sinclair/typebox";
import { closed, count, epochMs, maybe, text, texts } from "./primitives.ts";

/** One row of the presence list: a connected client, a node, a beacon from `system-event`, or this gateway. */
export const PresenceEntry = closed(
  {
    host: maybe(text),
    clientId: maybe(text),
    ip: maybe(Type.String({ minLength: 1, description: "Absent for loopback clients." })),
    version: maybe(text),
    platform: maybe(text),
    deviceFamily: maybe(text),
    modelIdentifier: maybe(text),
    timeZone: maybe(text),
    mode: maybe(text),
    lastInputSeconds: maybe(count),
    reason: maybe(text),
    tags: maybe(texts),
    text: maybe(Type.String()),
    ts: epochMs,
    onlineSince: maybe(epochMs),
    lastActivityAt: maybe(epochMs),
    deviceId: maybe(text),
    roles: maybe(texts),
    scopes: maybe(texts),
    instanceId: maybe(text),
    user: maybe(
      closed({
        id: text,
        identity: maybe(closed({ type: Type.Literal("profile"), id: text })),
        email: maybe(text),
        name: maybe(text),
        avatarUrl: maybe(text),
      }),
    ),
    watchedSessions: maybe(texts),
  },
  { title: "PresenceEntry", description: "Who is there: a client, a node, a beacon or the gateway itself." },
);

export type PresenceEntry = Static<typeof PresenceEntry>;
