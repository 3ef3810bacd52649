export * from "./patch.ts";
export * from "./pointer.ts";
export * from "./rewrite.ts";
export * from "./text.ts";
export * from "./values.ts";
