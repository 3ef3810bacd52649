import { type Static, Type } from "@sinclair/typebox";
import { CLIENT_IDS, CLIENT_MODES } from "./clients.ts";
import { oneOf } from "./literals.ts";
import { closed, maybe, text, texts } from "./primitives.ts";

/** What program is connecting. */
export const ClientIdentity = closed(
  {
    id: oneOf(CLIENT_IDS, { type: undefined }),
    displayName: maybe(text),
    version: text,
    buildId: maybe(Type.String({ minLength: 1, maxLength: 96 })),
    platform: text,
    deviceFamily: maybe(text),
    modelIdentifier: maybe(text),
    timeZone: maybe(Type.String({ minLength: 1, maxLength: 64 })),
    mode: oneOf(CLIENT_MODES, { type: undefined }),
    instanceId: maybe(text),
  },
  { title: "ClientIdentity", description: "What program is connecting." },
);

export type ClientIdentity = Static<typeof ClientIdentity>;

/** Proof that a client owns its device key. */
export const DeviceProof = closed(
  {
    id: text,
    publicKey: text,
    signature: text,
    signedAt: Type.Integer({ minimum: 0 }),
    nonce: text,
  },
  {
    title: "DeviceProof",
    description: "Ed25519 proof that the client owns the device key, bound to this connection's challenge.",
  },
);

export type DeviceProof = Static<typeof DeviceProof>;

/** Credentials of a connection. */
export const ConnectAuth = closed(
  {
    token: maybe(Type.String()),
    bootstrapToken: maybe(Type.String()),
    deviceToken: maybe(Type.String()),
    password: maybe(Type.String()),
    approvalRuntimeToken: maybe(Type.String()),
    agentRuntimeIdentityToken: maybe(Type.String()),
  },
  { title: "ConnectAuth", description: "Credentials; one is enough." },
);

export type ConnectAuth = Static<typeof ConnectAuth>;

/** A node's offer to run agent work for the gateway. */
const WorkerRuns = closed(
  {
    bundleHash: Type.String({ minLength: 64, maxLength: 64, pattern: "^[a-f0-9]{64}$" }),
    openclawVersion: Type.String({ minLength: 1, maxLength: 128 }),
    protocolFeatures: Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
      maxItems: 64,
      uniqueItems: true,
    }),
    bundlePrewarm: maybe(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
  },
  { title: "WorkerRuns", description: "What a node that runs agent work has installed." },
);

/** Params of `connect`; checked strictly, whatever the mode. */
export const ConnectParams = closed(
  {
    minProtocol: Type.Integer({ minimum: 1 }),
    maxProtocol: Type.Integer({ minimum: 1 }),
    client: ClientIdentity,
    caps: maybe(texts),
    commands: maybe(texts),
    computerUse: maybe(Type.Unknown()),
    workerRuns: maybe(WorkerRuns),
    permissions: maybe(Type.Record(Type.String(), Type.Boolean())),
    pathEnv: maybe(Type.String()),
    role: maybe(text),
    scopes: maybe(texts),
    device: maybe(DeviceProof),
    auth: maybe(ConnectAuth),
    locale: maybe(Type.String()),
    userAgent: maybe(Type.String()),
    modelCatalog: maybe(Type.Unknown()),
  },
  { title: "ConnectParams", description: "The first request of every connection." },
);

export type ConnectParams = Static<typeof ConnectParams>;

/** Payload of the first frame the server sends. */
export const ConnectChallenge = Type.Object(
  {
    nonce: text,
    ts: Type.Integer({ minimum: 0, description: "Server clock, epoch ms; clients sign with it." }),
  },
  { title: "ConnectChallenge", description: "What a device has to sign to prove that it owns its key." },
);

export type ConnectChallenge = Static<typeof ConnectChallenge>;
