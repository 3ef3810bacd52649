export { DurableDeliveries } from "./durable-deliveries.ts";
export { MessageQueue } from "./message-queue.ts";
export { laneOf } from "./new-delivery.ts";
export type { StoreTrouble } from "./store-acts.ts";
