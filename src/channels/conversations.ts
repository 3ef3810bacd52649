import type { RunId, SessionKey } from "../protocol/index.ts";
import type { Person } from "./inbound-event.ts";
import type { ModelMenu } from "./model-menu.ts";
import type { OutboundMedia } from "./outbound-message.ts";

/** Who speaks, as access control found them; the gateway makes the agent's `Sender` of it. */
export interface Speaker {
  readonly person: Person;
  readonly isOwner: boolean;
  /** May use commands. */
  readonly isAuthorized: boolean;
  readonly channel: string;
  readonly accountId: string;
  /** Chat an answer goes to, as `formatTarget` writes it. */
  readonly to: string;
  readonly topicId?: string;
  /** Tool rules of the chat, the most particular first: the first that says something of the person holds. */
  readonly toolRules?: readonly ToolRules[];
}

/** `tools` and `toolsBySender` of one chat, or of all. */
export interface ToolRules {
  readonly tools?: ToolLists;
  readonly toolsBySender?: Readonly<Record<string, ToolLists>>;
}

export interface ToolLists {
  readonly allow?: readonly string[];
  readonly alsoAllow?: readonly string[];
  readonly deny?: readonly string[];
}

/** Where a message belongs: found by bindings, see `routing/`. */
export interface Route {
  readonly agentId: string;
  readonly sessionKey: SessionKey;
}

/** A file for the model. */
export interface TurnMedia {
  readonly name?: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** Something said to an agent. The same `runId` is the same turn, also after a restart. */
export interface ChannelTurn extends Route {
  readonly channel: string;
  readonly runId: RunId;
  /** What was said, without any frame around it. */
  readonly text: string;
  /** What the model is told around it, not written into the transcript as said: earlier messages of a group, a quote. */
  readonly context?: string;
  readonly speaker: Speaker;
  readonly chatKind: "direct" | "group" | "channel";
  readonly chatTitle?: string;
  /** The message that is answered; of a press none. */
  readonly messageId?: string;
  readonly media: readonly TurnMedia[];
  /** Messages of people before this one that the model is shown; all unless told. */
  readonly historyLimit?: number;
  /** Put after the system prompt: `groups.<id>.systemPrompt` and the like. */
  readonly systemPrompt?: string;
  /** Of a command in front of the message; no other model answers then. */
  readonly model?: string;
  /** `channels.modelByChannel`: the session's own choice goes before it. */
  readonly chatModel?: string;
  readonly thinking?: string;
  readonly queueMode?: "steer" | "followup" | "collect" | "interrupt";
  /** The first run of the same message, which failed: what was said then is not said again. */
  readonly retryOf?: RunId;
  readonly observer?: TurnObserver;
}

/** What is heard of a turn while it is made; nothing after a restart. Never throws. */
export interface TurnObserver {
  started?(): void;
  /** The model did not answer and is asked again. */
  retrying?(reason: string): void;
  /** Everything of the present message so far. */
  text?(full: string): void;
  message?(text: string, isFinal: boolean): void;
  tool?(call: {
    readonly id: string;
    readonly name: string;
    readonly phase: "start" | "end";
    readonly isError?: boolean;
  }): void;
}

/** One thing to be said in answer. */
export interface TurnReply {
  readonly text: string;
  readonly media?: OutboundMedia;
  readonly replyToId?: string;
  readonly replyToCurrent?: boolean;
  readonly asVoice?: boolean;
}

export interface TurnOutcome {
  readonly status: "ok" | "error" | "aborted" | "timeout" | "interrupted";
  /** Empty when the agent stayed silent. */
  readonly replies: readonly TurnReply[];
  /** The run that brings the replies of a turn several messages share; absent when it is this one. */
  readonly answeredBy?: RunId;
  /** The model that answered, for `responsePrefix`. */
  readonly model?: { readonly provider: string; readonly model: string; readonly thinkingLevel?: string };
  readonly failure?: {
    /** For the person who asked. */
    readonly text: string;
    /** The same may work later: the provider was not reached, or too busy. */
    readonly isTransient: boolean;
    /** It was the gateway's own trouble, not a provider's. */
    readonly isLocal?: boolean;
  };
}

export type TurnTaken =
  | { readonly state: "accepted"; readonly done: Promise<TurnOutcome> }
  | { readonly state: "settled"; readonly outcome: TurnOutcome }
  /** Not now: too much is waiting, or the gateway stops. */
  | { readonly state: "refused"; readonly reason: string; readonly stopping?: boolean };

/** What a command answered. */
export type CommandAnswer =
  /** Said to the sender; empty text is silence. */
  | {
      readonly kind: "text";
      readonly text: string;
      /** Shown in place of the text where the channel shows menus. */
      readonly menu?: ModelMenu;
    }
  /** The rest is for the model, under these choices. */
  | {
      readonly kind: "continue";
      readonly text: string;
      readonly model?: string;
      readonly thinking?: string;
      readonly queueMode?: ChannelTurn["queueMode"];
      readonly notice?: string;
    };

/** What channels ask of the agents; the gateway gives it. */
export interface Conversations {
  readonly defaultAgentId: string;
  hasAgent(agentId: string): boolean;
  /** `identity.name`, `identity.emoji` of an agent and its mention patterns. */
  identity(agentId: string): {
    readonly name?: string;
    readonly emoji?: string;
    readonly mentionPatterns?: readonly string[];
  };
  /** The session of a peer under `session` of the configuration and of the binding. @throws Error for an id no key can hold */
  sessionKey(peer: {
    readonly agentId: string;
    readonly channel: string;
    readonly accountId: string;
    readonly kind: "direct" | "group" | "channel";
    readonly id: string;
    readonly topicId?: string;
    readonly binding?: {
      readonly dmScope?: "main" | "per-peer" | "per-channel-peer" | "per-account-channel-peer";
      readonly groupScope?: "main" | "per-group";
    };
  }): SessionKey;
  /** `/activation` of a group's session; undefined when it was never set. */
  activation(key: SessionKey): Promise<"mention" | "always" | undefined>;
  /** Whether answers may be sent from this session (`session.sendPolicy`, `/send`). */
  maySend(key: SessionKey): Promise<boolean>;
  /** Carries out what a message asks for; undefined when it is for the model. */
  command(
    turn: Omit<ChannelTurn, "media" | "observer">,
    isNative: boolean,
  ): Promise<CommandAnswer | undefined>;
  /** Takes a turn; accepted means durable. */
  submit(turn: ChannelTurn): Promise<TurnTaken>;
  /** What became of a turn that an earlier process took; undefined when it never was taken. */
  recall(channel: string, runId: RunId): Promise<TurnTaken | undefined>;
  /** Tells the session something for its next turn, without beginning one. */
  note(key: SessionKey, text: string): void;
  /** Writes what was sent by others (RPC, tools) into the transcript of the conversation. */
  mirror(key: SessionKey, text: string): Promise<void>;
}
