import { type AgentPart, type ModelInfo, UsageReports } from "../../agent/index.ts";
import type { OpenClawConfig } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Repositories } from "../../store/index.ts";
import type { AgentDelivery } from "../channels/agent-delivery.ts";
import type { BoundMethod } from "../method.ts";
import type { SystemEvents } from "../state/system-events.ts";
import { CommandDesk } from "../turns/saying/command-desk.ts";
import { HistoryAnswers } from "../turns/sessions/history-answers.ts";
import { Injector } from "../turns/saying/injector.ts";
import { ModelFacts } from "../turns/sessions/model-facts.ts";
import { Notes } from "../turns/saying/notes.ts";
import { SessionCreation } from "../turns/sessions/session-creation.ts";
import { SessionLists } from "../turns/sessions/session-lists.ts";
import { SessionPatches } from "../turns/sessions/session-patch.ts";
import { SessionSearch } from "../turns/sessions/session-search.ts";
import { SessionTargets } from "../turns/target.ts";
import type { TurnBroadcast } from "../turns/turn-broadcast.ts";
import { TurnRequests } from "../turns/saying/turn-requests.ts";
import { agentHandlers } from "./agent.ts";
import { chatHandlers } from "./chat.ts";
import { sessionWriteHandlers } from "./session-writes.ts";
import { sessionReadHandlers } from "./sessions.ts";
import { usageHandlers } from "./usage.ts";
import { wakeHandlers } from "./wake.ts";

/** What turns and sessions on the wire are made from. */
export interface TurnMethodParts {
  readonly agent: AgentPart;
  readonly turns: TurnBroadcast;
  readonly delivery: AgentDelivery;
  readonly store: Pick<Repositories, "sessions" | "transcripts" | "runs" | "usage">;
  readonly systemEvents: SystemEvents;
  readonly config: () => OpenClawConfig;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  /** Every model that can be chosen. */
  readonly listModels: (agentId: string) => Promise<readonly ModelInfo[]>;
  /** Where sessions are stored, for people. */
  readonly path: string;
}

/** Everything clients say to agents and ask of sessions. */
export function turnHandlers(parts: TurnMethodParts): BoundMethod[] {
  const { agent, turns, store } = parts;
  const { transcripts, runs } = store;
  const targets = new SessionTargets(agent);
  const models = new ModelFacts(agent);
  const notes = new Notes({ ...parts, transcripts });
  const injector = new Injector({ ...parts, notes });
  const desk = new CommandDesk({ ...parts, runs, notes });
  const requests = new TurnRequests({ ...parts, runs, desk, injector });
  const patches = new SessionPatches({ agent, models });
  const rooms = { ...parts, targets, requests, models, transcripts, patches };
  return [
    ...agentHandlers(rooms),
    ...chatHandlers({ ...rooms, injector, history: new HistoryAnswers({ agent, models }) }),
    ...sessionReadHandlers({
      ...rooms,
      lists: new SessionLists(rooms),
      search: new SessionSearch(agent, targets),
      subscriptions: turns.subscriptions,
    }),
    ...sessionWriteHandlers({ ...rooms, creation: new SessionCreation(rooms) }),
    ...wakeHandlers(rooms),
    ...usageHandlers({
      reports: new UsageReports({
        ...parts,
        sessions: agent.sessions,
        defaultAgentId: () => agent.roster.defaultId,
      }),
    }),
  ];
}
