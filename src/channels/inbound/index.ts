export { Inbound, type InboundDeps, type InboundStatus } from "./inbound.ts";
export type { StoreTrouble } from "./durable.ts";
export type { OutageReport } from "./answers/outages.ts";
