import type { RowModel, Runs, SessionRow, Sessions } from "../../agent/index.ts";
import type { SessionRecord } from "../../store/index.ts";

/** What a session's row is made from; the agent part has it. */
export interface LiveSessions {
  readonly sessions: Pick<Sessions, "row">;
  readonly runs: Pick<Runs, "active">;
}

/** A session as clients see it, with the runs it has now. `model` is its agent's; without it the row may not have one yet. */
export function liveRow(
  { sessions, runs }: LiveSessions,
  record: SessionRecord,
  model?: RowModel,
): SessionRow {
  const activeRunIds = runs.active(record.key).map(({ runId }) => runId);
  return sessions.row(record, { activeRunIds, ...(model && { model }) });
}
