import { UnknownModelError } from "../../models/index.ts";
import { defineTool, jsonResult } from "../define.ts";
import { parameters } from "../parameters.ts";
import type { Tool } from "../tool.ts";
import type { ConversationDeps } from "./deps.ts";
import { agentsRefusal } from "./visibility.ts";

/** `agents_list`: the agents this one can reach, itself first. */
export function agentsListTool(deps: ConversationDeps): Tool {
  return defineTool({
    name: "agents_list",
    label: "Agents",
    description: "List the agents that can be reached.",
    scope: "anyone",
    readOnly: true,
    parameters: parameters({}),
    async run(_args, { agentId: requester, sender }) {
      const config = deps.config();
      const others = deps.roster
        .list()
        .map((agent) => agent.id)
        .filter(
          (id) => id !== requester && sender.isOwner && agentsRefusal(config, requester, id) === undefined,
        );
      const agents = await Promise.all([requester, ...others].map((id) => describe(deps, id)));
      return jsonResult({ requester, allowAny: false, agents });
    },
  });
}

async function describe(deps: ConversationDeps, id: string) {
  const name = deps.roster.has(id) ? deps.roster.get(id).name : undefined;
  const model = await modelOf(deps, id);
  return {
    id,
    ...(name !== undefined && { name }),
    configured: deps.roster.has(id),
    ...(model !== undefined && { model }),
    agentRuntime: { id: "auto", source: "implicit" },
  };
}

async function modelOf(deps: ConversationDeps, agentId: string): Promise<string | undefined> {
  try {
    const { candidates } = await deps.models().plan({ agentId, entry: undefined });
    return `${candidates[0].provider}/${candidates[0].model}`;
  } catch (error) {
    // An agent whose model is not there is an agent nevertheless.
    if (error instanceof UnknownModelError) return undefined;
    throw error;
  }
}
