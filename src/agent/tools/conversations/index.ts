import type { GatewayView } from "../ports.ts";
import type { Tool } from "../tool.ts";
import { agentsListTool } from "./agents-list.ts";
import type { ConversationDeps } from "./deps.ts";
import { gatewayTool } from "./gateway.ts";
import type { MessageTools } from "./message.ts";
import { sessionStatusTool } from "./session-status.ts";
import { sessionsHistoryTool } from "./sessions-history.ts";
import { sessionsListTool } from "./sessions-list.ts";
import { sessionsSendTool } from "./sessions-send.ts";

export type { ConversationDeps } from "./deps.ts";
export { MessageTools } from "./message.ts";

/** The tools about conversations, chats, agents and the gateway itself. */
export function conversationTools(
  deps: ConversationDeps & { readonly gateway: GatewayView },
  messages: MessageTools,
): Tool[] {
  return [
    messages.whole,
    sessionsListTool(deps),
    sessionsHistoryTool(deps),
    sessionsSendTool(deps),
    sessionStatusTool(deps),
    agentsListTool(deps),
    gatewayTool(deps.gateway),
  ];
}
