import type { NodeIdentity, NodeSurface } from "../store/index.ts";
import {
  CAPABILITY_COMMANDS,
  DANGEROUS_COMMANDS,
  DESKTOPS,
  NODE_HOST_COMMANDS,
  PLATFORM_COMMANDS,
  PRIVATE_COMMANDS,
  TALK_COMMANDS,
  WATCH_RELAY_COMMANDS,
} from "./commands.ts";
import { MAX_DECLARED_CAPS, MAX_DECLARED_COMMANDS, MAX_SURFACE_NAME_CHARS } from "./limits.ts";
import { isPhoneOfApple, platformOf } from "./platform.ts";

/** `gateway.nodes.commands` of the configuration: exact names; `deny` wins. */
export interface CommandRules {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** What a node claimed when it connected, and who it is. */
export interface Claim {
  readonly identity: NodeIdentity;
  readonly declared: NodeSurface;
}

/** Why a command may not be invoked. `reason` is for programs, `message` for people. */
export interface Refusal {
  readonly reason:
    "command not allowlisted" | "command not declared by node" | "node did not declare commands";
  readonly message: string;
}

/** The declaration without blanks, repetitions, private commands and anything beyond the bounds. */
export function tidySurface(claimed: {
  caps?: readonly string[] | undefined;
  commands?: readonly string[] | undefined;
  permissions?: Readonly<Record<string, boolean>> | undefined;
}): NodeSurface {
  const permissions = Object.entries(claimed.permissions ?? {})
    .filter(([name]) => name.length <= MAX_SURFACE_NAME_CHARS)
    .slice(0, MAX_DECLARED_CAPS);
  return {
    caps: tidyNames(claimed.caps, MAX_DECLARED_CAPS),
    commands: tidyNames(claimed.commands, MAX_DECLARED_COMMANDS).filter(
      (command) => !PRIVATE_COMMANDS.includes(command),
    ),
    ...(permissions.length > 0 && { permissions: Object.fromEntries(permissions) }),
  };
}

function tidyNames(names: readonly string[] = [], most: number): string[] {
  const tidy = new Set<string>();
  for (const name of names.slice(0, most)) {
    const trimmed = name.trim();
    if (trimmed !== "" && trimmed.length <= MAX_SURFACE_NAME_CHARS) tidy.add(trimmed);
  }
  return [...tidy];
}

/** The part of a claim that rules let an operator approve. */
export function offerable(claim: Claim, rules: CommandRules): NodeSurface {
  const allowed = allowlist(claim, NODE_HOST_COMMANDS, rules);
  return narrow(claim.declared, (command) => allowed.has(command));
}

/** What a node may do now: declared, approved and still allowed. Nothing before the first approval. */
export function effective(claim: Claim, approved: NodeSurface | undefined, rules: CommandRules): NodeSurface {
  if (approved === undefined) return { caps: [], commands: [] };
  const { caps, commands, permissions } = claim.declared;
  const allowed = allowlist(claim, approved.commands, rules);
  const granted = Object.entries(permissions ?? {}).flatMap(([name, value]): [string, boolean][] => {
    const ceiling = approved.permissions?.[name];
    if (!value) return [[name, false]];
    return ceiling === undefined ? [] : [[name, ceiling]];
  });
  return narrow(
    {
      caps: caps.filter((cap) => approved.caps.includes(cap)),
      commands,
      ...(granted.length > 0 && { permissions: Object.fromEntries(granted) }),
    },
    (command) => approved.commands.includes(command) && allowed.has(command),
  );
}

/** Undefined when the command may be invoked, else why not. */
export function refusal(
  command: string,
  claim: Claim,
  approved: NodeSurface,
  rules: CommandRules,
): Refusal | undefined {
  if (!allowlist(claim, approved.commands, rules).has(command)) {
    return {
      reason: "command not allowlisted",
      message: `node command not allowed: ${notListed(command, claim, rules)}`,
    };
  }
  const { commands } = effective(claim, approved, rules);
  if (commands.includes(command)) return undefined;
  if (commands.length > 0) {
    const platform = claim.identity.platform ?? "unknown";
    return {
      reason: "command not declared by node",
      message: `node command not allowed: the node (platform: ${platform}) does not support "${command}"`,
    };
  }
  const why = claim.declared.commands.includes(command)
    ? "the node's declared command surface is pending approval; run `openclaw nodes pending`, then `openclaw nodes approve <requestId>`"
    : "the node did not declare any supported commands";
  return { reason: "node did not declare commands", message: `node command not allowed: ${why}` };
}

function notListed(command: string, { identity }: Claim, rules: CommandRules): string {
  if (command.startsWith("talk.")) return `"${command}" requires a trusted Talk-capable node`;
  if (rules.deny.some((denied) => denied.trim() === command))
    return `"${command}" is blocked by gateway.nodes.commands.deny`;
  if (DANGEROUS_COMMANDS.includes(command)) {
    return `"${command}" requires explicit gateway.nodes.commands.allow opt-in`;
  }
  return `"${command}" is not in the allowlist for platform "${identity.platform ?? "unknown"}"`;
}

/** The names a node may use; `hostCommands` are the node-host commands that count as allowed here. */
function allowlist(
  { identity, declared }: Claim,
  hostCommands: readonly string[],
  rules: CommandRules,
): Set<string> {
  const platform = platformOf(identity);
  const allowed = new Set(PLATFORM_COMMANDS[platform]);
  const add = (commands: readonly string[]) => {
    for (const command of commands) allowed.add(command.trim());
  };
  if (DESKTOPS.includes(platform)) {
    add(hostCommands.filter((command) => NODE_HOST_COMMANDS.includes(command)));
  }
  if (isPhoneOfApple(identity)) add(WATCH_RELAY_COMMANDS);
  if (talks(declared)) add(TALK_COMMANDS);
  add(rules.allow);
  for (const command of [...rules.deny, ...PRIVATE_COMMANDS, ""]) allowed.delete(command.trim());
  return allowed;
}

function talks({ caps, commands }: NodeSurface): boolean {
  return (
    caps.some((cap) => cap.toLowerCase() === "talk") ||
    commands.some((command) => command.toLowerCase().startsWith("talk."))
  );
}

/** The surface with only the admitted commands, and without capabilities that lost all of theirs. */
function narrow(surface: NodeSurface, admits: (command: string) => boolean): NodeSurface {
  const commands = surface.commands.filter(admits);
  const withheld = surface.commands.filter((command) => !admits(command));
  const caps = surface.caps.filter((cap) => {
    const family = Object.hasOwn(CAPABILITY_COMMANDS, cap) ? CAPABILITY_COMMANDS[cap] : undefined;
    if (family === undefined || !withheld.some((command) => family.includes(command))) return true;
    return commands.some((command) => family.includes(command));
  });
  return { ...surface, caps, commands };
}
