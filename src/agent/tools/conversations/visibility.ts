import type { OpenClawConfig } from "../../../config/index.ts";
import type { SessionKey } from "../../../protocol/index.ts";
import type { SessionRecord } from "../../../store/index.ts";
import type { ToolContext } from "../tool.ts";

/** Who asks, and from where. */
export type Asker = Pick<ToolContext, "agentId" | "sessionKey" | "sender">;

/** What is looked at of another session. */
export type Seen = Pick<SessionRecord, "key" | "agentId" | "entry">;

export type Visibility = "self" | "tree" | "agent" | "all";

/**
 * How far the session tools reach. Only the owner's turns reach beyond their own conversation and what it started: what
 * people say to the agent elsewhere is not for others to read.
 */
export function visibilityOf(config: OpenClawConfig, asker: Asker): Visibility {
  const configured = config.tools?.sessions?.visibility ?? "all";
  return asker.sender.isOwner || configured === "self" ? configured : "tree";
}

/** Why a session cannot be reached; undefined when it can. */
export function hiddenReason(
  config: OpenClawConfig,
  asker: Asker,
  session: Seen,
  main: SessionKey,
): string | undefined {
  if (session.key === asker.sessionKey) return undefined;
  const visibility = visibilityOf(config, asker);
  const { parentSessionKey, spawnedBy } = session.entry;
  const isChild = parentSessionKey === asker.sessionKey || spawnedBy === asker.sessionKey;
  const sameAgent = session.agentId === asker.agentId;
  switch (visibility) {
    case "self":
      return "only the current session can be reached (tools.sessions.visibility is self)";
    case "tree": {
      // The main conversation is the owner's own desk.
      const fromMain = sameAgent && asker.sender.isOwner && asker.sessionKey === main;
      return isChild || fromMain ? undefined : "only this session and those it started can be reached";
    }
    case "agent":
      return sameAgent
        ? undefined
        : "only sessions of this agent can be reached (tools.sessions.visibility is agent)";
    case "all":
      return sameAgent || isChild ? undefined : agentsRefusal(config, asker.agentId, session.agentId);
  }
}

/** Why one agent cannot reach another; undefined when it can. */
export function agentsRefusal(config: OpenClawConfig, from: string, to: string): string | undefined {
  if (from === to) return undefined;
  const { enabled = true, allow = [] } = config.tools?.agentToAgent ?? {};
  if (!enabled) return `agent ${to} cannot be reached: tools.agentToAgent.enabled is false`;
  if (allow.length === 0) return undefined;
  const listed = (id: string) => allow.some((entry) => matches(entry.trim(), id));
  if (listed(from) && listed(to)) return undefined;
  return `agent ${to} cannot be reached: tools.agentToAgent.allow must list both ${from} and ${to}`;
}

/** Exact ids as they are, patterns with `*` in any case; a blank entry matches nobody. */
function matches(entry: string, id: string): boolean {
  if (!entry.includes("*")) return entry !== "" && entry === id;
  const parts = entry.split(/\*+/).map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "i").test(id);
}
