import type { OpenClawConfig } from "../../config/index.ts";
import { type AgentEntry, configuredAgents, SOLE_AGENT_ID } from "./agent-entry.ts";
import { placesOf, type RosterPaths } from "./places.ts";
import { type AgentProfile, type Ownership, type Roster, UnknownAgentError } from "./roster.ts";

export interface RosterDeps {
  /** The configuration in force. */
  readonly config: () => OpenClawConfig;
  readonly paths: RosterPaths;
}

/** Everything that follows from one configuration. */
interface Reading {
  readonly config: OpenClawConfig;
  readonly defaultId: string;
  readonly ownership: Ownership;
  readonly selectionRequired: boolean;
  readonly agents: ReadonlyMap<string, AgentProfile>;
}

/** The agents the configuration names; read anew when it was replaced. */
export class ConfiguredRoster implements Roster {
  readonly #deps: RosterDeps;
  #last: Reading | undefined;

  constructor(deps: RosterDeps) {
    this.#deps = deps;
  }

  get defaultId(): string {
    return this.#read().defaultId;
  }

  get ownership(): Ownership {
    return this.#read().ownership;
  }

  /** Several agents, and nothing says which of them is the default. */
  get selectionRequired(): boolean {
    return this.#read().selectionRequired;
  }

  list(): readonly AgentProfile[] {
    return [...this.#read().agents.values()];
  }

  has(agentId: string): boolean {
    return this.#read().agents.has(agentId);
  }

  get(agentId: string): AgentProfile {
    const agent = this.#read().agents.get(agentId);
    if (!agent) throw new UnknownAgentError(agentId);
    return agent;
  }

  #read(): Reading {
    const config = this.#deps.config();
    if (this.#last?.config !== config) this.#last = readRoster(config, this.#deps.paths);
    return this.#last;
  }
}

function readRoster(config: OpenClawConfig, paths: RosterPaths): Reading {
  const configured = configuredAgents(config);
  const entries: ReadonlyMap<string, AgentEntry> =
    configured.size > 0 ? configured : new Map([[SOLE_AGENT_ID, {}]]);
  const alone = entries.size === 1;
  const named = namedDefault(config, entries);
  const [first = SOLE_AGENT_ID] = entries.keys();
  const defaultId = named ?? (entries.has(SOLE_AGENT_ID) ? SOLE_AGENT_ID : first);
  const legacy = (config.agents?.list?.length ?? 0) > 0 || [...entries.values()].some(isMarked);
  const agents = new Map(
    [...entries].map(([id, entry]): [string, AgentProfile] => [
      id,
      {
        id,
        name: entry.name,
        isDefault: id === defaultId,
        identity: entry.identity ?? {},
        ...placesOf(config, paths, { id, entry, alone }),
      },
    ]),
  );
  return {
    config,
    defaultId,
    ownership: alone ? "sole" : legacy ? "legacy" : "explicit",
    selectionRequired: !alone && named === undefined,
    agents,
  };
}

/** The agent that `systemAgent` names, or that an older file marks. */
function namedDefault(config: OpenClawConfig, entries: ReadonlyMap<string, AgentEntry>): string | undefined {
  const chosen = config.agents?.defaults?.systemAgent?.agentId;
  if (chosen !== undefined && entries.has(chosen)) return chosen;
  return [...entries].find(([, entry]) => isMarked(entry))?.[0];
}

function isMarked(entry: AgentEntry): boolean {
  return entry.default === true;
}
