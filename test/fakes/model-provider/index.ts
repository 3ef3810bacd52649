export { type FailureKind, type ProviderFailure } from "./failures.ts";
export { Gate } from "./gate.ts";
export { ModelRequest, type ModelApi, type Outcome } from "./request.ts";
export { spoken } from "./scenarios.ts";
export * from "./script.ts";
export { FakeModelProvider, type FakeOptions, type Rule } from "./server.ts";
export { spawnFakeProvider, type FakeProcess } from "./process.ts";
export type { Turn } from "./conversation.ts";
