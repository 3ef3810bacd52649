import type { RunId, SessionKey } from "../../protocol/index.ts";
import type { Sender } from "../sender.ts";

/** Something an agent does in a chat. */
export interface ChatDeed {
  readonly action: string;
  /** The chat's, or that of the target, unless named. */
  readonly channel?: string;
  readonly accountId?: string;
  /** What the action takes, in the words of the method `message.action`. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly agentId: string;
  /** Conversation it is done from. */
  readonly sessionKey: SessionKey;
  /** Whose turn it is: it is done in their chat, and elsewhere for the owner alone. */
  readonly sender: Sender;
  /** A repeat with the same one is answered, not done again. */
  readonly idempotencyKey: string;
}

/** What came of it, unless it was refused. */
export type ChatDeedOutcome =
  | {
      readonly state: "done";
      readonly channel: string;
      readonly dryRun: boolean;
      readonly payload: Readonly<Record<string, unknown>>;
    }
  /** On its way still, or it may have arrived; a sentence says why. */
  | { readonly state: "queued" | "uncertain"; readonly reason: string };

/** What can be done in chats by a turn. */
export interface ChatOffer {
  readonly actions: readonly string[];
  /** Messages may have buttons. */
  readonly buttons: boolean;
}

/** Where messages of agents go; given by the gateway. */
export interface MessageSender {
  /** What can be done where somebody speaks; for those who speak in no chat, in the chats there are. */
  offer(agentId: string, sender: Sender): ChatOffer;
  /** Does it once. @throws Error that says why it cannot be done */
  act(deed: ChatDeed): Promise<ChatDeedOutcome>;
  /** Puts a message of the agent into a conversation of the gateway's own, seen by whoever watches it. */
  show(message: {
    readonly agentId: string;
    readonly sessionKey: SessionKey;
    readonly text: string;
  }): Promise<{ readonly messageId?: string }>;
}

/** What an agent may read of its gateway; secrets are taken out before they get here. */
export interface GatewayView {
  status(): Promise<unknown>;
  /** The configuration, or what is at a path of it. @throws Error when there is nothing at `path` */
  config(path?: string): Promise<unknown>;
  /** What the configuration schema says of a path. @throws Error for an unknown one */
  schema(path: string): Promise<unknown>;
}

/** What a panel that shows the canvas is told. */
export interface CanvasDeed {
  /** `canvas.present`, `canvas.navigate` or `canvas.hide`. */
  readonly command: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Id, name or address of the node; needed when several could. */
  readonly node?: string;
  readonly timeoutMs?: number;
  /** A repeat with the same one is answered, not done again. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
}

/** Machines that show the canvas; given by the gateway. */
export interface CanvasPanels {
  /** Whether one could show something now. */
  available(): boolean;
  /** @throws Error that says why it cannot be done */
  tell(deed: CanvasDeed): Promise<{ readonly nodeId: string; readonly payload?: unknown }>;
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

/** What is asked of browser control. */
export interface BrowserQuestion {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Browser control, given by the gateway. */
export interface BrowserPort {
  /** False while it is switched off: no turn has the tool then. */
  isOn(): boolean;
  /** Never throws; a status other than 200 comes with `error`, for whoever asked. */
  request(question: BrowserQuestion & { readonly signal: AbortSignal }): Promise<{
    readonly status: number;
    readonly body: Readonly<Record<string, unknown>>;
  }>;
}
