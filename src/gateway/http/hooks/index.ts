export type { HookDeps } from "./deps.ts";
export { hookPath, type HookSettings } from "./path.ts";
export { hookRoute } from "./route.ts";
