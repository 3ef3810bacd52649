export * from "./bind.ts";
export * from "./document/index.ts";
export * from "./env.ts";
export * from "./errors.ts";
export * from "./limits.ts";
export * from "./load/index.ts";
export * from "./paths.ts";
export * from "./port.ts";
export * from "./redact.ts";
export * from "./save/index.ts";
export * from "./snapshot.ts";
export * from "./store.ts";
export * from "./view.ts";
export { lookupSchema } from "./lookup.ts";
export {
  planReload,
  reloadKindOf,
  type ReloadKind,
  type ReloadMode,
  type ReloadPlan,
} from "./reload-plan.ts";
export { configJsonSchema, isSensitivePath, type OpenClawConfig } from "./schema/index.ts";
export { resolveDefaults, validateConfig } from "./validate.ts";
