import type { ImageContent } from "@earendil-works/pi-ai";

/** Who a message is from, as its channel or connection proved it; never taken from the text. */
export interface Sender {
  /** Stable id on its channel; `gateway-owner` for operators. */
  readonly id: string;
  readonly name?: string;
  readonly username?: string;
  /** May use owner-only tools and commands. */
  readonly isOwner: boolean;
  /** May use commands at all. */
  readonly isAuthorized: boolean;
  /** Operator with `operator.admin`. */
  readonly isAdmin: boolean;
  /** `webchat`, `cli`, `http`, `telegram` … */
  readonly channel: string;
  readonly accountId?: string;
  /** Chat on that channel an answer goes to. */
  readonly to?: string;
  readonly threadId?: string;
  readonly chat?: SenderChat;
  /** The message that is answered. */
  readonly messageId?: string;
  /** Tool rules of the chat they speak in, the most particular first: the first that says something of them holds. */
  readonly toolRules?: readonly ChatToolRules[];
  /** Set when the message came over a gateway connection. */
  readonly client?: { readonly id: string; readonly mode: string };
}

/** The chat somebody speaks in. */
export interface SenderChat {
  readonly kind: "direct" | "group" | "channel";
  readonly title?: string;
  /** Messages of people before the present one that the model is shown; all unless told. */
  readonly historyLimit?: number;
}

/** `tools` and `toolsBySender` of one place in the configuration of a channel. */
export interface ChatToolRules {
  readonly tools?: ToolLists;
  readonly toolsBySender?: Readonly<Record<string, ToolLists>>;
}

interface ToolLists {
  readonly allow?: readonly string[];
  readonly alsoAllow?: readonly string[];
  readonly deny?: readonly string[];
}

/** What comes with a message besides its text. Images go to models that see; texts are put before the message, fenced. */
export interface Attachment {
  readonly name?: string;
  readonly mimeType: string;
  readonly content: ImageContent | { readonly type: "text"; readonly text: string };
}
