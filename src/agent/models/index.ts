export * from "./model.ts";
export type { GuideFacts } from "./guide/facts.ts";
export { ModelRoom, type ModelRoomDeps } from "./model-room.ts";
