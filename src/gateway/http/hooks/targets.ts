import { type AgentPart, isRefusedOverHttp } from "../../../agent/index.ts";
import { type SessionTarget, SessionTargets } from "../../turns/target.ts";
import type { HookSettings } from "./path.ts";
import { HookRefusal, invalid } from "./refusal.ts";

/** Which agents and sessions hooks may reach. */
export class HookTargets {
  readonly #targets: SessionTargets;

  constructor(private readonly agent: Pick<AgentPart, "roster" | "sessions">) {
    this.#targets = new SessionTargets(agent);
  }

  /** The agent a hook names, or the default one. @throws HookRefusal when there is none, or it is not for hooks */
  agentOf(named: string | undefined, { allowedAgentIds }: HookSettings): string {
    const { roster } = this.agent;
    const id = named?.toLowerCase() ?? roster.defaultId;
    if (!roster.has(id)) throw invalid(`unknown agentId "${named}"`);
    const allowed = allowedAgentIds?.map((one) => one.trim().toLowerCase());
    if (allowed !== undefined && !allowed.includes("*") && !allowed.includes(id)) {
      throw invalid(`agent "${id}" is not for hooks; hooks.allowedAgentIds names those that are`);
    }
    return id;
  }

  /** The session a hook asked for. @throws HookRefusal when hooks may not choose, or not this one */
  asked(key: string, agentId: string, hooks: HookSettings): SessionTarget {
    if (hooks.allowRequestSessionKey !== true) {
      throw invalid("hooks may not name a sessionKey; hooks.allowRequestSessionKey: true lets them");
    }
    return this.allowed(key, agentId, hooks);
  }

  /** A session under the rules for all keys of hooks. @throws HookRefusal */
  allowed(key: string, agentId: string, hooks: HookSettings): SessionTarget {
    const target = this.#targets.require(key, agentId);
    if (isRefusedOverHttp(target.key)) throw invalid(`sessionKey "${key}" belongs to the gateway itself`);
    const prefixes = sessionPrefixes(hooks);
    const names = [target.key, restOf(target)];
    if (prefixes.length > 0 && !prefixes.some((prefix) => names.some((name) => name.startsWith(prefix)))) {
      throw invalid(`sessionKey must begin with one of: ${prefixes.join(", ")}`);
    }
    return target;
  }

  /** A session of the gateway's own choice. */
  own(key: string, agentId: string): SessionTarget {
    return this.#targets.require(key, agentId);
  }

  /** The agent's main session. */
  main(agentId: string): SessionTarget {
    return this.#targets.require("main", agentId);
  }

  /** A fresh session for one run under a name that others share. @throws HookRefusal when the name is too long */
  once(logical: SessionTarget, runId: string): SessionTarget {
    const name = restOf(logical).replace(/^hook:/, "");
    return this.#targets.require(`hook:${name}:run:${runId}`, logical.agentId);
  }
}

/** `hooks.allowedSessionKeyPrefixes` as keys are compared with them; none means any. */
export function sessionPrefixes({ allowedSessionKeyPrefixes = [] }: HookSettings): string[] {
  return allowedSessionKeyPrefixes.map((prefix) => prefix.trim().toLowerCase()).filter(Boolean);
}

function restOf({ key, agentId }: SessionTarget): string {
  return key.slice(`agent:${agentId}:`.length);
}

/** The session takes nothing now. */
export function closed(message: string, runId?: string): HookRefusal {
  return new HookRefusal(409, message, runId);
}
