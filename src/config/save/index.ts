export * from "./atomic.ts";
export * from "./backups.ts";
export * from "./document.ts";
export * from "./guard.ts";
export * from "./lock.ts";
export * from "./owner.ts";
