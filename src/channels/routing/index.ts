export type * from "./router.ts";
export { BindingRouter, type BindingRouterDeps } from "./binding-router.ts";
export { readBindings } from "./bindings.ts";
