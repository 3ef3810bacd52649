export type * from "./live-replies.ts";
