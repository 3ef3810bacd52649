import type { OpenClawConfig } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import type { Logger } from "../../lib/logger.ts";
import type { RunRepository, SessionRepository, TranscriptRepository } from "../../store/index.ts";
import type { Models } from "../models/index.ts";
import type { Prompts } from "../prompt/index.ts";
import type { Roster } from "../roster/index.ts";
import type { Sessions } from "../sessions/index.ts";
import type { Tools } from "../tools/index.ts";
import type { RunEvents } from "./run-events.ts";

/** What the turns of a gateway are made from. */
export interface RunsDeps {
  /** Replaced as a whole when the configuration changes; read anew for every turn. */
  readonly config: { readonly current: Pick<OpenClawConfig, "agents" | "messages"> };
  readonly store: {
    readonly runs: RunRepository;
    readonly sessions: SessionRepository;
    readonly transcripts: TranscriptRepository;
  };
  readonly sessions: Sessions;
  readonly models: Models;
  readonly tools: Tools;
  readonly prompts: Prompts;
  readonly roster: Roster;
  readonly events: RunEvents;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
}
