export { ToolInputError } from "./define.ts";
export { AnswerFiles, type AnswerFilesDeps, type Answered } from "./files/index.ts";
export {
  profileOf,
  profilesOf,
  TOOL_PROFILES,
  TOOL_SECTIONS,
  toolName,
  type ToolProfile,
} from "./policy/index.ts";
export type {
  BrowserPort,
  CanvasDeed,
  CanvasPanels,
  CommandNotice,
  GatewayView,
  ChatDeed,
  ChatDeedOutcome,
  ChatOffer,
  MessageSender,
  NestedRuns,
  StatusText,
} from "./ports.ts";
export * from "./tool.ts";
export {
  type InvokeFailure,
  type InvokeOutcome,
  type InvokeResult,
  ToolInvoker,
  type ToolInvokerDeps,
  type ToolInvocation,
} from "./invoke/index.ts";
export { ToolCatalog, type ToolCatalogDeps } from "./tool-catalog.ts";
