import type { RunId } from "../../../protocol/index.ts";
import type { InboxRow } from "../../../store/index.ts";

/** The run a message becomes: derived from what the platform calls it, so that a repeat is the same run. */
export function firstRun({ channel, identity, eventKey }: InboxRow): RunId {
  return `${channel}:${identity}:${eventKey}` as RunId;
}

/** Which try a run is: 1 for the first. */
export function tryOf(runId: RunId, first: RunId): number {
  const [, number] = runId.startsWith(`${first}~`) ? (/~(\d+)$/.exec(runId) ?? []) : [];
  return number === undefined ? 1 : Number(number);
}

/** The run that says the same once more: `…~2` after the first. */
export function nextRun(runId: RunId, first: RunId): RunId {
  return `${first}~${tryOf(runId, first) + 1}` as RunId;
}
