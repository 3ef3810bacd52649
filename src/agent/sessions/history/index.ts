export { generationOf } from "./cursor.ts";
export { Glimpses } from "./glimpses.ts";
export { History } from "./history.ts";
