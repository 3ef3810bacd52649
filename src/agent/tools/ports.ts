import type { RunId, SessionKey } from "../../protocol/index.ts";
import type { Sender } from "../sender.ts";

/** A message an agent sends to a chat. */
export interface OutboundMessage {
  readonly channel: string;
  readonly to: string;
  readonly accountId?: string;
  readonly threadId?: string;
  /** Id of the message it answers. */
  readonly replyTo?: string;
  readonly text: string;
  readonly silent?: boolean;
  readonly agentId: string;
  /** Conversation it is sent from. */
  readonly sessionKey: SessionKey;
}

export interface SentMessage {
  readonly messageId?: string;
}

/** Where messages of agents go; given by the gateway. */
export interface MessageSender {
  /** Channels with an account that can send now. */
  channels(): readonly string[];
  /** Sends once. @throws Error that says what is missing */
  send(message: OutboundMessage): Promise<SentMessage>;
  /** Puts a message of the agent into a conversation of the gateway's own, seen by whoever watches it. */
  show(message: {
    readonly agentId: string;
    readonly sessionKey: SessionKey;
    readonly text: string;
  }): Promise<SentMessage>;
}

/** What an agent may read of its gateway; secrets are taken out before they get here. */
export interface GatewayView {
  status(): Promise<unknown>;
  /** The configuration, or what is at a path of it. @throws Error when there is nothing at `path` */
  config(path?: string): Promise<unknown>;
  /** What the configuration schema says of a path. @throws Error for an unknown one */
  schema(path: string): Promise<unknown>;
}

/** The text `/status` would answer in a session. */
export type StatusText = (agentId: string, sessionKey: SessionKey) => Promise<string>;

/** Tells a session that one of its background commands has ended, and wakes its agent. Never throws. */
export type CommandNotice = (notice: {
  readonly agentId: string;
  readonly sessionKey: SessionKey;
  readonly text: string;
}) => void;

/** A turn one session asks of another. */
export interface NestedRun {
  readonly namespace: "agent";
  readonly runId: RunId;
  readonly sessionKey: SessionKey;
  readonly agentId: string;
  readonly message: string;
  readonly sender: Sender;
  readonly extraSystemPrompt: string;
  readonly createdVia: string;
  readonly lane: "subagent";
  readonly kind: "agent";
}

/** How such a turn ended. */
export interface NestedOutcome {
  readonly status: string;
  readonly text: string;
  readonly error?: { readonly message: string };
}

/** What became of the request. */
export type NestedSubmission =
  | { readonly state: "accepted" | "in_flight"; readonly done: Promise<NestedOutcome> }
  | { readonly state: "settled"; readonly outcome: NestedOutcome }
  | { readonly state: "conflict" }
  | { readonly state: "refused"; readonly reason: string };

/** Turns, as a tool asks for them; all turns of the gateway are one. */
export interface NestedRuns {
  submit(run: NestedRun): Promise<NestedSubmission>;
}
