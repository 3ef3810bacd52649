import type { SessionKey } from "../../protocol/index.ts";

/** Who wants something done, and what follows from it. */
export type Requester =
  /** A person at the controls: the command line, an app, an automation. */
  | { readonly kind: "operator" }
  /** An agent during a turn. */
  | {
      readonly kind: "agent";
      readonly agentId: string;
      readonly sessionKey: SessionKey;
      /** The turn is the owner's: only then may it reach into other chats. */
      readonly isOwner: boolean;
      /** The chat the turn came from; absent when it came from none. */
      readonly here?: ChatHere;
    };

/** The chat an agent's turn came from. */
export interface ChatHere {
  readonly channel: string;
  readonly accountId: string;
  /** As `formatTarget` writes it. */
  readonly to: string;
  /** The message that is answered. */
  readonly messageId?: string;
}

/** Something to be done in a chat, as the protocol and the agent's tool say it. */
export interface ActionRequest {
  readonly action: string;
  /** Chosen by the target or because there is only one, unless named. */
  readonly channel?: string | undefined;
  readonly accountId?: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
  /** The conversation whose transcript is told what was sent. */
  readonly sessionKey?: SessionKey | undefined;
  readonly agentId?: string | undefined;
  /** A repeat with the same one is answered, not done again. */
  readonly idempotencyKey: string;
  readonly requester: Requester;
}

/** What came of it, as the command line prints it. */
export interface ActionAnswer {
  readonly action: string;
  readonly channel: string;
  readonly dryRun: boolean;
  readonly handledBy: "plugin" | "core";
  readonly messageId?: string;
  /** What the protocol answers. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Something to be said in a chat, as the method `send` has it. */
export interface SendRequest {
  readonly to: string;
  readonly channel?: string | undefined;
  readonly accountId?: string | undefined;
  readonly threadId?: string | undefined;
  readonly message?: string | undefined;
  readonly mediaUrl?: string | undefined;
  readonly mediaUrls?: readonly string[] | undefined;
  /** Base64 of a file that comes along. */
  readonly buffer?: string | undefined;
  readonly filename?: string | undefined;
  readonly contentType?: string | undefined;
  readonly asVoice?: boolean | undefined;
  readonly gifPlayback?: boolean | undefined;
  readonly forceDocument?: boolean | undefined;
  readonly silent?: boolean | undefined;
  readonly replyToId?: string | undefined;
  /** The message is written as HTML instead of Markdown. */
  readonly parseMode?: "HTML" | undefined;
  readonly sessionKey?: SessionKey | undefined;
  readonly agentId?: string | undefined;
  readonly idempotencyKey: string;
}

/** A question to a chat, as the method `poll` has it. */
export interface PollRequest {
  readonly to: string;
  readonly question: string;
  readonly options: readonly string[];
  readonly maxSelections?: number | undefined;
  readonly durationSeconds?: number | undefined;
  readonly durationHours?: number | undefined;
  readonly silent?: boolean | undefined;
  readonly isAnonymous?: boolean | undefined;
  readonly channel?: string | undefined;
  readonly accountId?: string | undefined;
  readonly threadId?: string | undefined;
  readonly idempotencyKey: string;
}

/** What `send` and `poll` answer. */
export interface SentMessage {
  readonly runId: string;
  readonly messageId: string;
  readonly channel: string;
  readonly chatId?: string;
  readonly pollId?: string;
}
