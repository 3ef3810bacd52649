import type { Receipt, Target } from "./outbound-message.ts";

/** Somebody or some chat an account can reach. */
export interface DirectoryEntry {
  readonly kind: "user" | "group" | "channel" | "self";
  readonly id: string;
  readonly name?: string;
  readonly handle?: string;
}

/** What can be done in a chat beside saying something; `message.action` and the agent's tool name them so. */
export type ChannelAction =
  | {
      readonly action: "react";
      readonly target: Target;
      readonly messageId: string;
      readonly emoji: string;
      readonly remove?: boolean;
    }
  | {
      readonly action: "edit";
      readonly target: Target;
      readonly messageId: string;
      /** Markdown. */
      readonly text: string;
    }
  | { readonly action: "delete"; readonly target: Target; readonly messageId: string }
  | { readonly action: "pin"; readonly target: Target; readonly messageId: string; readonly silent?: boolean }
  /** Without an id everything is unpinned. */
  | { readonly action: "unpin"; readonly target: Target; readonly messageId?: string }
  | {
      readonly action: "sticker";
      readonly target: Target;
      readonly fileId: string;
      readonly replyToId?: string;
    }
  | {
      readonly action: "topic-create";
      readonly target: Target;
      readonly name: string;
      readonly iconColor?: number;
    }
  | {
      readonly action: "topic-edit";
      readonly target: Target;
      readonly name?: string;
      readonly iconEmojiId?: string;
      readonly closed?: boolean;
    }
  /** Who is in a chat and what it is called. */
  | { readonly action: "chat-info"; readonly target: Target }
  | { readonly action: "chat-admins"; readonly target: Target };

export type ActionName = ChannelAction["action"];

/** What came of it; which fields there are depends on the action. */
export interface ActionResult {
  readonly receipt?: Receipt;
  readonly topicId?: string;
  readonly entries?: readonly DirectoryEntry[];
  readonly chat?: Readonly<Record<string, unknown>>;
}
