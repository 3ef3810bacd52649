export type { InvokeFailure, InvokeOutcome, InvokeResult } from "./outcome.ts";
export { ToolInvoker, type ToolInvokerDeps, type ToolInvocation } from "./tool-invoker.ts";
