export { Inbound } from "./inbound.ts";
export type { StoreTrouble } from "./durable.ts";
