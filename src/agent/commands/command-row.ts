import type { OpenClawConfig } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { QueueDrop, QueueMode, SessionEntry, UsageRepository } from "../../store/index.ts";
import type { ModelInfo, Models } from "../models/index.ts";
import type { Prompts } from "../prompt/index.ts";
import type { Roster } from "../roster/index.ts";
import type { Runs } from "../runs/index.ts";
import type { Sender } from "../sender.ts";
import type { Sessions } from "../sessions/index.ts";
import type { Tools } from "../tools/index.ts";
import type { ChatCommand, CommandContext, CommandReply } from "./chat-command.ts";

/** Writes a model into the configuration, for `/model -a` and `-g`. */
export interface ModelDefaults {
  setAgentModel(agentId: string, ref: string): Promise<void>;
  setDefaultModel(ref: string): Promise<void>;
}

/** What happens to a message that finds its session busy. */
export interface QueueChoice {
  readonly mode: QueueMode;
  readonly cap: number;
  readonly drop: QueueDrop;
  readonly debounceMs: number;
}

/** What the commands act on. */
export interface CommandDeps {
  readonly roster: Roster;
  readonly sessions: Sessions;
  readonly runs: Runs;
  readonly models: Models;
  /** The models that can be chosen, or all of one provider. */
  readonly listModels: (query: {
    readonly agentId: string;
    readonly provider?: string;
  }) => Promise<readonly ModelInfo[]>;
  readonly tools: Tools;
  readonly prompts: Prompts;
  readonly usage: Pick<UsageRepository, "sum">;
  readonly defaults: ModelDefaults;
  /** The queue settings a message of this sender would find. */
  readonly queue: (entry: SessionEntry | undefined, sender: Sender) => QueueChoice;
  /** The configuration in force. */
  readonly config: () => OpenClawConfig;
  readonly clock: Clock;
  /** As `/status` names this program: `OpenClaw 2026.11.1 (abc1234)`. */
  readonly product: string;
  /** When the gateway was started, on the monotonic clock. */
  readonly startedAt: number;
  /** Time since the machine was started, ms. */
  readonly systemUptimeMs: () => number;
}

/** What a directive means for the turn of the message it stands in. */
export interface OneTurn {
  readonly model?: string;
  readonly thinking?: string;
  readonly queueMode?: QueueMode;
  readonly notice?: string;
}

/** A row of the command table: the command as data, and what it does. */
export interface CommandRow extends Omit<ChatCommand, "run" | "inline"> {
  readonly run: (deps: CommandDeps, context: CommandContext, args: string) => Promise<CommandReply>;
  /** Answered beside the rest of a message that it stands in. */
  readonly shortcut?: boolean;
  /** May stand in a message and holds for it. */
  readonly directive?: {
    /** How much of `text` (the rest of its line) are its arguments; undefined when it is not meant as a directive. */
    readonly take: (text: string) => number | undefined;
    /** At the beginning of a message it is always meant: arguments that mean nothing are told of. */
    readonly strict?: boolean;
    /** Undefined when the arguments mean nothing: the text stays as it is. */
    readonly once: (deps: CommandDeps, context: CommandContext, args: string) => Promise<OneTurn | undefined>;
  };
}

/** An answer without the model. */
export function said(text: string): CommandReply {
  return { kind: "text", text };
}
