import { isRecord } from "../../../client/index.ts";
import { type ConfigPath, valueAt } from "../../../config/index.ts";
import type { AuditRow } from "../audit-row.ts";
import type { AuditFacts } from "../facts.ts";

/** Tools that change or show files; taking them away means little while programs may be run. */
const FILE_TOOLS: readonly string[] = ["write", "edit", "apply_patch", "group:fs"];
const SHELL_TOOLS: readonly string[] = ["exec", "group:runtime"];

/** What agents may do on this machine. */
export const TOOL_ROWS: readonly AuditRow[] = [
  {
    checkId: "tools.exec.security_full_configured",
    title: "Commands run without being asked about",
    reason:
      "A web page or a message that misleads the model in an owner's turn can run any program of this account.",
    remediation: "openclaw config set tools.exec.mode allowlist, or a gateway account of its own",
    look: (facts) => {
      const full = toolSections(facts).filter(({ path }) => {
        const exec = valueAt(facts.resolved, [...path, "exec"]);
        return (
          isRecord(exec) &&
          (exec["mode"] === "full" || (exec["mode"] === undefined && exec["security"] === "full"))
        );
      });
      const shared = facts.config.gateway.tailscale.mode === "funnel";
      return full.map(({ path }) => ({
        severity: shared ? "critical" : "warn",
        detail: `${path.join(".")}.exec lets every command run.`,
      }));
    },
  },
  {
    checkId: "tools.exec.fs_tools_disabled_but_exec_enabled",
    title: "File tools are denied, the shell is not",
    reason: "What writes files is a program away.",
    remediation: `openclaw config set tools.deny '["group:fs","group:runtime"]'`,
    look: (facts) =>
      toolSections(facts)
        .filter(
          ({ deny }) =>
            FILE_TOOLS.some((tool) => deny.includes(tool)) &&
            !SHELL_TOOLS.some((tool) => deny.includes(tool)),
        )
        .map(({ path }) => ({
          severity: "warn",
          detail: `${path.join(".")}.deny has file tools, and not exec.`,
        })),
  },
  {
    checkId: "tools.fs.beyond_workspace",
    title: "File tools reach every file of the account",
    reason: "What misleads the model in an owner's turn can read and write keys and documents.",
    remediation: "openclaw config unset tools.fs.workspaceOnly",
    look: (facts) =>
      toolSections(facts)
        .filter(({ path }) => valueAt(facts.resolved, [...path, "fs", "workspaceOnly"]) === false)
        .map(({ path }) => ({ severity: "warn", detail: `${path.join(".")}.fs.workspaceOnly is false.` })),
  },
  {
    checkId: "tools.profile_minimal_overridden",
    title: "An agent has more tools than the profile for all",
    reason: "tools.profile is minimal, and an agent's own profile takes its place.",
    remediation: "Nothing, if that is meant. Else unset the agent's tools.profile",
    look: (facts) =>
      facts.config.tools?.profile !== "minimal"
        ? undefined
        : toolSections(facts).flatMap(({ path }) => {
            const own = path.length === 1 ? undefined : valueAt(facts.resolved, [...path, "profile"]);
            return typeof own === "string" && own !== "minimal"
              ? [{ severity: "warn" as const, detail: `${path.join(".")}.profile is ${own}.` }]
              : [];
          }),
  },
];

interface ToolSection {
  readonly path: ConfigPath;
  readonly deny: readonly string[];
}

/** `tools` and those of each agent. */
function toolSections({ resolved, config }: AuditFacts): ToolSection[] {
  const listed = (config.agents.list ?? []).map((_, index): ConfigPath => ["agents", "list", index, "tools"]);
  const named = Object.keys(config.agents.entries ?? {}).map((id): ConfigPath => [
    "agents",
    "entries",
    id,
    "tools",
  ]);
  return [["tools"] satisfies ConfigPath, ...named, ...listed].flatMap((path) => {
    const section = valueAt(resolved, path);
    if (!isRecord(section)) return [];
    const deny = Array.isArray(section["deny"]) ? section["deny"].map(String) : [];
    return [{ path, deny }];
  });
}
