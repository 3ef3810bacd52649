import type { GatewayOwner } from "../../lib/locks/index.ts";
import type { ServiceIdentity } from "../identity.ts";
import type { InstalledCommand, ServiceRuntime, ServiceStatus } from "../service.ts";
import type { Installed } from "./installed.ts";
import { isSchedulerCode, type TaskRun } from "./scheduler.ts";

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
  if (installed.how === "task" && run === undefined) {
    const inspectionFailure = {
      code: "schtasks-failed",
      detail: "The task could not be asked whether it runs.",
    };
    return { status: owner === undefined ? "unknown" : "running", ...pid, inspectionFailure };
  }
  if (installed.how === "task" && run?.running === true)
    return { status: "running", state: "running", ...pid };
  // What runs beside a task that does not run was started by hand.
  if (installed.how === "startup" && owner !== undefined) {
    return { status: "running", state: "started at logon", ...pid };
  }
  const result = installed.how === "task" ? run?.lastResult : undefined;
  return {
    status: "stopped",
    ...(installed.how === "task" && { state: installed.enabled ? "ready" : "disabled" }),
    ...(result !== undefined && !isSchedulerCode(result) && { lastExitStatus: result }),
    ...(installed.how === "none" && { missingUnit: true }),
  };
}
