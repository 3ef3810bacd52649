import type { Tool } from "../tools/index.ts";
import type { Sender } from "../sender.ts";
import type { SessionKey } from "../../protocol/index.ts";

/** A named part of the system prompt with the most characters it may have. */
export interface PromptSection {
  readonly name: string;
  readonly text: string;
  readonly budgetChars: number;
  /** Same in every turn of a session, so that providers can cache it; all of these come first. */
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
  /** Thinking level of the turn, for the runtime line. */
  readonly thinking?: string;
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

/** A workspace file as it went into the prompt. */
export interface PromptFile {
  readonly name: string;
  readonly path: string;
  readonly missing: boolean;
  /** Characters of the file and of what of it is in the prompt. */
  readonly rawChars: number;
  readonly chars: number;
  readonly truncated: boolean;
}

/** What the model is sent before the conversation, in characters; tools as the JSON of their schemas. */
export interface PromptReport {
  readonly workspace: string;
  readonly sections: readonly (Pick<PromptSection, "name" | "budgetChars" | "stable" | "truncated"> & {
    readonly chars: number;
  })[];
  readonly files: readonly PromptFile[];
  readonly tools: readonly { readonly name: string; readonly chars: number }[];
  readonly promptChars: number;
  readonly toolsChars: number;
  readonly totalChars: number;
}

/** Workspace folders and what goes into the system prompt. */
export interface Prompts {
  /** The agent's folder, created and seeded on first use. @throws Error when it cannot be used */
  workspace(agentId: string): Promise<string>;
  build(input: PromptInput): Promise<Prompt>;
  /** Sizes of what `build` makes of the same input. */
  report(input: PromptInput): Promise<PromptReport>;
  /** `[Sat 2026-11-21 00:08 UTC] `, which goes before each message the model sees. */
  timestamp(agentId: string, at: number): string;
  /**
   * A person's message as the model sees it: who wrote it when that is not the gateway's operator, the time, the text.
   * Marks that only the gateway may set are taken out of the text. Never stored.
   */
  userMessage(message: {
    readonly agentId: string;
    readonly at: number;
    readonly sender: Sender;
    readonly text: string;
  }): string;
}
