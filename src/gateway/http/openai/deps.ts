import type { AgentPart } from "../../../agent/index.ts";
import type { OpenClawConfig } from "../../../config/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Egress } from "../../../lib/egress/index.ts";
import type { Ids } from "../../../lib/ids.ts";
import type { Logger } from "../../../lib/logger.ts";

/** What the OpenAI-compatible routes are made from. */
export interface OpenAiDeps {
  readonly agent: Pick<AgentPart, "roster" | "runs" | "sessions" | "models">;
  /** The configuration in force, secrets resolved. */
  readonly config: () => OpenClawConfig;
  /** The key of a provider of embeddings: stored, of the environment, or configured. */
  readonly apiKey: (provider: string) => Promise<string | undefined>;
  /** Fetches what requests name by URL, and asks embedding providers. */
  readonly egress: Pick<Egress, "request">;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}
