import type { GatewayOwner } from "../../lib/lock.ts";
import type { ServiceIdentity } from "../identity.ts";
import type { InstalledCommand, ServiceRuntime, ServiceStatus } from "../service.ts";
import type { Installed } from "./installed.ts";
import type { TaskRun } from "./scheduler.ts";

/** What was seen of the service. */
export interface Sighting {
  readonly installed: Installed;
  readonly run: TaskRun | undefined;
  readonly owner: GatewayOwner | undefined;
  readonly command: InstalledCommand | undefined;
  readonly identity: ServiceIdentity;
  readonly entryPath: string;
}

/** The status of the service, from what was seen. */
export function statusOf(sighting: Sighting): ServiceStatus {
  const { installed, command, identity, entryPath } = sighting;
  const startup = installed.how === "startup";
  const there = installed.how === "task" || startup;
  const enabled = there && installed.enabled;
  return {
    label: startup ? "Windows login item" : "Scheduled Task",
    installed: there,
    loaded: enabled,
    loadedText: startup ? "in the Startup folder" : "registered",
    notLoadedText: there ? "disabled" : "not registered",
    disabledByOperator: there && !installed.enabled,
    command,
    runtime: runtimeOf(sighting),
    details: {
      scheduledTask: {
        name: identity.name,
        how: installed.how,
        ...(startup && { startupEntry: entryPath }),
      },
    },
  };
}

function runtimeOf({ installed, run, owner }: Sighting): ServiceRuntime {
  const pid = owner && { pid: owner.pid };
  if (installed.how === "unknown") {
    const { reason, detail } = installed.refusal;
    return {
      status: owner === undefined ? "unknown" : "running",
      ...pid,
      inspectionFailure: { code: `schtasks-${reason}`, detail },
    };
  }
  const byTask = installed.how === "task" && run?.running === true;
  const result = installed.how === "task" && !byTask ? run?.lastResult : undefined;
  return {
    status: byTask || owner !== undefined ? "running" : "stopped",
    state: stateOf(installed, byTask, owner !== undefined),
    ...pid,
    ...(result !== undefined && { lastExitStatus: result }),
    ...(installed.how === "none" && { missingUnit: true }),
  };
}

function stateOf({ how }: Installed, byTask: boolean, alive: boolean): string {
  if (byTask) return "running";
  if (!alive) return "ready";
  return how === "startup" ? "started at logon" : "running outside the task";
}
