import type { StoredEvent } from "../../../store/index.ts";

/**
 * The events that lead to the last one, in order: a transcript is a tree, and what was left aside when somebody went back
 * is not part of the conversation. An event without a parent follows the one before it.
 */
export function activePath(events: readonly StoredEvent[]): readonly StoredEvent[] {
  const places = new Map(events.map(({ event }, place) => [event.id, place]));
  const path: StoredEvent[] = [];
  for (let place = events.length - 1; place >= 0;) {
    const stored = events[place];
    if (stored === undefined) break;
    path.push(stored);
    const { parentId } = stored.event;
    const parent = typeof parentId === "string" ? places.get(parentId) : undefined;
    // A parent that is not here was cut off, or never written.
    place = parent !== undefined && parent < place ? parent : place - 1;
  }
  return path.reverse();
}
