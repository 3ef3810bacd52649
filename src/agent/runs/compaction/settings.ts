import type { OpenClawConfig } from "../../../config/index.ts";
import {
  COMPACTION_KEEP_SHARE,
  COMPACTION_KEEP_TOKENS,
  COMPACTION_RESERVE_SHARE,
  COMPACTION_RESERVE_TOKENS,
  COMPACTION_TIMEOUT_MS,
} from "../limits.ts";

/** How conversations are shortened, for a model of one size. */
export interface CompactionSettings {
  /** Done before a conversation outgrows its model. */
  readonly isAutomatic: boolean;
  /** Tokens a prompt may have. */
  readonly limitTokens: number;
  /** Tokens of the end that stay as they are. */
  readonly keepTokens: number;
  readonly timeoutMs: number;
  /** Model that writes the summary, if not the one of the conversation. */
  readonly model: string | undefined;
}

/** `agents.defaults.compaction`, within what the context window allows. */
export function compactionSettings(
  config: Pick<OpenClawConfig, "agents">,
  contextTokens: number,
): CompactionSettings {
  const { compaction } = config.agents.defaults;
  const reserve = Math.min(COMPACTION_RESERVE_TOKENS, contextTokens * COMPACTION_RESERVE_SHARE);
  const keep = compaction?.keepRecentTokens ?? COMPACTION_KEEP_TOKENS;
  const seconds = compaction?.timeoutSeconds;
  return {
    isAutomatic: compaction?.enabled !== false,
    limitTokens: Math.floor(contextTokens - reserve),
    keepTokens: Math.floor(Math.min(keep, contextTokens * COMPACTION_KEEP_SHARE)),
    timeoutMs: seconds === undefined ? COMPACTION_TIMEOUT_MS : seconds * 1_000,
    model: modelOf(compaction),
  };
}

function modelOf(compaction: OpenClawConfig["agents"]["defaults"]["compaction"]): string | undefined {
  const { model, provider } = compaction ?? {};
  if (model === undefined || provider === undefined || model.includes("/")) return model;
  return `${provider}/${model}`;
}
