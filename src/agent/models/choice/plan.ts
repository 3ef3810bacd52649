import type { OpenClawConfig } from "../../../config/index.ts";
import type { SessionEntry } from "../../../store/index.ts";
import type { ModelPlan, ModelRef, Models } from "../model.ts";
import {
  type ConfiguredChoice,
  configuredChoice,
  imageChoice,
  inOrder,
  utilityChoice,
} from "./configured.ts";
import { configuredRef } from "./aliases.ts";
import { mayChoose } from "./policy.ts";
import { parseRef } from "./ref.ts";
import type { Resolver } from "./resolve.ts";

export interface PlannerDeps {
  readonly config: () => OpenClawConfig;
  readonly resolver: Resolver;
  /** Who answers when nothing is configured. */
  readonly automatic: () => Promise<ModelRef>;
  /** True when a model can be shown images. */
  readonly seesImages: (ref: ModelRef) => Promise<boolean>;
}

type Request = Parameters<Models["plan"]>[0];

/** Decides which models a turn may use. */
export class Planner {
  readonly #deps: PlannerDeps;

  constructor(deps: PlannerDeps) {
    this.#deps = deps;
  }

  /** @throws UnknownModelError when the request names a model there is not */
  async plan(request: Request): Promise<ModelPlan> {
    const { agentId, entry, requested, chatModel, purpose = "turn" } = request;
    if (requested !== undefined) {
      const { profileId, ...ref } = await this.#deps.resolver.resolve(requested, agentId);
      return withPin({ candidates: [ref], strict: true }, profileId ?? entry?.authProfileOverride);
    }
    const plan = await this.#standing(agentId, entry, chatModel);
    if (purpose === "utility") return this.#utility(agentId, plan);
    if (purpose === "image") return this.#image(agentId, plan);
    return withPin(plan, entry?.authProfileOverride);
  }

  /** What the session or the configuration chose. */
  async #standing(
    agentId: string,
    entry: SessionEntry | undefined,
    chatModel: string | undefined,
  ): Promise<ModelPlan> {
    const config = this.#deps.config();
    const { primary, fallbacks, strict } = choiceIn(config, agentId, chatModel);
    const override = overrideOf(entry);
    if (override && mayChoose(config, agentId, override)) {
      const automatic = entry?.modelOverrideSource === "auto";
      return automatic
        ? { candidates: inOrder(override, [...(primary ? [primary] : []), ...fallbacks]), strict: false }
        : { candidates: [override], strict: true };
    }
    if (primary) return { candidates: inOrder(primary, fallbacks), strict };
    return { candidates: inOrder(await this.#deps.automatic(), fallbacks), strict: false };
  }

  #utility(agentId: string, plan: ModelPlan): ModelPlan {
    const utility = utilityChoice(this.#deps.config(), agentId);
    return utility ? { candidates: inOrder(utility, plan.candidates), strict: false } : plan;
  }

  async #image(agentId: string, plan: ModelPlan): Promise<ModelPlan> {
    if (await this.#deps.seesImages(plan.candidates[0])) return plan;
    const [first, ...others] = imageChoice(this.#deps.config(), agentId);
    return first ? { candidates: inOrder(first, others), strict: false } : plan;
  }
}

/** What is configured for the agent, the chat's own model before the agent's. */
function choiceIn(config: OpenClawConfig, agentId: string, chatModel: string | undefined): ConfiguredChoice {
  const choice = configuredChoice(config, agentId);
  const primary = chatModel === undefined ? undefined : configuredRef(config, agentId, chatModel);
  return primary ? { ...choice, primary } : choice;
}

/** The model a session was put on; `default` means that it was put back on the configured one. */
function overrideOf(entry: SessionEntry | undefined): ModelRef | undefined {
  const { providerOverride, modelOverride, modelOverrideSource } = entry ?? {};
  if (modelOverride === undefined || modelOverrideSource === "default") return undefined;
  return parseRef(providerOverride === undefined ? modelOverride : `${providerOverride}/${modelOverride}`);
}

/** A pinned credential counts only for the provider it belongs to. */
function withPin(plan: ModelPlan, profileId: string | undefined): ModelPlan {
  const fits = profileId !== undefined && profileId.startsWith(`${plan.candidates[0].provider}:`);
  return fits ? { ...plan, profileId } : plan;
}
