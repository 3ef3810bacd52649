import { existsSync, renameSync } from "node:fs";
import { ServiceError } from "../errors.ts";
import { legacyNames, type ServiceIdentity } from "../identity.ts";
import type { ServiceMachine } from "../machine.ts";
import type { ForeignService } from "../service.ts";
import { type FoundUnit, userUnits } from "./scan.ts";
import { asRoot, type Systemctl } from "./systemctl.ts";

/** A unit of an earlier name that was put out of service. */
export interface RemovedUnit {
  readonly lines: readonly string[];
  /** Puts it back as it was, running if it ran. @throws ServiceError */
  restore(): Promise<void>;
}

/** The units that this profile's service had under earlier names. */
export function legacyUnits(machine: ServiceMachine, identity: ServiceIdentity): FoundUnit[] {
  const names = legacyNames("systemd", identity.profile);
  return userUnits(machine, identity).filter(({ name }) => names.includes(name));
}

/** Stops a unit of the user for good and keeps its file as `.bak`. @throws ServiceError */
export async function putAside(name: string, path: string, systemctl: Systemctl): Promise<RemovedUnit> {
  const before = await systemctl.show(name, ["ActiveState", "UnitFileState"]);
  await systemctl.tell("disable", "--now", name);
  const backup = `${path}.bak`;
  if (existsSync(path)) renameSync(path, backup);
  await systemctl.tell("daemon-reload");
  // What ended badly is otherwise listed as failed although there is no file any more.
  await systemctl.ask("reset-failed", name);
  return {
    lines: [`Removed systemd service of an earlier version: ${name} (kept: ${backup})`],
    async restore() {
      renameSync(backup, path);
      await systemctl.tell("daemon-reload");
      if (before["UnitFileState"] === "enabled") await systemctl.tell("enable", name);
      if (before["ActiveState"] === "active") await systemctl.tell("start", name);
    },
  };
}

/** A scanned unit as the contract tells it; removing one of the machine takes root. */
export function asForeign(unit: FoundUnit, env: ServiceMachine["env"]): ForeignService {
  const { name, path, scope, marker, legacy } = unit;
  const systemctl = scope === "user" ? "systemctl --user" : `${asRoot(env)}systemctl`;
  return {
    platform: "linux",
    label: name,
    detail: `unit: ${path}`,
    scope,
    marker,
    legacy,
    cleanup: [
      `${systemctl} status ${name}`,
      `${systemctl} disable --now ${name}`,
      `${scope === "user" ? "" : asRoot(env)}rm ${path}`,
    ],
  };
}

/** @throws ServiceError for a unit that is not the user's, or not one of an earlier name */
export async function removeLegacyUnit(
  { label, detail, scope, legacy, cleanup }: ForeignService,
  systemctl: Systemctl,
): Promise<readonly string[]> {
  if (scope === "system") {
    throw new ServiceError("access-denied", `${label} is a service of the whole machine.`, cleanup);
  }
  if (!legacy) throw new ServiceError("failed", `${label} is no service of an earlier version.`, cleanup);
  const removed = await putAside(label, detail.replace(/^unit: /, ""), systemctl);
  return removed.lines;
}
