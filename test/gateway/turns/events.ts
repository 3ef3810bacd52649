import { agentEvents, chatEvents, type EventSpec, sessionEvents } from "../../../src/protocol/index.ts";

/** The events a turn broadcast sends, by name. */
export const EVENTS_OF_TURNS: ReadonlyMap<string, EventSpec> = new Map(
  [agentEvents, chatEvents, sessionEvents]
    .flatMap((family) => Object.values<EventSpec>(family))
    .map((event) => [event.name, event]),
);
