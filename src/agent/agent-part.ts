import type { ChatCommands } from "./commands/index.ts";
import type { Models } from "./models/index.ts";
import type { Prompts } from "./prompt/index.ts";
import type { Roster } from "./roster/index.ts";
import type { Runs } from "./runs/index.ts";
import type { Sessions } from "./sessions/index.ts";
import type { Tools } from "./tools/index.ts";

/** The agents of a gateway, as its other parts see them. */
export interface AgentPart {
  readonly roster: Roster;
  readonly sessions: Sessions;
  readonly runs: Runs;
  readonly models: Models;
  readonly tools: Tools;
  readonly prompts: Prompts;
  readonly commands: ChatCommands;
}
