import type { ChannelAccount } from "../channel.ts";
import type { Route } from "../conversations.ts";
import type { Chat, Person } from "../inbound-event.ts";

/** Finds the agent and the session of a message by `bindings`, the first hit of the documented order. */
export interface Router {
  /** `topicAgentId` is what the topic's own settings name; it goes first. @throws Error for an id no session key can hold */
  route(account: ChannelAccount, chat: Chat, sender: Person, topicAgentId?: string): Route;
}
