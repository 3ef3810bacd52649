import type { SessionRoute } from "../../../store/index.ts";
import type { EnterRequest } from "../../sessions/index.ts";
import type { RunRequest } from "../run.ts";

/** What a session is entered with by a run. */
export function enterRequest(request: RunRequest): EnterRequest {
  const route = routeOf(request);
  return {
    key: request.sessionKey,
    agentId: request.agentId,
    createdVia: request.createdVia ?? request.namespace,
    sender: request.sender,
    ...(route && { route }),
    ...((request.lane === "cron" || request.lane === "background") && { internal: true }),
  };
}

/** Where answers go when nobody says otherwise: a chat on a channel; connections of the gateway are none. */
function routeOf({ kind, sender }: RunRequest): SessionRoute | undefined {
  if (kind !== "channel") return undefined;
  const { channel, to, accountId, threadId } = sender;
  return {
    channel,
    ...(to !== undefined && { to }),
    ...(accountId !== undefined && { accountId }),
    ...(threadId !== undefined && { threadId }),
  };
}
