import { type AgentPart, InvalidSessionKeyError } from "../../agent/index.ts";
import { invalidRequest, type SessionKey } from "../../protocol/index.ts";

/** A session a request is about, whether it exists or not. */
export interface SessionTarget {
  readonly key: SessionKey;
  readonly agentId: string;
}

/** Reads the keys of requests: bare ones belong to the named agent, or to the default one. */
export class SessionTargets {
  constructor(private readonly agent: Pick<AgentPart, "roster" | "sessions">) {}

  /** Where a session is, or would be; its agent need not exist. @throws ProtocolError for what is no key */
  find(key: string, agentId?: string): SessionTarget {
    try {
      const canonical = this.agent.sessions.canonical(key, agentId);
      const owner = this.agent.sessions.agentOf(canonical);
      if (agentId !== undefined && owner !== agentId.toLowerCase()) {
        throw invalidRequest("session key agent does not match agentId");
      }
      return { key: canonical, agentId: owner };
    } catch (error) {
      if (error instanceof InvalidSessionKeyError) throw invalidRequest(error.message);
      throw error;
    }
  }

  /** The same, for what needs the agent to be there. @throws ProtocolError when it is not configured (any more) */
  require(key: string, agentId?: string): SessionTarget {
    const target = this.find(key, agentId);
    if (agentId !== undefined) this.requireAgent(agentId);
    if (this.agent.roster.has(target.agentId)) return target;
    throw invalidRequest(`Agent "${target.agentId}" no longer exists in configuration`);
  }

  /** @throws ProtocolError */
  requireAgent(agentId: string): void {
    if (!this.agent.roster.has(agentId)) throw invalidRequest(`Unknown agent id "${agentId}"`);
  }
}
