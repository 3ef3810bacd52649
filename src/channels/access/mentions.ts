import type { Logger } from "../../lib/logger.ts";
import type { Chat } from "../inbound-event.ts";
import { MAX_KNOWN_PATTERNS, MENTION_TEXT_CHARS } from "./limits.ts";
import { Pattern, PatternError } from "./pattern/index.ts";
import type { AccessSettings } from "./settings.ts";

/** What an agent is called by. */
export interface AgentIdentity {
  readonly name?: string;
  readonly emoji?: string;
  /** As configured for the agent or for all; empty switches them off. */
  readonly mentionPatterns?: readonly string[];
}

/** Finds out whether a text means an agent, by patterns of the configuration or by what the agent is called. */
export class Mentions {
  readonly #log: Logger;
  /** By source; undefined for one that is not taken. */
  readonly #patterns = new Map<string, Pattern | undefined>();

  constructor(log: Logger) {
    this.#log = log;
  }

  found(text: string, identity: AgentIdentity): boolean {
    const looked = text.slice(0, MENTION_TEXT_CHARS);
    return patternsOf(identity).some((source) => this.#pattern(source)?.found(looked) === true);
  }

  #pattern(source: string): Pattern | undefined {
    if (this.#patterns.has(source)) return this.#patterns.get(source);
    // Only a configuration that was changed over and over comes to this.
    if (this.#patterns.size >= MAX_KNOWN_PATTERNS) this.#patterns.clear();
    const problem = patternProblem(source);
    const pattern = problem === undefined ? new Pattern(source) : undefined;
    if (problem !== undefined) this.#log.warn("a mention pattern is ignored", { pattern: source, problem });
    this.#patterns.set(source, pattern);
    return pattern;
  }
}

/** Why a pattern of the configuration is not taken; undefined when it is. */
export function patternProblem(source: string): string | undefined {
  try {
    void new Pattern(source);
    return undefined;
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}

function patternsOf({ name, emoji, mentionPatterns }: AgentIdentity): readonly string[] {
  if (mentionPatterns !== undefined) return mentionPatterns;
  return [
    ...namePattern(name),
    ...(emoji === undefined || emoji.trim() === "" ? [] : [literal(emoji.trim())]),
  ];
}

/** The name as words of their own, however far apart they stand. */
function namePattern(name: string | undefined): string[] {
  const words = (name ?? "")
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "");
  const text = words.join(" ");
  if (text === "") return [];
  const before = /^\w/.test(text) ? "\\b" : "";
  const after = /\w$/.test(text) ? "\\b" : "";
  return [`${before}${words.map(literal).join("\\s+")}${after}`];
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** Whether patterns count in a chat: `mentionPatterns` of the account. A group's id stands for its topics too. */
export function patternsCount({ mentionPatterns }: AccessSettings, chat: Chat): boolean {
  const { mode = "allow", allowIn = [], denyIn = [] } = mentionPatterns ?? {};
  const ids = chat.topicId === undefined ? [chat.id] : [chat.id, `${chat.id}:topic:${chat.topicId}`];
  const isIn = (list: readonly string[]) => list.some((entry) => ids.includes(entry.trim()));
  return !isIn(denyIn) && (mode === "allow" || isIn(allowIn));
}
