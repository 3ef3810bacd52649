export { DurableDeliveries, type DurableDeliveriesDeps } from "./durable-deliveries.ts";
export {
  MessageQueue,
  type MessageQueueDeps,
  type QueueCount,
  type QueueDetail,
  type QueueItem,
  type QueueQuery,
} from "./message-queue.ts";
export { laneOf } from "./new-delivery.ts";
export type { StoreTrouble } from "./store-acts.ts";
