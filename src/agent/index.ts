export * from "./commands/index.ts";
export * from "./models/index.ts";
export * from "./prompt/index.ts";
export * from "./runs/index.ts";
export * from "./sender.ts";
export * from "./tools/index.ts";
