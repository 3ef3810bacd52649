import type { EventSpec } from "../define.ts";
import * as agentEvents from "./agent.ts";
import * as chatEvents from "./chat.ts";
import * as deviceEvents from "./devices.ts";
import * as gatewayEvents from "./gateway.ts";
import * as nodeEvents from "./nodes.ts";
import * as sessionEvents from "./sessions.ts";

/** Every event of this gateway; an event that is not here cannot be published. */
export const EVENTS: readonly EventSpec[] = [
  gatewayEvents,
  deviceEvents,
  nodeEvents,
  agentEvents,
  chatEvents,
  sessionEvents,
].flatMap((family) => Object.values<EventSpec>(family));

/** The same by name. */
export const EVENT_BY_NAME: ReadonlyMap<string, EventSpec> = new Map(
  EVENTS.map((event) => [event.name, event]),
);

export { agentEvents, chatEvents, deviceEvents, gatewayEvents, nodeEvents, sessionEvents };
