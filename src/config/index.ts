export * from "./bind.ts";
export * from "./env.ts";
export * from "./limits.ts";
export * from "./paths.ts";
export * from "./port.ts";
