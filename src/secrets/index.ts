export * from "./collect.ts";
export * from "./errors.ts";
export * from "./limits.ts";
export * from "./providers.ts";
export * from "./ref.ts";
export * from "./resolver.ts";
export * from "./store.ts";
export * from "./trust.ts";
