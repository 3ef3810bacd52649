import { serviceIdentity, type ServiceIdentity } from "./identity.ts";
import type { ServiceMachine } from "./machine.ts";
import { noSupervisor } from "./errors.ts";
import { type ServiceKind, serviceKindOf } from "./kind.ts";
import type { Service } from "./service.ts";

type ServiceClass = new (machine: ServiceMachine, identity: ServiceIdentity) => Service;

/** The code of each supervisor, loaded for the platform it belongs to. */
const SUPERVISORS: Readonly<Partial<Record<ServiceKind, () => Promise<ServiceClass>>>> = {
  launchd: async () => (await import("./launchd/index.ts")).LaunchdService,
  systemd: async () => (await import("./systemd/index.ts")).SystemdService,
  schtasks: async () => (await import("./schtasks/index.ts")).ScheduledTaskService,
};

/** The service of this machine's gateway. Asks nobody yet. @throws ServiceError where there is no supervisor */
export async function findService(
  machine: ServiceMachine,
  kind: ServiceKind | undefined = machine.env.service.manager ?? serviceKindOf(machine.env.system.platform),
): Promise<Service> {
  const load = kind && SUPERVISORS[kind];
  if (kind === undefined || load === undefined) throw noSupervisor();
  return new (await load())(machine, serviceIdentity(kind, machine.env, machine.paths));
}
