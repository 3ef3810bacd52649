import type { OpenClawConfig } from "../../config/index.ts";
import type { Logger } from "../../lib/logger.ts";
import type { ChannelAccount } from "../channel.ts";
import type { Conversations, Route } from "../conversations.ts";
import type { Chat, Person } from "../inbound-event.ts";
import { type Binding, readBindings } from "./bindings.ts";
import type { Router } from "./router.ts";

export interface BindingRouterDeps {
  /** The configuration in force; the same object as long as nothing changed. */
  readonly config: () => OpenClawConfig;
  readonly conversations: Pick<Conversations, "defaultAgentId" | "hasAgent" | "sessionKey">;
  /** Id of the account that a binding without `accountId` means. */
  readonly defaultAccountId: (channel: string) => string | undefined;
  readonly log: Logger;
}

/** Where a message came from, as bindings ask for it. */
interface Place {
  readonly channel: string;
  readonly accountId: string;
  readonly isDefaultAccount: boolean;
  readonly kind: Chat["kind"];
  /** The chat with its topic, then the chat alone. */
  readonly ids: readonly string[];
}

/** Finds the agent by `bindings`: the most particular rule, of equals the first, else the default agent. */
export class BindingRouter implements Router {
  readonly #deps: BindingRouterDeps;
  #read: { readonly config: OpenClawConfig; readonly bindings: readonly Binding[] } | undefined;

  constructor(deps: BindingRouterDeps) {
    this.#deps = deps;
  }

  route(account: ChannelAccount, chat: Chat, sender: Person, topicAgentId?: string): Route {
    const { conversations, defaultAccountId } = this.#deps;
    const peerId = chat.kind === "direct" ? sender.id : chat.id;
    const bound =
      this.#topicAgent(topicAgentId, chat) ??
      this.#bound({
        channel: account.channel,
        accountId: account.id,
        isDefaultAccount: account.id === defaultAccountId(account.channel),
        kind: chat.kind,
        ids: chat.topicId === undefined ? [peerId] : [`${peerId}:topic:${chat.topicId}`, peerId],
      });
    const agentId = bound?.agentId ?? conversations.defaultAgentId;
    const sessionKey = conversations.sessionKey({
      agentId,
      channel: account.channel,
      accountId: account.id,
      kind: chat.kind,
      id: peerId,
      ...(chat.topicId !== undefined && { topicId: chat.topicId }),
      ...(bound?.session !== undefined && { binding: bound.session }),
    });
    return { agentId, sessionKey };
  }

  #topicAgent(agentId: string | undefined, chat: Chat): Pick<Binding, "agentId" | "session"> | undefined {
    if (agentId === undefined) return undefined;
    if (this.#deps.conversations.hasAgent(agentId)) return { agentId, session: undefined };
    this.#deps.log.warn("a topic names an agent that does not exist", {
      agent: agentId,
      chat: chat.id,
      topic: chat.topicId,
    });
    return undefined;
  }

  #bound(place: Place): Binding | undefined {
    let best: { readonly binding: Binding; readonly rank: number } | undefined;
    for (const binding of this.#bindings()) {
      const rank = rankOf(binding, place);
      if (rank !== undefined && (best === undefined || rank < best.rank)) best = { binding, rank };
    }
    return best?.binding;
  }

  /** Read anew with every configuration; what cannot be followed is said once. */
  #bindings(): readonly Binding[] {
    const config = this.#deps.config();
    if (this.#read?.config === config) return this.#read.bindings;
    const { bindings, findings } = readBindings(config, (id) => this.#deps.conversations.hasAgent(id));
    for (const { path, message, fix } of findings) {
      this.#deps.log.warn("a binding is skipped", { path, problem: message, fix });
    }
    this.#read = { config, bindings };
    return bindings;
  }
}

/** How particular a binding is for a place, the lowest first; undefined when it does not fit. */
function rankOf(binding: Binding, place: Place): number | undefined {
  if (binding.isForeign || binding.channel !== place.channel || !fitsAccount(binding, place))
    return undefined;
  const { peer } = binding;
  // Between peers and accounts stand guilds and teams, which no chat here has.
  if (peer === undefined) return binding.accountId === "*" ? RANK.channel : RANK.account;
  if (peer.kind !== place.kind) return undefined;
  if (peer.id === "*") return RANK.anyPeer;
  const index = place.ids.indexOf(peer.id);
  if (index < 0) return undefined;
  return index === 0 ? RANK.peer : RANK.parentPeer;
}

const RANK = { peer: 0, parentPeer: 1, anyPeer: 2, account: 3, channel: 4 } as const;

function fitsAccount({ accountId }: Binding, place: Place): boolean {
  if (accountId === undefined) return place.isDefaultAccount;
  return accountId === "*" || accountId === place.accountId;
}
