import type { ImageContent, TextContent } from "@earendil-works/pi-ai";
import type { TObject } from "@sinclair/typebox";
import type { RunId, SessionKey } from "../../protocol/index.ts";
import type { Sender } from "../sender.ts";

/** Who may have a tool used for them: it is not even shown to the model for anybody else. */
export type ToolScope = "owner" | "anyone";

export interface ToolResult {
  readonly content: readonly (TextContent | ImageContent)[];
  /** For clients and logs; never shown to the model. */
  readonly details?: unknown;
  readonly isError?: boolean;
  /** Ends the run after this batch of calls. */
  readonly terminate?: boolean;
  /** It said something to whoever waits for the answer, so that they are answered without any words of the model. */
  readonly speaks?: boolean;
}

/** Where and for whom a tool runs. */
export interface ToolContext {
  readonly agentId: string;
  readonly sessionKey: SessionKey;
  readonly sessionId: string;
  /** Absent when a person invoked the tool outside a turn. */
  readonly runId: RunId | undefined;
  readonly toolCallId: string;
  /** Absolute folder; file tools stay inside. */
  readonly workspace: string;
  /** Where commands start. */
  readonly cwd: string;
  readonly sender: Sender;
  /** The model sees images. */
  readonly seesImages: boolean;
  /** Most characters of text the model is given back. */
  readonly maxResultChars: number;
  /** Aborted when the run ends early: the tool stops and ends what it started. */
  readonly signal: AbortSignal;
  /** What there is so far; clients see it while the tool runs. */
  readonly update: (partial: ToolResult) => void;
}

/** One tool; groups and profiles name tools in `groups.ts`. */
export interface Tool<Args extends TObject = TObject> {
  readonly name: string;
  /** For people, in one or two words. */
  readonly label: string;
  /** For the model; counts against the prompt's size. */
  readonly description: string;
  readonly parameters: Args;
  readonly scope: ToolScope;
  /** Calls of one batch run one after another. */
  readonly sequential?: boolean;
  /** Has no effect outside the answer: its calls may be repeated. */
  readonly readOnly?: boolean;
  /** Throws for the model to read: the message is the tool's answer, marked as an error. */
  execute(args: Record<string, unknown>, context: ToolContext): Promise<ToolResult>;
}

/** Which tools one turn has. */
export interface ToolSelection {
  readonly agentId: string;
  readonly sessionKey: SessionKey;
  readonly sender: Sender;
  /** `provider/model` of the turn, for per-provider rules. */
  readonly model: string;
}

/** The tools of this gateway and who has which. */
export interface Tools {
  /** Every tool there is, for `tools.catalog`. */
  readonly all: readonly Tool[];
  /** What the turn may use, by profile, allow and deny lists and the sender. */
  effective(selection: ToolSelection): readonly Tool[];
  /** Named groups, for catalogue and policy (`group:fs` …). */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Ends background commands. */
  stop(): Promise<void>;
}
