export type * from "./gate.ts";
