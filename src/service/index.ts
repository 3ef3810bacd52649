export * from "./definition.ts";
export * from "./errors.ts";
export * from "./executable.ts";
export * from "./find.ts";
export * from "./identity.ts";
export * from "./kind.ts";
export * from "./machine.ts";
export * from "./service.ts";
