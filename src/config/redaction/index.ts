export * from "./redact.ts";
export * from "./restore.ts";
export * from "./view.ts";
