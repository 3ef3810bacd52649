export * from "./model.ts";
export type { GuideFacts } from "./guide/facts.ts";
export { ModelRoom, type ModelRoomDeps } from "./model-room.ts";
export {
  type AuthStatus,
  CredentialError,
  type ListedModel,
  type ListQuery,
  type ModelAdmin,
  type ModelView,
  type NewCredential,
  type ProbeRequest,
  type ProbeResult,
  type SignIns,
} from "./admin/index.ts";
