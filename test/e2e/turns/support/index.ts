export * from "./frames.ts";
export * from "./replay.ts";
export * from "./world.ts";
