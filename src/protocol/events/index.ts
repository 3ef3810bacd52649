import type { EventSpec } from "../define.ts";

/** Every event of this gateway; an event that is not here cannot be published. */
export const EVENTS: readonly EventSpec[] = [];
