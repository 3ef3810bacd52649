import type { OpenClawConfig } from "../../../config/index.ts";
import { entryOf } from "../../roster/index.ts";

type ExecConfig = NonNullable<NonNullable<OpenClawConfig["tools"]>["exec"]>;
export type ExecMode = NonNullable<ExecConfig["mode"]>;

/** What the configuration says about commands of an agent: its own keys, else the common ones. */
export function execConfig(config: OpenClawConfig, agentId: string): ExecConfig {
  return { ...config.tools?.exec, ...entryOf(config, agentId).tools?.exec };
}

/**
 * How strictly commands are looked at; the older keys `security` and `ask` count where no `mode` stands. An agent that
 * sets any of them has said it all. `full` when nothing is set.
 */
export function execMode(config: OpenClawConfig, agentId: string): ExecMode {
  const own = entryOf(config, agentId).tools?.exec;
  return modeOf(own) ?? modeOf(config.tools?.exec) ?? "full";
}

function modeOf(exec: ExecConfig | undefined): ExecMode | undefined {
  if (exec?.mode !== undefined) return exec.mode;
  if (exec?.security === undefined && exec?.ask === undefined) return undefined;
  const { security = "full", ask = "off" } = exec;
  if (security === "deny") return "deny";
  if (ask !== "off") return "ask";
  return security;
}

/** Why nothing runs under a mode, and what to change; undefined when everything does. */
export function modeRefusal(mode: ExecMode): string | undefined {
  if (mode === "full") return undefined;
  if (mode === "deny") return 'commands are switched off: tools.exec.mode is "deny"';
  return (
    `no command runs while tools.exec.mode is "${mode}": it needs approvals, which this version does not have yet. ` +
    'The owner can set it to "full" (openclaw config set tools.exec.mode full)'
  );
}
