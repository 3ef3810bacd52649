import type { Session } from "../../session.ts";
import type { ServiceStatus } from "../contract.ts";
import type { BriefService } from "./inspect.ts";
import { runtimeDetails } from "./last-words.ts";
import { hasNoSupervisor, machineUnit } from "./status-text.ts";

/** The row of an overview: `systemd user · enabled · running (pid 177, state active)`. */
export function briefText(service: BriefService, session: Session): string {
  const { status, absence } = service;
  if (isExternal(service, session)) return `managed elsewhere (${ownerOf(service)})`;
  if (hasNoSupervisor(service)) return "no supported service manager detected";
  if (status === undefined) return `unknown (${absence?.message ?? "the supervisor gave no answer"})`;
  const { label, installed, loaded, loadedText, notLoadedText } = status;
  if (!installed) return `${label} · not installed`;
  return `${label} · ${loaded ? loadedText : notLoadedText} · ${runtimeShort(status)}`;
}

/** `gatewayService` of `status --json`. */
export function briefJson(service: BriefService, session: Session): Record<string, unknown> {
  const { status } = service;
  const externallyManaged = isExternal(service, session);
  if (status === undefined) {
    return {
      label: "none",
      installed: false,
      managedByOpenClaw: false,
      externallyManaged,
      loadedText: "disabled",
      runtime: { status: "unknown" },
      runtimeShort: "unknown",
    };
  }
  const { label, installed, loaded, loadedText, notLoadedText, command, runtime } = status;
  const { details, ...process } = runtime;
  return {
    label,
    installed,
    managedByOpenClaw: command?.environment["OPENCLAW_SERVICE_MARKER"] !== undefined,
    externallyManaged,
    loadedText: loaded ? loadedText : notLoadedText,
    runtime: { ...process, ...details },
    runtimeShort: runtimeShort(status),
  };
}

function runtimeShort({ runtime }: ServiceStatus): string {
  const [first, second] = runtimeDetails(runtime);
  const details = [first, second].filter((detail) => detail !== undefined);
  return details.length === 0 ? runtime.status : `${runtime.status} (${details.join(", ")})`;
}

/** Another supervisor has the gateway: said by the environment, or seen as a unit of the whole machine. */
function isExternal({ status }: BriefService, { env }: Session): boolean {
  return env.service.supervisorExternal || (status !== undefined && machineUnit(status) !== undefined);
}

function ownerOf({ status }: BriefService): string {
  return (status && machineUnit(status)) ?? "OPENCLAW_SUPERVISOR_MODE=external";
}
