import type { Accounts } from "../accounts/index.ts";
import type { Admission, ChatRules, Gate } from "../access/index.ts";
import type { Channel, ChannelAccount, ChannelConnection } from "../channel.ts";
import type { Conversations, Route, Speaker } from "../conversations.ts";
import type { Chat, InboundReaction, Person } from "../inbound-event.ts";
import type { Target } from "../outbound-message.ts";
import type { Router } from "../routing/index.ts";
import type { InboxRow } from "../../store/index.ts";
import type { Utterance } from "./lanes/entry.ts";

/** Where a row came in; there while the account runs. */
export interface Place {
  readonly channel: Channel;
  readonly account: ChannelAccount;
  readonly connection: ChannelConnection;
}

/** Where something that happened in a chat belongs, and what holds there. */
export interface Scene extends Place {
  readonly chat: Chat;
  readonly target: Target;
  readonly rules: ChatRules;
  readonly route: Route;
}

/** No session can be made of what the platform calls this chat. */
export class UnroutableError extends Error {
  override readonly name = "UnroutableError";
}

export interface HearingDeps {
  readonly accounts: Pick<Accounts, "channel" | "account" | "connection">;
  readonly gate: Gate;
  readonly router: Router;
  readonly conversations: Pick<Conversations, "activation">;
}

/** Finds out where something belongs and whether it is heard. */
export class Hearing {
  readonly #deps: HearingDeps;

  constructor(deps: HearingDeps) {
    this.#deps = deps;
  }

  /** Undefined while the account does not run: what came in waits for it. */
  place({ channel: id, accountId }: Pick<InboxRow, "channel" | "accountId">): Place | undefined {
    const { accounts } = this.#deps;
    const channel = accounts.channel(id);
    const account = accounts.account(id, accountId);
    const connection = accounts.connection(id, accountId);
    return channel && account && connection && { channel, account, connection };
  }

  /** @throws UnroutableError */
  scene(place: Place, chat: Chat, sender: Person): Scene {
    const rules = this.#deps.gate.rules(place.account, chat);
    const { id, kind, topicId } = chat;
    return {
      ...place,
      chat,
      target: { chatId: id, chatKind: kind, ...(topicId !== undefined && { topicId }) },
      rules,
      route: this.#route(place.account, chat, sender, rules.agentId),
    };
  }

  /** The gate's word on something. @throws StoreError */
  async admit({ account, chat, route }: Scene, event: Utterance | InboundReaction): Promise<Admission> {
    const activation =
      chat.kind === "direct" ? undefined : await this.#deps.conversations.activation(route.sessionKey);
    const facts = { agentId: route.agentId, ...(activation && { activation }) };
    return this.#deps.gate.admit(account, event, facts);
  }

  #route(account: ChannelAccount, chat: Chat, sender: Person, topicAgentId: string | undefined): Route {
    try {
      return this.#deps.router.route(account, chat, sender, topicAgentId);
    } catch (error) {
      throw new UnroutableError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }
}

/** Who speaks, for the agent. */
export function speakerOf(
  { channel, account, target, chat, rules }: Scene,
  person: Person,
  { isOwner, isAuthorized }: Extract<Admission, { state: "admitted" }>,
): Speaker {
  return {
    person,
    isOwner,
    isAuthorized,
    channel: account.channel,
    accountId: account.id,
    to: channel.formatTarget(target),
    ...(chat.topicId !== undefined && { topicId: chat.topicId }),
    ...(rules.toolRules && { toolRules: rules.toolRules }),
  };
}
