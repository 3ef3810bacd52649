import type { Tool } from "../tools/index.ts";
import type { Sender } from "../sender.ts";
import type { SessionKey } from "../../protocol/index.ts";

/** A named part of the system prompt with the most characters it may have. */
export interface PromptSection {
  readonly name: string;
  readonly text: string;
  readonly budgetChars: number;
  /** Same in every turn of a session, so that providers can cache it. */
  readonly stable: boolean;
  /** Cut to its budget. */
  readonly truncated: boolean;
}

export interface PromptInput {
  readonly agentId: string;
  readonly sessionKey: SessionKey;
  readonly sender: Sender;
  readonly tools: readonly Tool[];
  readonly model: string;
  /** `full`; `minimal` for helpers of an agent; `none`. */
  readonly mode: "full" | "minimal" | "none";
  /** A group chat: what is private to the owner stays out. */
  readonly isGroup: boolean;
  /** First turn of the session (or after a reset). */
  readonly isFirstTurn: boolean;
  readonly extra?: string;
}

export interface Prompt {
  readonly text: string;
  readonly sections: readonly PromptSection[];
}

/** Workspace folders and what goes into the system prompt. */
export interface Prompts {
  /** The agent's folder, created and seeded on first use. @throws Error when it cannot be used */
  workspace(agentId: string): Promise<string>;
  build(input: PromptInput): Promise<Prompt>;
  /** `[Sat 2026-11-21 00:08 UTC] `, which goes before each message the model sees. */
  timestamp(agentId: string, at: number): string;
}
