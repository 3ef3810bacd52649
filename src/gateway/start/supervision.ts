import type { Env } from "../../config/index.ts";

/** Who keeps a gateway running, and starts it again when it ends. */
export type Keeper = "systemd" | "launchd" | "schtasks" | "external";

/**
 * Who started this process and will start it again; `undefined` when a person did. Most marks are inherited by whatever a
 * service, or a desktop session, starts: they count only where nobody sits at a terminal.
 */
export function keeperOf(
  { raw, service }: Pick<Env, "raw" | "service">,
  { pid, isTerminal }: { readonly pid: number; readonly isTerminal: boolean },
): Keeper | undefined {
  if (service.supervisorExternal) return "external";
  if (isTerminal) return undefined;
  const marked = service.marker === "openclaw" && service.kind === "gateway";
  if (service.windowsTaskName !== undefined) return "schtasks";
  if (service.launchdLabel !== undefined || filled(raw["LAUNCH_JOB_LABEL"])) return "launchd";
  const executed = raw["SYSTEMD_EXEC_PID"];
  // systemd names the process it made; a wrapper that did not step aside is known by the mark of the definition.
  if (service.systemdUnit !== undefined || executed === String(pid)) return "systemd";
  if (executed === undefined && filled(raw["INVOCATION_ID"]) && filled(raw["JOURNAL_STREAM"]))
    return "systemd";
  return marked ? "external" : undefined;
}

function filled(text: string | undefined): boolean {
  return text !== undefined && text !== "";
}
