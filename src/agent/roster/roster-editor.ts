import {
  type ConfigStore,
  displayPath,
  expandPath,
  type OpenClawConfig,
  type Paths,
  valueAt,
  withValue,
} from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import { withAgent, withoutAgent, withWorkspacePinned, writtenAgentIds, writtenKey } from "./agent-config.ts";
import { SOLE_AGENT_ID } from "./agent-entry.ts";
import { ConfiguredRoster } from "./configured-roster.ts";
import { type FilesMoved, moveToTrash } from "./trash.ts";

export interface RosterEditorDeps {
  readonly config: Pick<ConfigStore<OpenClawConfig>, "edit" | "peek">;
  readonly paths: Pick<Paths, "home" | "stateDir" | "workspaceDir" | "agentsDir">;
  readonly clock: Pick<Clock, "now">;
}

/** What an agent may be told to be; an absent key stays, `null` (and an empty text of the identity) clears. */
export interface AgentChange {
  readonly name?: string;
  readonly workspace?: string;
  readonly model?: string | null;
  readonly identity?: {
    readonly name?: string;
    readonly theme?: string;
    readonly emoji?: string;
    readonly avatar?: string;
  };
}

export interface AgentCreated {
  readonly agentId: string;
  readonly name: string;
  /** Absolute. */
  readonly workspace: string;
  readonly model?: string;
}

export interface AgentRemoved extends FilesMoved {
  readonly agentId: string;
  readonly removedBindings: number;
}

/** A change of the roster that cannot be made; the message says why. */
export class RosterError extends Error {
  constructor(
    readonly kind: "unknown" | "exists" | "name" | "last",
    message: string,
  ) {
    super(message);
    this.name = "RosterError";
  }
}

const ID = /^[a-z0-9_][a-z0-9_-]{0,63}$/;

/** Creates, changes and removes agents by editing the configuration; each change is one atomic write. */
export class RosterEditor {
  readonly #deps: RosterEditorDeps;

  constructor(deps: RosterEditorDeps) {
    this.#deps = deps;
  }

  /** @throws RosterError `name`, `exists`; ConfigError */
  async create(name: string, change: Omit<AgentChange, "name"> = {}): Promise<AgentCreated> {
    const agentId = agentIdOf(name);
    const { home } = this.#deps.paths;
    await this.#edit((config, roster) => {
      if (roster.has(agentId)) throw new RosterError("exists", `agent "${agentId}" already exists`);
      const others = roster.list();
      // Alone, an agent lives where several could not; and a file without agents means that `main` is one.
      let next = others.length === 1 ? pinAll(config, roster, home) : config;
      const owner = ["agents", "defaults", "systemAgent", "agentId"];
      if (others.length === 1 && valueAt(next, owner) === undefined) {
        next = withValue(next, owner, roster.defaultId);
      }
      return withAgent(next, agentId, entryChange({ ...change, ...(name !== agentId && { name }) }, home));
    });
    const { workspace } = this.#roster().get(agentId);
    return { agentId, name, workspace, ...(typeof change.model === "string" && { model: change.model }) };
  }

  /** @throws RosterError `unknown`; ConfigError */
  async update(agentId: string, change: AgentChange): Promise<void> {
    await this.#edit((config, roster) => {
      requireAgent(roster, agentId);
      const model =
        typeof change.model === "string"
          ? primaryOf(writtenKey(config, agentId, "model"), change.model)
          : change.model;
      return withAgent(config, agentId, { ...entryChange(change, this.#deps.paths.home), model });
    });
  }

  /**
   * Takes an agent out of the configuration. With `deleteFiles` its folders go to `<state>/trash`; a workspace outside
   * the state folder, or one that others use, stays where it is. @throws RosterError `unknown`, `last`; ConfigError
   */
  async remove(agentId: string, options: { readonly deleteFiles: boolean }): Promise<AgentRemoved> {
    const before = this.#roster();
    requireAgent(before, agentId);
    const { workspace } = before.get(agentId);
    let removedBindings = 0;
    await this.#edit((config, roster) => {
      requireAgent(roster, agentId);
      const others = roster.list().filter(({ id }) => id !== agentId);
      if (others.length === 0) {
        throw new RosterError("last", `agent "${agentId}" is the only one and cannot be deleted`);
      }
      const left = withoutAgent(config, agentId);
      removedBindings = left.removedBindings;
      const [last] = others;
      if (others.length > 1 || !last) return left.config;
      return withWorkspacePinned(left.config, last.id, last.workspace, this.#deps.paths.home);
    });
    const { stateDir, agentsDir } = this.#deps.paths;
    const moved = options.deleteFiles
      ? await moveToTrash({
          agentId,
          workspace,
          agentsDir,
          stateDir,
          inUse: this.#roster()
            .list()
            .map((agent) => agent.workspace),
          now: this.#deps.clock.now(),
        })
      : { removed: [], failed: [] };
    return { agentId, removedBindings, ...moved };
  }

  /** Makes a model the agent's own. @throws RosterError `unknown`; ConfigError */
  async setAgentModel(agentId: string, ref: string): Promise<void> {
    await this.update(agentId, { model: ref });
  }

  /** Makes a model that of every agent without one of its own. @throws ConfigError */
  async setDefaultModel(ref: string): Promise<void> {
    const path = ["agents", "defaults", "model"];
    await this.#edit((config) => withValue(config, path, primaryOf(valueAt(config, path), ref)));
  }

  async #edit(change: (config: unknown, roster: ConfiguredRoster) => unknown): Promise<void> {
    await this.#deps.config.edit((config) => change(config, this.#roster()));
  }

  /** The agents as the files have them now, whatever is in force. */
  #roster(): ConfiguredRoster {
    const { config } = this.#deps.config.peek();
    return new ConfiguredRoster({ config: () => config, paths: this.#deps.paths });
  }
}

/** The id a name makes: small letters, digits, `-` and `_`. @throws RosterError `name` */
export function agentIdOf(name: string): string {
  const id = name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 64);
  if (ID.test(id)) return id;
  throw new RosterError("name", `"${name}" makes no agent id: use letters or digits, for example "work"`);
}

function requireAgent(roster: ConfiguredRoster, agentId: string): void {
  if (!roster.has(agentId)) throw new RosterError("unknown", `agent "${agentId}" not found`);
}

/** Every agent with its present workspace written down. */
function pinAll(config: unknown, roster: ConfiguredRoster, home: string): unknown {
  const written = writtenAgentIds(config);
  return roster
    .list()
    .filter(({ id }) => written.includes(id) || id === SOLE_AGENT_ID)
    .reduce((next, { id, workspace }) => withWorkspacePinned(next, id, workspace, home), config);
}

function entryChange(change: AgentChange, home: string): Record<string, unknown> {
  const { identity, model, ...rest } = change;
  const path = (value: string | undefined) => value && displayPath(expandPath(value, home), home);
  const cleared = Object.entries(identity ?? {}).map(([key, value]) => [key, value === "" ? null : value]);
  return {
    ...rest,
    workspace: path(change.workspace),
    ...(model !== undefined && { model }),
    ...(cleared.length > 0 && { identity: Object.fromEntries(cleared) }),
  };
}

/** A model setting with another first model; what else it says stays. */
function primaryOf(old: unknown, ref: string): unknown {
  return typeof old === "object" && old !== null ? { ...old, primary: ref } : ref;
}
