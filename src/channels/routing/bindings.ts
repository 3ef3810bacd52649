import type { OpenClawConfig } from "../../config/index.ts";
import type { ConfigFinding } from "../config-finding.ts";
import type { Conversations } from "../conversations.ts";

type Configured = NonNullable<OpenClawConfig["bindings"]>[number];
type PeerKind = "direct" | "group" | "channel";

/** A rule that says which agent answers where. */
export interface Binding {
  readonly agentId: string;
  readonly channel: string;
  /** Undefined for the channel's default account, `*` for any. */
  readonly accountId: string | undefined;
  readonly peer: { readonly kind: PeerKind; readonly id: string } | undefined;
  /** It asks for something only other platforms have (guilds, teams, roles), and never fits here. */
  readonly isForeign: boolean;
  readonly session: Configured["session"];
}

/** The rules that can be followed, in their order. */
export function readBindings(
  config: OpenClawConfig,
  hasAgent: Conversations["hasAgent"],
): { readonly bindings: readonly Binding[]; readonly findings: readonly ConfigFinding[] } {
  const bindings: Binding[] = [];
  const findings: ConfigFinding[] = [];
  for (const [index, configured] of (config.bindings ?? []).entries()) {
    const path = `bindings[${index}]`;
    const problem = problemOf(configured, hasAgent);
    if (problem === undefined) bindings.push(bindingOf(configured));
    else findings.push({ path, ...problem });
  }
  return { bindings, findings };
}

function problemOf(
  { type, agentId }: Configured,
  hasAgent: Conversations["hasAgent"],
): Pick<ConfigFinding, "message" | "fix"> | undefined {
  if (type === "acp") {
    return {
      message: "It binds a chat to an ACP session, which this version does not have; it is skipped.",
      fix: "Remove it, or make it a routing rule by removing its type.",
    };
  }
  if (hasAgent(agentId.trim())) return undefined;
  return {
    message: `It names the agent ${JSON.stringify(agentId)}, which does not exist; it is skipped.`,
    fix: `See the agents: openclaw agents list. Add it: openclaw agents add ${agentId.trim()}`,
  };
}

function bindingOf({ agentId, match, session }: Configured): Binding {
  const { channel, accountId, peer, guildId, teamId, roles } = match;
  const account = accountId?.trim() ?? "";
  return {
    agentId: agentId.trim(),
    channel: channel.trim().toLowerCase(),
    accountId: account === "" ? undefined : account,
    peer: peer && { kind: peer.kind === "dm" ? "direct" : peer.kind, id: peer.id.trim() },
    isForeign: guildId !== undefined || teamId !== undefined || (roles?.length ?? 0) > 0,
    session,
  };
}
