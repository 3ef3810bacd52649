/** One agent of the configuration, with the defaults applied. */
export interface AgentProfile {
  readonly id: string;
  readonly name: string | undefined;
  readonly isDefault: boolean;
  readonly identity: {
    readonly name?: string;
    readonly emoji?: string;
    readonly avatar?: string;
    readonly theme?: string;
  };
  /** Absolute; may not exist yet. */
  readonly workspace: string;
  /** Where commands start; absolute. */
  readonly cwd: string;
}

/** An agent that is not in the configuration. */
export class UnknownAgentError extends Error {
  constructor(readonly agentId: string) {
    super(`unknown agent id "${agentId}"`);
    this.name = "UnknownAgentError";
  }
}

/**
 * How the default agent came to be: `sole` when there is one agent, `explicit` when several are configured by id,
 * `legacy` when an older file lists or marks them.
 */
export type Ownership = "sole" | "explicit" | "legacy";

/** The agents of this gateway, as configured now. */
export interface Roster {
  readonly defaultId: string;
  list(): readonly AgentProfile[];
  has(agentId: string): boolean;
  /** @throws UnknownAgentError */
  get(agentId: string): AgentProfile;
}
