import type { ChannelAccount } from "../channel.ts";
import type { ToolRules } from "../conversations.ts";
import type { Chat, InboundEvent, InboundMessage, InboundPress, InboundReaction } from "../inbound-event.ts";

/** What may be done about something that came in. */
export type Admission =
  | {
      readonly state: "admitted";
      readonly isOwner: boolean;
      /** May use commands. */
      readonly isAuthorized: boolean;
      /** The account was meant: named, answered, matched by a pattern; always so in direct chats. */
      readonly wasMentioned: boolean;
      /** What the message quotes is from somebody whose words the model is not to see here (`contextVisibility`). */
      readonly hidesQuote?: boolean;
    }
  /** From somebody who is heard, but not meant for us: kept as what was said before. */
  | { readonly state: "overheard" }
  /** A stranger in a direct chat: they are told how to be let in, or nothing (`pairing: undefined`) when they were already or too many wait. */
  | { readonly state: "stranger"; readonly pairing: PairingNotice | undefined }
  | { readonly state: "refused"; readonly reason: string };

/** What a stranger is told. */
export interface PairingNotice {
  /** Idempotency key of the delivery: after a restart the same notice may be made again. */
  readonly key: string;
  readonly code: string;
  /** Markdown. */
  readonly text: string;
}

/** What holds in one chat: the account's settings with those of the group, the topic or the direct chat on top. */
export interface ChatRules {
  /** Reads along without answering. */
  readonly ingestOnly: boolean;
  readonly systemPrompt?: string;
  readonly skills?: readonly string[];
  /** Which tools there are here, the most particular rules first; empty when nothing is said. */
  readonly toolRules?: readonly ToolRules[];
  readonly errorPolicy: "always" | "once" | "silent";
  /** Agent named by a topic. */
  readonly agentId?: string;
  /** Messages of a group the model is told of as said before; 0 in direct chats, where nothing is overheard. */
  readonly historyLimit: number;
  /** Messages of a direct chat the model is given; all when absent. */
  readonly directHistoryLimit?: number;
}

/** Decides who is heard: the same gate for messages, edits, presses, reactions and commands. */
export interface Gate {
  /** `agentId` says whose mention patterns count; `activation` is what `/activation` set in this group. @throws StoreError */
  admit(
    account: ChannelAccount,
    event: InboundMessage | InboundPress | InboundReaction,
    facts: { readonly agentId: string; readonly activation?: "mention" | "always" },
  ): Promise<Admission>;
  rules(account: ChannelAccount, chat: Chat): ChatRules;
}

export type GatedEvent = Extract<InboundEvent, { kind: "message" | "press" | "reaction" }>;
