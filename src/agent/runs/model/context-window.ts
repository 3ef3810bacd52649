import type { AgentTool } from "@earendil-works/pi-agent-core";
import type { Message } from "@earendil-works/pi-ai";
import { type CompactionRequest, CompactionError } from "../compaction/compactor.ts";
import type { Chronicle } from "../record/chronicle.ts";
import type { RunRequest } from "../run.ts";
import type { Narrator } from "../voice/narrator.ts";
import { modelMessages } from "./model-messages.ts";
import { recentTurns } from "./recent-turns.ts";
import type { Setting } from "../turn/setting.ts";
import { declarationsOf } from "../calls/tool-adapter.ts";
import type { TurnDeps } from "../turn/turn-deps.ts";

export interface WindowParts {
  readonly deps: TurnDeps;
  readonly request: RunRequest;
  readonly setting: Setting;
  readonly chronicle: Chronicle;
  readonly narrator: Narrator;
  readonly signal: AbortSignal;
}

/** What a model is shown of the conversation, and the room there is for it. */
export class ContextWindow {
  readonly #parts: WindowParts;
  readonly #tools: readonly AgentTool[];

  constructor(parts: WindowParts, tools: readonly AgentTool[]) {
    this.#parts = parts;
    this.#tools = tools;
  }

  /** The conversation so far, shortened first when it comes near the limit. @throws StoreError */
  async open(): Promise<Message[]> {
    const { deps, setting } = this.#parts;
    const messages = await this.messages();
    const { isAutomatic, limitTokens } = deps.compactor.settings(setting.info.contextTokens);
    if (!isAutomatic) return messages;
    const { estimateContextTokens } = await import("./engine.ts");
    if (estimateContextTokens(messages).tokens < limitTokens) return messages;
    return (await this.#compact()) ? this.messages() : messages;
  }

  /** Makes room after a model said that there was none; false when there is none to be made. @throws StoreError */
  async relieve(attempt: number): Promise<boolean> {
    return this.#compact(1 / 2 ** (attempt + 1));
  }

  /** The conversation so far, as the model sees it. @throws StoreError */
  async messages(): Promise<Message[]> {
    const { deps, setting, request, chronicle } = this.#parts;
    const system: Message = {
      role: "system",
      content: setting.systemPrompt,
      ...(this.#tools.length > 0 && { toolsAdded: declarationsOf(this.#tools) }),
      timestamp: 0,
    };
    const stored = await deps.sessions.context(chronicle.record);
    const shown = recentTurns(stored, request.sender.chat?.historyLimit);
    return [system, ...modelMessages(shown, deps.prompts, request.agentId)];
  }

  async #compact(keepShare = 1): Promise<boolean> {
    const { deps, narrator, request } = this.#parts;
    narrator.stream("compaction", { phase: "start" });
    let completed = false;
    try {
      await deps.compactor.compact({ ...this.#request(), keepShare });
      completed = true;
    } catch (error) {
      if (!(error instanceof CompactionError)) throw error;
      // The turn goes on with what there is: it may still fit, and if not, the model says so.
      deps.logger.warn("a conversation could not be shortened", { runId: request.runId, error });
    }
    narrator.stream("compaction", { phase: "end", completed });
    return completed;
  }

  #request(): CompactionRequest {
    const { setting, request, chronicle, signal } = this.#parts;
    const { agentId, runId, sender } = request;
    const { plan, info } = setting;
    return { chronicle, plan, info, agentId, runId, channel: sender.channel, signal };
  }
}
