import { existsSync } from "node:fs";
import { join } from "node:path";
import { ServiceError, type ServiceErrorCode } from "../errors.ts";
import { accountHome, type ServiceIdentity } from "../identity.ts";
import type { ServiceMachine } from "../machine.ts";
import type { Obstacle } from "../service.ts";
import type { Landmarks } from "./landmarks.ts";
import { systemUnitOf } from "./scan.ts";
import { asRoot, type Systemctl, userName } from "./systemctl.ts";

/** What keeps a user's service from working, or from working for long. @throws ServiceError where there is no systemd */
export async function findObstacles(
  machine: ServiceMachine,
  identity: ServiceIdentity,
  landmarks: Landmarks,
  systemctl: Systemctl,
): Promise<Obstacle[]> {
  const bus = await busObstacle(systemctl);
  return [
    ...systemServiceObstacle(machine, identity, landmarks),
    ...sudoObstacle(machine, bus.length > 0),
    ...bus,
    // A user without a reachable systemd is told of lingering as the remedy already.
    ...(bus.length > 0 ? [] : await lingerObstacle(machine, landmarks)),
  ];
}

/** Refuses what would fail. @throws ServiceError for the first obstacle that is fatal */
export function refuse(obstacles: readonly Obstacle[]): void {
  const fatal = obstacles.find((one) => one.fatal);
  if (fatal) throw new ServiceError(ERROR_CODES[fatal.code], fatal.message, [fatal.fix]);
}

const ERROR_CODES: Readonly<Record<Obstacle["code"], ServiceErrorCode>> = {
  "no-user-bus": "no-user-bus",
  "no-linger": "failed",
  "system-service": "system-service",
  "no-session": "access-denied",
  "not-stable-path": "failed",
};

/** Two services would fight for one state folder and one port, so the machine's own is respected. */
function systemServiceObstacle(
  machine: ServiceMachine,
  identity: ServiceIdentity,
  landmarks: Landmarks,
): Obstacle[] {
  const unit = systemUnitOf(machine, identity, landmarks);
  if (unit === undefined) return [];
  return [
    {
      code: "system-service",
      fatal: true,
      message: `This gateway is a service of the whole machine already (${unit.path}); a service of the user would fight with it.`,
      fix: `${asRoot(machine.env)}systemctl restart ${unit.name}`,
    },
  ];
}

/** With `sudo` the service would be root's: with files of root in somebody's home, or with a systemd that does not run. */
function sudoObstacle({ env }: ServiceMachine, withoutBus: boolean): Obstacle[] {
  const behind = env.raw["SUDO_USER"];
  if (env.system.uid !== 0 || behind === undefined || behind === "root") return [];
  const homeOfOther = accountHome(env) !== env.system.accountHome;
  return [
    {
      code: "no-session",
      fatal: homeOfOther || withoutBus,
      message: homeOfOther
        ? `sudo runs this as root in the home of ${behind}; the service and its files would be root's.`
        : `With sudo this service belongs to root, not to ${behind}.`,
      fix: "Run it without sudo: openclaw gateway install",
    },
  ];
}

async function busObstacle(systemctl: Systemctl): Promise<Obstacle[]> {
  try {
    await systemctl.ask("show", "-p", "Version");
    return [];
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== "no-user-bus") throw error;
    return [{ code: "no-user-bus", fatal: true, message: error.message, fix: error.hints[0] ?? "" }];
  }
}

/** Without lingering systemd ends all of a user's services at logout, and starts none after a boot. */
async function lingerObstacle(machine: ServiceMachine, { lingerDir }: Landmarks): Promise<Obstacle[]> {
  const user = userName(machine.env);
  if (existsSync(join(lingerDir, user))) return [];
  const answer = await machine.run("loginctl", ["show-user", user, "-p", "Linger"]);
  // Who is not logged in and does not linger is not known there; no logind at all never ends a session.
  const off =
    /^Linger=no$/m.test(answer?.stdout ?? "") || /not logged in|unknown user/i.test(answer?.stderr ?? "");
  if (!off) return [];
  return [
    {
      code: "no-linger",
      fatal: false,
      message: `Lingering is off for ${user}: the gateway stops when you log out, and does not start after a boot.`,
      fix: `${asRoot(machine.env)}loginctl enable-linger ${user}`,
    },
  ];
}
