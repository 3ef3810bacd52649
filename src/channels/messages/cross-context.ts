import type { OpenClawConfig } from "../../config/index.ts";
import { recordOf } from "../../lib/records.ts";
import { invalidRequest, type SessionKey } from "../../protocol/index.ts";
import type { Address } from "./address.ts";
import type { Requester } from "./requests.ts";

/**
 * What an agent may do outside the chat its turn came from (`tools.message`): which chats it may write to, which actions
 * it may use, whether it may write to many. Operators may do everything. @throws ProtocolError
 */
export function assertInReach(
  requester: Requester,
  action: string,
  address: Address,
  config: OpenClawConfig,
): void {
  if (requester.kind === "operator") return;
  if (!isActionAllowed(requester.agentId, action, config)) {
    throw invalidRequest(`tools.message.actions.allow does not name ${action}`);
  }
  const { broadcast, crossContext } = toolSettings(requester.agentId, config);
  if (action === "broadcast" && recordOf(broadcast).enabled === false) {
    throw invalidRequest("tools.message.broadcast.enabled is false");
  }
  const { here, isOwner } = requester;
  const { channel, account, target } = address;
  const isSameChannel = here?.channel === channel.meta.id;
  if (isSameChannel && here.accountId === account.id && here.to === channel.formatTarget(target)) return;
  if (!isOwner) throw invalidRequest("only the owner may have something done in other chats");
  if (!here) return;
  const key = isSameChannel ? "allowWithinProvider" : "allowAcrossProviders";
  if (recordOf(crossContext)[key] !== false) return;
  throw invalidRequest(`Cross-context messaging denied: tools.message.crossContext.${key} is false`);
}

/** Conversations a requester may read: all for an operator, an agent only its own. @throws ProtocolError */
export function assertReadable(requester: Requester, key: SessionKey): void {
  if (requester.kind === "operator" || requester.sessionKey === key) return;
  throw invalidRequest("an agent may read only the conversation it is in");
}

/** Whether `tools.message.actions` lets an agent do something at all. */
export function isActionAllowed(agentId: string, action: string, config: OpenClawConfig): boolean {
  const { allow } = recordOf(toolSettings(agentId, config).actions);
  return !Array.isArray(allow) || allow.includes(action);
}

/** `tools.message`, what is said of the agent before what is said of all. */
function toolSettings(agentId: string, { tools, agents }: OpenClawConfig): Readonly<Record<string, unknown>> {
  const agent = agents.entries?.[agentId] ?? agents.list?.find(({ id }) => id === agentId);
  const common = recordOf(recordOf(tools).message);
  const own = recordOf(recordOf(agent?.tools).message);
  const crossContext = { ...recordOf(common.crossContext), ...recordOf(own.crossContext) };
  return { ...common, ...own, crossContext };
}
