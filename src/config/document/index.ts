export * from "./patch.ts";
export * from "./pointer.ts";
export * from "./rewrite.ts";
export * from "./tree.ts";
export * from "./values.ts";
