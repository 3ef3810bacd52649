import type { GatewayView, MessageSender } from "../ports.ts";
import type { Tool } from "../tool.ts";
import { agentsListTool } from "./agents-list.ts";
import type { ConversationDeps } from "./deps.ts";
import { gatewayTool } from "./gateway.ts";
import { messageTool } from "./message.ts";
import { sessionStatusTool } from "./session-status.ts";
import { sessionsHistoryTool } from "./sessions-history.ts";
import { sessionsListTool } from "./sessions-list.ts";
import { sessionsSendTool } from "./sessions-send.ts";

export type { ConversationDeps } from "./deps.ts";

/** The tools about conversations, chats, agents and the gateway itself. */
export function conversationTools(
  deps: ConversationDeps & { readonly messages: MessageSender; readonly gateway: GatewayView },
): Tool[] {
  return [
    messageTool(deps.messages),
    sessionsListTool(deps),
    sessionsHistoryTool(deps),
    sessionsSendTool(deps),
    sessionStatusTool(deps),
    agentsListTool(deps),
    gatewayTool(deps.gateway),
  ];
}
