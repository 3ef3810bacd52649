import { type Static, Type } from "@sinclair/typebox";
import { StateVersion } from "./frames.ts";
import { oneOf } from "./literals.ts";
import { count, epochMs, maybe, nullable, text, texts } from "./primitives.ts";
import { PresenceEntry } from "./presence.ts";
import { UpdateAvailable, UpdateSchedule } from "./records/updates.ts";

const size = Type.Integer({ minimum: 1 });

/** What the connection was granted, and the device tokens to keep. */
export const HelloAuth = Type.Object(
  {
    role: text,
    scopes: texts,
    method: maybe(Type.String({ description: "How the client authenticated, for example `token`." })),
    deviceToken: maybe(text),
    issuedAtMs: maybe(epochMs),
    deviceTokens: maybe(
      Type.Array(Type.Object({ deviceToken: text, role: text, scopes: texts, issuedAtMs: epochMs }), {
        description: "Further tokens of a setup-code handoff.",
      }),
    ),
  },
  { title: "HelloAuth", description: "What the connection was granted." },
);

export type HelloAuth = Static<typeof HelloAuth>;

/** Which agent and session a client shows when it was told nothing else. */
export const SessionDefaults = Type.Object(
  {
    defaultAgentId: text,
    mainKey: text,
    mainSessionKey: text,
    scope: maybe(text),
    modelConfigured: maybe(Type.Boolean()),
    ownership: maybe(oneOf(["sole", "legacy", "explicit"])),
    selectionRequired: maybe(Type.Boolean()),
  },
  { title: "SessionDefaults", description: "The agent and session to begin with." },
);

export type SessionDefaults = Static<typeof SessionDefaults>;

/** The state of the gateway at the moment of the hello. */
export const Snapshot = Type.Object(
  {
    suspension: maybe(Type.Object({ phase: oneOf(["accepting", "preparing", "draining", "prepared"]) })),
    presence: Type.Array(PresenceEntry, { description: "Empty without read scope." }),
    health: Type.Record(Type.String(), Type.Unknown(), {
      description: "The cached health payload; may be empty.",
    }),
    stateVersion: StateVersion,
    uptimeMs: count,
    appliedConfigHash: maybe(nullable(text)),
    configPath: maybe(Type.String({ minLength: 1, description: "Admins only." })),
    stateDir: maybe(Type.String({ minLength: 1, description: "Admins only." })),
    sessionDefaults: maybe(SessionDefaults),
    authMode: maybe(oneOf(["none", "token", "password", "trusted-proxy"], { description: "Admins only." })),
    updateAvailable: maybe(UpdateAvailable),
    updateSchedule: maybe(UpdateSchedule),
  },
  { title: "Snapshot", description: "The state of the gateway at the moment of the hello." },
);

export type Snapshot = Static<typeof Snapshot>;

/** Payload of the answer to `connect`. */
export const HelloOk = Type.Object(
  {
    type: Type.Literal("hello-ok"),
    protocol: size,
    server: Type.Object({
      version: text,
      buildId: maybe(Type.String({ minLength: 1, maxLength: 96 })),
      bootId: maybe(Type.String({ minLength: 1, maxLength: 96 })),
      controlUiBuildSource: maybe(oneOf(["bundled", "configured"])),
      connId: text,
    }),
    features: Type.Object({
      methods: texts,
      events: texts,
      capabilities: maybe(texts),
    }),
    snapshot: Snapshot,
    canvasHostUrl: maybe(Type.String({ description: "Only for clients of protocol 3." })),
    pluginSurfaceUrls: maybe(Type.Record(Type.String(), text)),
    auth: HelloAuth,
    policy: Type.Object({
      maxPayload: size,
      maxBufferedBytes: size,
      tickIntervalMs: size,
      attachments: maybe(Type.Object({ maxBytes: size, maxImageBytes: size })),
      allowedSessionVisibilities: maybe(Type.Array(oneOf(["shared", "read-only", "suggest", "draft"]))),
      hasMultipleSessionSharingIdentities: maybe(Type.Boolean()),
    }),
  },
  {
    title: "HelloOk",
    description: "The handshake succeeded; the snapshot makes further requests unnecessary.",
  },
);

export type HelloOk = Static<typeof HelloOk>;
