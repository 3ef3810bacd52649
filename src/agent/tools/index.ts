export * from "./tool.ts";
export { NO_TOOLS } from "./no-tools.ts";
