import type { OpenClawConfig } from "../config/index.ts";
import type { Logger } from "../lib/logger.ts";
import type { Models } from "./models/index.ts";
import type { RowModel } from "./sessions/index.ts";

export interface KnownModelsDeps {
  /** The configuration in force; what is known is forgotten with it. */
  readonly config: () => OpenClawConfig;
  readonly models: Pick<Models, "plan" | "info">;
  readonly log: Logger;
}

/**
 * The model each agent answers with, as rows of sessions show it. Finding it out may read a catalogue, and rows are made
 * at once: so it is looked up when somebody asks for the first time, and known the next time.
 */
export class KnownModels {
  private readonly known = new Map<string, RowModel>();
  private readonly asking = new Map<string, Promise<void>>();
  private seen: OpenClawConfig | undefined;

  constructor(private readonly deps: KnownModelsDeps) {}

  /** Undefined while it is being found out. */
  of(agentId: string): RowModel | undefined {
    const model = this.current().get(agentId);
    if (!model) void this.learn(agentId);
    return model;
  }

  /** Settles when the agent's model is known, or cannot be. */
  async learn(agentId: string): Promise<void> {
    if (this.current().has(agentId)) return;
    const asked = this.asking.get(agentId);
    if (asked) return asked;
    const asking = this.ask(agentId).finally(() => this.asking.delete(agentId));
    this.asking.set(agentId, asking);
    await asking;
  }

  private async ask(agentId: string): Promise<void> {
    const { models, log } = this.deps;
    const config = this.deps.config();
    try {
      const { candidates } = await models.plan({ agentId, entry: undefined });
      const { provider, model, contextTokens } = await models.info(candidates[0], agentId);
      if (this.deps.config() === config) this.current().set(agentId, { provider, model, contextTokens });
    } catch (error) {
      log.debug("the model of an agent is not known", { agentId, error });
    }
  }

  private current(): Map<string, RowModel> {
    const config = this.deps.config();
    if (this.seen !== config) {
      this.seen = config;
      this.known.clear();
    }
    return this.known;
  }
}
