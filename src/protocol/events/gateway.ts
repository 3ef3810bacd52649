import { Type } from "@sinclair/typebox";
import { ConnectChallenge } from "../connect.ts";
import { defineEvent } from "../define.ts";
import { closed, count, epochMs, maybe, text } from "../primitives.ts";
import { PresenceEntry } from "../presence.ts";
import { HealthSnapshot } from "../records/health.ts";

export const connectChallenge = defineEvent({
  name: "connect.challenge",
  summary: "The first frame of every connection, before `connect`; carries no `seq`.",
  payload: ConnectChallenge,
  scope: "none",
  dropIfSlow: false,
});

export const presence = defineEvent({
  name: "presence",
  summary: "The presence list changed; all of it is sent, with its `stateVersion`.",
  payload: Type.Object({ presence: Type.Array(PresenceEntry) }),
  scope: "operator.read",
  dropIfSlow: true,
});

export const tick = defineEvent({
  name: "tick",
  summary: "A sign of life every 30 s; a client that misses two in a row should reconnect.",
  payload: closed({ ts: epochMs }),
  scope: "none",
  dropIfSlow: true,
});

export const health = defineEvent({
  name: "health",
  summary: "The health snapshot was refreshed; sent with its `stateVersion`.",
  payload: HealthSnapshot,
  scope: "none",
  dropIfSlow: true,
});

export const shutdown = defineEvent({
  name: "shutdown",
  summary: "The gateway stops, or restarts when `restartExpectedMs` is there; the close frame follows.",
  payload: closed({ reason: text, restartExpectedMs: maybe(count) }),
  scope: "none",
  dropIfSlow: false,
});

export const configChanged = defineEvent({
  name: "config.changed",
  summary: "The configuration was written; read it again with `config.get`.",
  payload: Type.Object({ path: text, hash: maybe(text), ts: epochMs }),
  scope: "operator.read",
  dropIfSlow: false,
});
