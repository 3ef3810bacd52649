import { type Static, Type } from "@sinclair/typebox";
import { CLIENT_IDS, CLIENT_MODES } from "./clients.ts";
import { StateVersion } from "./frames.ts";
import { oneOf } from "./literals.ts";
import { PresenceEntry } from "./presence.ts";

const closed = { additionalProperties: false } as const;
const text = Type.String({ minLength: 1 });

export const ClientIdentity = Type.Object(
  {
    id: oneOf(CLIENT_IDS),
    displayName: Type.Optional(text),
    version: text,
    buildId: Type.Optional(text),
    platform: text,
    deviceFamily: Type.Optional(text),
    modelIdentifier: Type.Optional(text),
    mode: oneOf(CLIENT_MODES),
    timeZone: Type.Optional(text),
    instanceId: Type.Optional(text),
  },
  { ...closed, description: "What program is connecting." },
);

export type ClientIdentity = Static<typeof ClientIdentity>;

export const DeviceProof = Type.Object(
  {
    id: text,
    publicKey: text,
    signature: text,
    signedAt: Type.Integer({ minimum: 0 }),
    nonce: text,
  },
  {
    ...closed,
    description: "Ed25519 proof that the client owns the device key, bound to this connection's challenge.",
  },
);

export type DeviceProof = Static<typeof DeviceProof>;

export const ConnectAuth = Type.Object(
  {
    token: Type.Optional(Type.String()),
    password: Type.Optional(Type.String()),
    deviceToken: Type.Optional(Type.String()),
    bootstrapToken: Type.Optional(Type.String()),
    approvalRuntimeToken: Type.Optional(Type.String()),
    agentRuntimeIdentityToken: Type.Optional(Type.String()),
  },
  { ...closed, description: "Credentials; one is enough." },
);

export type ConnectAuth = Static<typeof ConnectAuth>;

export const ConnectParams = Type.Object(
  {
    minProtocol: Type.Integer({ minimum: 1 }),
    maxProtocol: Type.Integer({ minimum: 1 }),
    client: ClientIdentity,
    role: Type.Optional(Type.String({ minLength: 1 })),
    scopes: Type.Optional(Type.Array(text)),
    caps: Type.Optional(Type.Array(text)),
    commands: Type.Optional(Type.Array(text)),
    permissions: Type.Optional(Type.Record(Type.String(), Type.Boolean())),
    pathEnv: Type.Optional(Type.String()),
    computerUse: Type.Optional(Type.Unknown()),
    workerRuns: Type.Optional(Type.Unknown()),
    device: Type.Optional(DeviceProof),
    auth: Type.Optional(ConnectAuth),
    locale: Type.Optional(Type.String()),
    userAgent: Type.Optional(Type.String()),
    modelCatalog: Type.Optional(Type.Unknown()),
  },
  { ...closed, title: "ConnectParams", description: "The first request of every connection." },
);

export type ConnectParams = Static<typeof ConnectParams>;

export const HelloAuth = Type.Object({
  role: Type.String(),
  scopes: Type.Array(Type.String()),
  method: Type.Optional(Type.String()),
  deviceToken: Type.Optional(Type.String()),
  issuedAtMs: Type.Optional(Type.Integer({ minimum: 0 })),
  deviceTokens: Type.Optional(
    Type.Array(
      Type.Object({
        deviceToken: Type.String(),
        role: Type.String(),
        scopes: Type.Array(Type.String()),
        issuedAtMs: Type.Integer({ minimum: 0 }),
      }),
    ),
  ),
});

export type HelloAuth = Static<typeof HelloAuth>;

export const HelloOk = Type.Object(
  {
    type: Type.Literal("hello-ok"),
    protocol: Type.Integer({ minimum: 1 }),
    server: Type.Object({
      version: text,
      connId: text,
      buildId: Type.Optional(text),
      bootId: Type.Optional(text),
    }),
    features: Type.Object({
      methods: Type.Array(text),
      events: Type.Array(text),
      capabilities: Type.Optional(Type.Array(text)),
    }),
    snapshot: Type.Object({
      presence: Type.Array(PresenceEntry),
      health: Type.Record(Type.String(), Type.Unknown()),
      stateVersion: StateVersion,
      uptimeMs: Type.Integer({ minimum: 0 }),
      appliedConfigHash: Type.Optional(Type.String()),
      sessionDefaults: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      configPath: Type.Optional(Type.String()),
      stateDir: Type.Optional(Type.String()),
      authMode: Type.Optional(Type.String()),
    }),
    canvasHostUrl: Type.Optional(Type.String()),
    auth: HelloAuth,
    policy: Type.Object({
      maxPayload: Type.Integer({ minimum: 1 }),
      maxBufferedBytes: Type.Integer({ minimum: 1 }),
      tickIntervalMs: Type.Integer({ minimum: 1 }),
    }),
  },
  {
    title: "HelloOk",
    description: "The handshake succeeded; the snapshot makes further requests unnecessary.",
  },
);

export type HelloOk = Static<typeof HelloOk>;

/** Payload of the first frame the server sends. */
export const ConnectChallenge = Type.Object(
  {
    nonce: text,
    ts: Type.Integer({ minimum: 0, description: "Server clock, epoch ms; clients sign with it." }),
  },
  { title: "ConnectChallenge", description: "What a device has to sign to prove that it owns its key." },
);

export type ConnectChallenge = Static<typeof ConnectChallenge>;
