export type { CatalogReader } from "./catalog.ts";
export type { NodeDevice, NodeDevices, NodeEventPublisher } from "./neighbours.ts";
export type { InvokeAnswer, InvokeRequest } from "./invoker.ts";
export type { LiveNode } from "./live.ts";
export { Nodes, type NodesDeps } from "./nodes.ts";
export type { PairingCaller, PairingRequest } from "./pairing.ts";
export type { CommandRules } from "./policy.ts";
export { MAX_PROGRESS_CHUNK_BYTES } from "./limits.ts";
export type { Admission, NodeSession } from "./session.ts";
