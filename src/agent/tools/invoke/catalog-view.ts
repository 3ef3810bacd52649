import { profilesOf, SHELF, TOOL_PROFILES, TOOL_SECTIONS } from "../policy/index.ts";
import type { Tool } from "../tool.ts";

const PROFILE_LABELS = {
  minimal: "Minimal",
  coding: "Coding",
  messaging: "Messaging",
  full: "Full",
} as const;

/** Every tool there is, by section, for `tools.catalog`. */
export function catalogView(tools: readonly Tool[], agentId: string) {
  const groups = TOOL_SECTIONS.map(({ id, label }) => ({
    id,
    label,
    source: "core" as const,
    tools: tools.filter((tool) => SHELF[tool.name]?.section === id).map(catalogRow),
  }));
  return {
    agentId,
    profiles: TOOL_PROFILES.map((id) => ({ id, label: PROFILE_LABELS[id] })),
    groups: groups.filter((group) => group.tools.length > 0),
  };
}

function catalogRow({ name, label, description, scope, readOnly }: Tool) {
  return {
    id: name,
    label,
    description,
    source: "core" as const,
    ...(scope === "owner" && { risk: "high" as const }),
    ...(readOnly === true && { risk: "low" as const }),
    defaultProfiles: [...profilesOf(name)],
  };
}

/** The tools one turn would have, for `tools.effective`. */
export function effectiveView(tools: readonly Tool[], agentId: string, profile: string) {
  return {
    agentId,
    profile,
    groups: [
      {
        id: "core" as const,
        label: "Built-in tools",
        source: "core" as const,
        tools: tools.map(({ name, label, description }) => ({
          id: name,
          label,
          description,
          rawDescription: description,
          source: "core" as const,
        })),
      },
    ],
  };
}
