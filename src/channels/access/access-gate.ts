import type { OpenClawConfig } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Channel, ChannelAccount } from "../channel.ts";
import type { Chat } from "../inbound-event.ts";
import { BotLoops } from "./bot-loops.ts";
import { chatRules } from "./chat-rules.ts";
import { type ChatScope, ingests, needsMention, scopeOf } from "./chat-scope.ts";
import type { Admission, ChatRules, Gate, GatedEvent } from "./gate.ts";
import { groupEntries, groupVerdict } from "./group-policy.ts";
import { type AgentIdentity, Mentions, patternsCount } from "./mentions.ts";
import type { Pairing } from "./pairing.ts";
import { type ListReader, SenderList } from "./sender-list.ts";
import { type AccessSettings, accessSettings, type ContextVisibility } from "./settings.ts";
import { commandList, isOwner } from "./standing.ts";

export interface AccessGateDeps {
  /** The configuration in force. */
  readonly config: () => OpenClawConfig;
  /** Undefined for a channel this program does not have. */
  readonly channel: (id: string) => Pick<Channel, "meta" | "senderId" | "mayPress"> | undefined;
  /** What an agent is called by. */
  readonly identity: (agentId: string) => AgentIdentity;
  readonly pairing: Pick<Pairing, "ask" | "isAllowed">;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Facts {
  readonly agentId: string;
  readonly activation?: "mention" | "always";
}

/** All that a decision is made of. */
interface Case {
  readonly account: ChannelAccount;
  readonly event: GatedEvent;
  readonly facts: Facts;
  readonly config: OpenClawConfig;
  readonly settings: AccessSettings;
  readonly scope: ChatScope;
  readonly reader: ListReader;
  readonly meta: Channel["meta"];
}

/** Decides who is heard, by what the configuration says now. Every surface comes through `admit`, and asks the same. */
export class AccessGate implements Gate {
  readonly #deps: AccessGateDeps;
  readonly #mentions: Mentions;
  readonly #bots: BotLoops;

  constructor(deps: AccessGateDeps) {
    this.#deps = deps;
    this.#mentions = new Mentions(deps.log);
    this.#bots = new BotLoops(deps.clock);
  }

  async admit(account: ChannelAccount, event: GatedEvent, facts: Facts): Promise<Admission> {
    const channel = this.#deps.channel(account.channel);
    if (channel === undefined) return refused("the channel is not known");
    const config = this.#deps.config();
    const settings = accessSettings(account.settings);
    const { accessGroups } = config;
    const reader: ListReader = {
      channel: account.channel,
      senderId: (entry) => channel.senderId(entry),
      accessGroups,
    };
    const scope = scopeOf(settings, event.chat);
    const { meta } = channel;
    const subject: Case = { account, event, facts, config, settings, scope, reader, meta };
    if (scope.entry?.enabled === false) return refused("the chat is switched off");
    if (scope.topic?.enabled === false) return refused("the topic is switched off");
    if (event.kind === "press" && channel.mayPress?.(account, event.chat.kind) === false)
      return refused("buttons are switched off here");
    const admission = scope.isGroup ? this.#group(subject) : await this.#direct(subject);
    return admission.state === "admitted" && this.#isLooping(subject)
      ? refused("a bot says too much")
      : admission;
  }

  rules(account: ChannelAccount, chat: Chat): ChatRules {
    return chatRules(accessSettings(account.settings), chat, this.#deps.config());
  }

  async #direct(subject: Case): Promise<Admission> {
    const { account, event, settings, scope, reader } = subject;
    const policy = scope.entry?.dmPolicy ?? settings.dmPolicy ?? "pairing";
    if (policy === "disabled") return refused("direct messages are switched off");
    if (scope.entry?.requireTopic === true && event.chat.topicId === undefined)
      return refused("not in a topic");
    const override = scope.topic?.allowFrom ?? scope.entry?.allowFrom;
    const list = new SenderList(override ?? settings.allowFrom ?? [], reader);
    const { sender } = event;
    if (sender.isSelf === true || list.admits(sender))
      return this.#admitted(subject, { isListed: true, wasMentioned: true });
    if (policy !== "pairing" || override !== undefined) return refused("the sender is not allowed");
    if (await this.#deps.pairing.isAllowed(account.channel, account.id, sender)) {
      return this.#admitted(subject, { isListed: true, wasMentioned: true });
    }
    return this.#stranger(subject);
  }

  /** Only people who say something are told how to be let in. */
  async #stranger({ account, event, meta }: Case): Promise<Admission> {
    const { sender, chat } = event;
    const asks = event.kind === "message" && event.isEdit !== true;
    if (!asks || sender.isBot || sender.isChat === true) return refused("the sender is not paired");
    const pairing = await this.#deps.pairing.ask({ meta, accountId: account.id, person: sender, chat });
    return { state: "stranger", pairing };
  }

  #group(subject: Case): Admission {
    const { account, config, settings, scope, reader, event } = subject;
    const verdict = groupVerdict({
      settings,
      scope,
      reader,
      sender: event.sender,
      // An account without a section of its own has no say of the defaults either: what nobody configured stays closed.
      fallbackPolicy: hasSection(config, account.channel)
        ? config.channels?.defaults?.groupPolicy
        : undefined,
    });
    if ("refusal" in verdict) return refused(verdict.refusal);
    const { isListed } = verdict;
    if (event.kind === "reaction") return this.#admitted(subject, { isListed, wasMentioned: event.isToOwn });
    const wasMentioned = event.kind === "press" || this.#isMentioned(subject);
    const isMeant = wasMentioned || !needsMention(scope, subject.facts.activation);
    if (isMeant && !ingests(scope)) return this.#admitted(subject, { isListed, wasMentioned });
    const isShown = isListed || verdict.isByChat || visibilityOf(subject) === "all";
    return isShown ? { state: "overheard" } : refused("the sender's words are not shown to the agent");
  }

  #isMentioned({ event, settings, facts }: Case): boolean {
    if (event.kind !== "message") return false;
    if (event.isMention || event.isCommand === true || event.replyTo?.isOwn === true) return true;
    if (event.text === "" || !patternsCount(settings, event.chat)) return false;
    return this.#mentions.found(event.text, this.#deps.identity(facts.agentId));
  }

  #admitted(
    subject: Case,
    { isListed, wasMentioned }: { readonly isListed: boolean; readonly wasMentioned: boolean },
  ): Admission {
    const { account, event, config, reader } = subject;
    const owner = isOwner(config.commands, event.sender, reader);
    const commands = commandList(config.commands, account.channel);
    const isAuthorized =
      commands === undefined ? owner || isListed : new SenderList(commands, reader).admits(event.sender);
    return {
      state: "admitted",
      isOwner: owner,
      isAuthorized,
      wasMentioned,
      ...(this.#hidesQuote(subject) && { hidesQuote: true }),
    };
  }

  /** In groups, what is quoted may be from somebody who is not heard; our own words are. */
  #hidesQuote(subject: Case): boolean {
    const { event, scope, settings, reader } = subject;
    if (!scope.isGroup || event.kind !== "message" || visibilityOf(subject) !== "allowlist") return false;
    const quoted = event.replyTo;
    if (quoted === undefined || quoted.isOwn) return false;
    return (
      quoted.sender === undefined ||
      !new SenderList(groupEntries(settings, scope), reader).admits(quoted.sender)
    );
  }

  #isLooping({ account, event, config }: Case): boolean {
    const { sender, chat } = event;
    if (!sender.isBot) return false;
    const key = JSON.stringify([account.channel, account.id, chat.id, sender.id]);
    return !this.#bots.hears(key, config.channels?.defaults?.botLoopProtection);
  }
}

function visibilityOf({ settings, config }: Case): ContextVisibility {
  return settings.contextVisibility ?? config.channels?.defaults?.contextVisibility ?? "all";
}

function hasSection({ channels }: OpenClawConfig, channel: string): boolean {
  return channels !== undefined && Object.hasOwn(channels, channel);
}

function refused(reason: string): Admission {
  return { state: "refused", reason };
}
