export * from "./run.ts";
export * from "./run-events.ts";
