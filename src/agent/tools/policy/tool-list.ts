import { toolGroups } from "./shelf.ts";

/** Older or other names of tools. */
const ALIASES: Readonly<Record<string, string>> = {
  bash: "exec",
  "apply-patch": "apply_patch",
  cron: "automations",
};

/** The name a tool goes by here: small letters, today's name. */
export function toolName(name: string): string {
  const small = name.trim().toLowerCase();
  return Object.hasOwn(ALIASES, small) ? (ALIASES[small] ?? small) : small;
}

/** Says whether a tool is named by a list. */
export type ToolMatch = (tool: string) => boolean;

const GROUPS = toolGroups();

/** Reads a list of names, `group:…` and patterns with `*`; case does not matter. An empty list names nothing. */
export function toolMatch(list: readonly string[]): ToolMatch {
  const exact = new Set<string>();
  const patterns: RegExp[] = [];
  for (const entry of list) {
    const name = toolName(entry);
    if (name === "") continue;
    if (Object.hasOwn(GROUPS, name)) for (const tool of GROUPS[name] ?? []) exact.add(tool);
    else if (name.includes("*")) patterns.push(globOf(name));
    else exact.add(name);
  }
  return (tool) => {
    const name = toolName(tool);
    return exact.has(name) || patterns.some((pattern) => pattern.test(name));
  };
}

/** Stars next to each other say no more than one, and make a slow pattern. */
function globOf(name: string): RegExp {
  const parts = name.split(/\*+/).map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}

/** `allow`, `alsoAllow` and `deny` of one place in the configuration. */
export interface ToolLists {
  readonly allow?: readonly string[] | undefined;
  readonly alsoAllow?: readonly string[] | undefined;
  readonly deny?: readonly string[] | undefined;
}

/**
 * What the lists of one place let through: nothing denied, and of the rest what is allowed, or everything when no
 * `allow` is there or it is empty. Who may write may patch as well; who may not write may still.
 */
export function listsMatch({ allow = [], deny = [] }: ToolLists): ToolMatch {
  const denied = toolMatch(deny);
  const allowed = allowMatch(allow);
  return (tool) => !denied(tool) && allowed(tool);
}

function allowMatch(allow: readonly string[]): ToolMatch {
  if (allow.length === 0) return () => true;
  const named = toolMatch(allow);
  return (tool) => named(tool) || (toolName(tool) === "apply_patch" && named("write"));
}
