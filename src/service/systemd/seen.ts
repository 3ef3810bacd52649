import { ServiceError } from "../errors.ts";
import type { ServiceIdentity } from "../identity.ts";
import type { ServiceRuntime } from "../service.ts";
import type { FoundUnit } from "./scan.ts";
import { PROPERTIES, runtimeOf } from "./state.ts";
import type { Systemctl } from "./systemctl.ts";

/** What systemd says of a unit; what keeps it from saying anything is part of the answer. */
export async function readRuntime(
  systemctl: Systemctl,
  name: string,
  scope: "user" | "system" = "user",
): Promise<ServiceRuntime> {
  if (scope === "system") {
    const seen = await systemctl.showSystem(name, PROPERTIES);
    return seen["ActiveState"] === undefined ? { status: "unknown" } : runtimeOf(seen, scope);
  }
  try {
    return runtimeOf(await systemctl.show(name, PROPERTIES), scope, systemctl.transport());
  } catch (error) {
    return { status: "unknown", inspectionFailure: failureOf(error) };
  }
}

/** Why systemd could not be asked; for `catch`: other errors are thrown on. */
export function failureOf(error: unknown): NonNullable<ServiceRuntime["inspectionFailure"]> {
  if (!(error instanceof ServiceError)) throw error;
  const { code, message, hints } = error;
  if (code === "no-supervisor") return { code, detail: message, hints };
  return { code, detail: hints[0] === undefined ? message : `${message} Run: ${hints[0]}` };
}

/** Whose service it is, as `gateway status --json` tells it. */
export async function systemdInstallation(
  { name, path }: ServiceIdentity,
  installed: boolean,
  system: FoundUnit | undefined,
  systemctl: Systemctl,
): Promise<Record<string, unknown>> {
  const user = installed ? { user: { scope: "user", unitName: name, unitPath: path } } : {};
  if (system === undefined) return { kind: installed ? "user" : "none", ...user };
  const { status, state, pid } = await readRuntime(systemctl, system.name, "system");
  return {
    kind: installed ? "user-and-system" : "system",
    ...user,
    system: {
      scope: "system",
      unitName: system.name,
      unitPath: system.path,
      runtime: { status, ...(state !== undefined && { state }), ...(pid !== undefined && { pid }) },
    },
  };
}
