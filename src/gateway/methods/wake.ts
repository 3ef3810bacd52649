import type { AgentPart } from "../../agent/index.ts";
import type { Ids } from "../../lib/ids.ts";
import { agent, invalidRequest, type RunId } from "../../protocol/index.ts";
import { type BoundMethod, handle } from "../method.ts";
import type { SystemEvents } from "../state/system-events.ts";
import { senderOf } from "../turns/client-sender.ts";
import { typed } from "../turns/saying/incoming.ts";
import type { SessionTargets } from "../turns/target.ts";
import type { TurnRequests } from "../turns/saying/turn-requests.ts";
import { wakeTurn } from "../turns/saying/waking.ts";

export interface WakeDeps {
  readonly agent: Pick<AgentPart, "roster" | "sessions">;
  readonly targets: SessionTargets;
  readonly requests: TurnRequests;
  readonly systemEvents: SystemEvents;
  readonly ids: Ids;
}

export function wakeHandlers(deps: WakeDeps): BoundMethod[] {
  return [
    handle(agent.wake, async ({ mode, text, sessionKey, agentId }, { client }) => {
      const note = typed(text).trim();
      if (note === "") return { ok: false };
      if (agentId !== undefined && !deps.agent.roster.has(agentId)) {
        throw invalidRequest(`unknown agent id "${agentId}"`);
      }
      const target = deps.targets.require(sessionKey ?? "main", agentId);
      deps.systemEvents.add(note, target.key);
      if (mode === "next-heartbeat") return { ok: true };
      const turn = wakeTurn(deps.ids.uuid() as RunId, target, senderOf(client));
      const taken = await deps.requests.take(turn);
      return taken.state === "refused" ? { ok: false, reason: taken.reason } : { ok: true };
    }),
  ];
}
