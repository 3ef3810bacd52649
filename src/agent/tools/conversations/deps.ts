import type { OpenClawConfig } from "../../../config/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Ids } from "../../../lib/ids.ts";
import type { SessionKey } from "../../../protocol/index.ts";
import type { SessionRecord } from "../../../store/index.ts";
import type { Models } from "../../models/index.ts";
import type { Roster } from "../../roster/index.ts";
import { InvalidSessionKeyError, type Sessions } from "../../sessions/index.ts";
import { ToolInputError } from "../define.ts";
import type { NestedRuns, StatusText } from "../ports.ts";
import type { Transcripts } from "./transcript-view.ts";
import { type Asker, hiddenReason } from "./visibility.ts";

/** What the tools about conversations work with. Runs and models are asked for late: they are made after the tools. */
export interface ConversationDeps {
  readonly config: () => OpenClawConfig;
  readonly roster: Roster;
  readonly sessions: Sessions;
  readonly transcripts: Transcripts;
  readonly runs: () => NestedRuns;
  readonly models: () => Pick<Models, "plan" | "resolve">;
  readonly status: StatusText;
  /** Takes secrets out of what others said. */
  readonly redact: (text: string) => string;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** The key a name stands for; `main` and bare keys belong to the asker's agent. @throws ToolInputError */
export function keyFor(sessions: Sessions, asker: Asker, named: string, agentId?: string): SessionKey {
  try {
    return sessions.canonical(named, agentId ?? asker.agentId);
  } catch (error) {
    if (error instanceof InvalidSessionKeyError) throw new ToolInputError(error.message, { cause: error });
    throw error;
  }
}

/**
 * A session by its key or session id, when the asker may reach it. One that is hidden and one that is not there are told
 * apart only for those who might see it. @throws ToolInputError
 */
export async function reach(deps: ConversationDeps, asker: Asker, named: string): Promise<SessionRecord> {
  const { sessions } = deps;
  const key = named === "current" ? asker.sessionKey : keyFor(sessions, asker, named);
  const record = await sessions.get(key);
  const entry = record?.entry ?? {};
  const agentId = record?.agentId ?? sessions.agentOf(key);
  const reason = hiddenReason(deps.config(), asker, { key, agentId, entry }, sessions.main(asker.agentId));
  if (reason !== undefined) throw new ToolInputError(`session ${named}: ${reason}`);
  if (!record) throw new ToolInputError(`no session ${named}; sessions_list shows those there are`);
  return record;
}
