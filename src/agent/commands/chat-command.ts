import type { SessionKey } from "../../protocol/index.ts";
import type { QueueMode, SessionRecord } from "../../store/index.ts";
import type { Sender } from "../sender.ts";

/** Who may use a command. */
export type CommandAudience = "sender" | "owner";

export interface CommandContext {
  readonly agentId: string;
  readonly sessionKey: SessionKey;
  /** Undefined when the session does not exist yet. */
  readonly session: SessionRecord | undefined;
  readonly sender: Sender;
  readonly isGroup: boolean;
  /** Came from the channel's own command menu and not as typed text: `commands.text` does not concern it. */
  readonly native?: boolean;
  /** The configured model of the chat it came from. */
  readonly chatModel?: string | undefined;
}

/** Models to choose from: an invitation to look at them, their providers, or the models of one. */
export type CommandMenu = {
  readonly models: readonly { readonly provider: string; readonly id: string; readonly name: string }[];
  readonly current: { readonly provider: string; readonly id: string };
} & (
  | { readonly kind: "invitation" | "providers" }
  | { readonly kind: "models"; readonly provider: string; readonly page: number }
);

export type CommandReply =
  /** Said to the sender; no model is called. */
  | {
      readonly kind: "text";
      readonly text: string;
      readonly stoppedRuns?: readonly string[];
      /** The same as a menu, for channels that show one. */
      readonly menu?: CommandMenu;
    }
  /** The rest of the message goes to the model, under these choices for this turn. */
  | {
      readonly kind: "continue";
      readonly message: string;
      readonly model?: string;
      readonly thinking?: string;
      readonly queueMode?: QueueMode;
      /** Said before the answer. */
      readonly notice?: string;
    };

/** An argument, as clients complete it. */
export interface CommandParameter {
  readonly name: string;
  readonly summary: string;
  readonly choices?: readonly string[];
  readonly required?: boolean;
}

/** One chat command: chat, CLI, `commands.list` and the help text are derived from it. */
export interface ChatCommand {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly category: "session" | "options" | "status" | "management";
  readonly audience: CommandAudience;
  /** For people on a gateway connection: needs `operator.admin`. */
  readonly admin?: boolean;
  /** As help shows them: `[model]`. */
  readonly args?: string;
  readonly parameters?: readonly CommandParameter[];
  /** May stand inside a message and is taken out of it. */
  readonly inline?: boolean;
  run(context: CommandContext, args: string): Promise<CommandReply>;
}

/** The chat commands. */
export interface ChatCommands {
  readonly all: readonly ChatCommand[];
  /**
   * Carries out what a message asks for; undefined when it is a message for the model. A command the sender may not
   * use is answered with a refusal to people on the gateway, and with nothing (empty text) on channels.
   */
  handle(message: string, context: CommandContext): Promise<CommandReply | undefined>;
}
