export * from "./commands.ts";
export * from "./config.ts";
export * from "./devices.ts";
export * from "./health.ts";
export * from "./nodes.ts";
export * from "./restart.ts";
export * from "./updates.ts";
