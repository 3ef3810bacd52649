import { invalidRequest } from "../../protocol/index.ts";
import type { Params } from "./content/params.ts";
import type { ActionRequest, ChatHere } from "./requests.ts";

/** The channel a request names, beside its params or in them. */
export function channelIn(request: ActionRequest, params: Params): string | undefined {
  return request.channel ?? params.text("channel");
}

/** The account a request names. @throws ProtocolError when it names two */
export function accountIn(request: ActionRequest, params: Params): string | undefined {
  const inParams = params.text("accountId");
  const named = request.accountId?.trim() === "" ? undefined : request.accountId?.trim();
  if (named !== undefined && inParams !== undefined && named !== inParams) {
    throw invalidRequest("message.action accountId does not match params.accountId");
  }
  return named ?? inParams;
}

/** The chat a request names. */
export function targetIn(params: Params): string | undefined {
  return params.text("to", "target", "chatId", "channelId");
}

/** The agent whose files may be sent. */
export function agentOf({ agentId, requester }: ActionRequest): string | undefined {
  return requester.kind === "agent" ? requester.agentId : agentId;
}

/** The chat the requester is in. */
export function hereOf({ requester }: ActionRequest): ChatHere | undefined {
  return requester.kind === "agent" ? requester.here : undefined;
}
