export type * from "./accounts.ts";
