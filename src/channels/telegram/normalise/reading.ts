import type { InboundEvent } from "../../inbound-event.ts";

/** What an update turned out to be. */
export type Reading =
  | {
      readonly state: "read";
      /** The same for every delivery of the same thing. */
      readonly key: string;
      readonly lane: string;
      readonly event: InboundEvent;
    }
  /** Nothing an agent or a person has to hear of; `reason` is for the log. */
  | { readonly state: "ignored"; readonly reason: string }
  /** Something was said, but it cannot be told by whom or where. */
  | { readonly state: "unreadable"; readonly reason: string };

export function ignored(reason: string): Reading {
  return { state: "ignored", reason };
}

export function unreadable(reason: string): Reading {
  return { state: "unreadable", reason };
}
