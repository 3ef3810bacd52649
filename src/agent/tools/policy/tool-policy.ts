import type { OpenClawConfig } from "../../../config/index.ts";
import { entryOf } from "../../roster/index.ts";
import type { Sender } from "../../sender.ts";
import type { Tool, ToolSelection } from "../tool.ts";
import { senderLists } from "./sender-rules.ts";
import { profilesOf, type ToolProfile } from "./shelf.ts";
import { listsMatch, type ToolLists, type ToolMatch, toolMatch, toolName } from "./tool-list.ts";

interface Rules extends ToolLists {
  readonly profile?: ToolProfile | undefined;
  readonly byProvider?: Readonly<Record<string, Rules>> | undefined;
  readonly toolsBySender?: Readonly<Record<string, ToolLists>> | undefined;
}

/** The profile in force for an agent: its own, else the one for all; `full` when none is set. */
export function profileOf(config: OpenClawConfig, agentId: string): ToolProfile {
  return rulesOf(config, agentId).own.profile ?? config.tools?.profile ?? "full";
}

/** Which tools a turn has. A tool must pass every layer; to be denied in one is enough. */
export function toolPolicy(config: OpenClawConfig, selection: ToolSelection): (tool: Tool) => boolean {
  const { common, own } = rulesOf(config, selection.agentId);
  const [ofProvider, ofOwnProvider] = [common, own].map((rules) => forModel(rules, selection.model));
  const bySender =
    senderLists(selection.sender, own.toolsBySender) ??
    senderLists(selection.sender, common.toolsBySender) ??
    [];
  const layers: ToolMatch[] = [
    profileMatch(own.profile ?? common.profile, own.alsoAllow ?? common.alsoAllow),
    profileMatch(
      ofOwnProvider?.profile ?? ofProvider?.profile,
      ofOwnProvider?.alsoAllow ?? ofProvider?.alsoAllow,
    ),
    ...[common, ofProvider, own, ofOwnProvider, ...bySender, ...chatLists(selection.sender)].map((lists) =>
      listsMatch(lists ?? {}),
    ),
  ];
  return (tool) =>
    (tool.scope === "anyone" || selection.sender.isOwner) && layers.every((passes) => passes(tool.name));
}

/** The lists of the chat a sender speaks in: what is said of them goes before what is said of all. */
function chatLists(sender: Sender): readonly ToolLists[] {
  for (const { tools, toolsBySender } of sender.toolRules ?? []) {
    const lists = senderLists(sender, toolsBySender) ?? (tools && [tools]);
    if (lists) return lists;
  }
  return [];
}

function rulesOf(config: OpenClawConfig, agentId: string): { readonly common: Rules; readonly own: Rules } {
  return { common: config.tools ?? {}, own: entryOf(config, agentId).tools ?? {} };
}

/** The rules for a model: for it by its full name, else for its provider. */
function forModel(rules: Rules, model: string): Rules | undefined {
  const full = model.toLowerCase();
  const provider = full.split("/", 1)[0] ?? "";
  const entries = Object.entries(rules.byProvider ?? {});
  const named = (name: string) => entries.find(([key]) => key.trim().toLowerCase() === name)?.[1];
  return named(full) ?? named(provider);
}

function profileMatch(profile: ToolProfile | undefined, also: readonly string[] = []): ToolMatch {
  if (profile === undefined || profile === "full") return () => true;
  const added = toolMatch(also);
  return (tool) => profilesOf(toolName(tool)).includes(profile) || added(tool);
}
