import { type AgentPart, type ModelInfo, type RowModel, UnknownModelError } from "../../../agent/index.ts";
import type { SessionEntry, SessionRecord } from "../../../store/index.ts";

/** A thinking level as lists show it. */
export interface ThinkingOption {
  readonly id: string;
  readonly label: string;
}

/** Which models sessions have, for lists and answers. */
export class ModelFacts {
  constructor(private readonly agent: Pick<AgentPart, "models" | "roster">) {}

  /** What a session of the agent has without a choice of its own; nulls when no model can be named. */
  async defaults(agentId: string) {
    const info = await this.of(agentId, undefined);
    return {
      modelProvider: info?.provider ?? null,
      model: info?.model ?? null,
      contextTokens: info?.contextTokens ?? null,
      modelSelectionTarget: "session",
      ...(info && {
        thinkingLevels: optionsOf(info),
        thinkingOptions: info.thinkingLevels,
        thinkingDefault: info.thinkingDefault,
      }),
    };
  }

  /** What rows of the agents' sessions show where a session has no model of its own. */
  async ofAgents(agentIds: Iterable<string>): Promise<ReadonlyMap<string, RowModel | undefined>> {
    const asked = [...new Set(agentIds)].map(
      async (agentId) => [agentId, await this.of(agentId, undefined)] as const,
    );
    return new Map(await Promise.all(asked));
  }

  /** The model a session has now; undefined when none can be named. */
  async ofSession({
    agentId,
    entry,
  }: Pick<SessionRecord, "agentId" | "entry">): Promise<ModelInfo | undefined> {
    return this.of(agentId, entry);
  }

  /** `resolved` of answers that change a session. */
  async resolved(record: Pick<SessionRecord, "agentId" | "entry">) {
    const info = await this.ofSession(record);
    const { thinkingLevel } = record.entry;
    return {
      ...(info && {
        modelProvider: info.provider,
        model: info.model,
        thinkingLevels: optionsOf(info),
      }),
      ...(thinkingLevel !== undefined && { thinkingLevel }),
      runtimeSelectionLocked: false,
    };
  }

  private async of(agentId: string, entry: SessionEntry | undefined): Promise<ModelInfo | undefined> {
    if (!this.agent.roster.has(agentId)) return undefined;
    try {
      const { candidates } = await this.agent.models.plan({ agentId, entry });
      return await this.agent.models.info(candidates[0], agentId);
    } catch (error) {
      // A session may name a model that was taken out of the configuration since.
      if (error instanceof UnknownModelError) return undefined;
      throw error;
    }
  }
}

function optionsOf({ thinkingLevels }: ModelInfo): ThinkingOption[] {
  return thinkingLevels.map((id) => ({ id, label: id }));
}
