import type { ChannelAccount, ChannelConnection } from "../channel.ts";
import type { TurnObserver } from "../conversations.ts";
import type { Chat } from "../inbound-event.ts";
import type { Target } from "../outbound-message.ts";

/** What a chat is shown while an answer is made: typing, a mark on the message, a preview. */
export interface LiveReplies {
  begin(scene: LiveScene): LiveReply;
}

export interface LiveScene {
  readonly account: ChannelAccount;
  readonly connection: ChannelConnection;
  readonly chat: Chat;
  readonly target: Target;
  /** The message that is answered and marked; undefined for a press, which is below a message of ours. */
  readonly messageId: string | undefined;
  readonly wasMentioned: boolean;
  /** `identity.emoji` of the agent, for the mark. */
  readonly emoji?: string;
  /** Whose own settings count before those of all agents. */
  readonly agentId?: string;
  /** A preview stands in the chat or is gone; durable once it resolves. */
  readonly keepDraft: (draft: unknown) => Promise<void>;
}

export interface LiveReply {
  /** To be given to the turn. */
  readonly observer: TurnObserver;
  /**
   * Nothing is shown any more once it resolves. The preview that the answer may take the place of (`OutboundMessage.replaces`),
   * if one stands; one that it must not replace is to be discarded after the answer was sent, by `discard`. A further call
   * answers the same. Told that the turn failed, the mark says so.
   */
  finish(isFailure?: boolean): Promise<{ readonly replaces?: unknown; readonly discard?: unknown }>;
}
