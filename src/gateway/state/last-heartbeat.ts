import { fits, HeartbeatReport } from "../../protocol/index.ts";
import { kvKey } from "../../store/index.ts";

/** Where the outcome of the last heartbeat is kept, so that it survives a restart. */
export const LAST_HEARTBEAT = kvKey<HeartbeatReport>("heartbeat.last", (value) => {
  if (!fits(HeartbeatReport, value)) throw new TypeError("heartbeat.last is not a heartbeat report");
  return value;
});
