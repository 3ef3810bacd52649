import { readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { gatewayLikeness } from "../foreign.ts";
import { legacyNames, type ServiceIdentity, systemdUserDir } from "../identity.ts";
import type { ServiceMachine } from "../machine.ts";
import type { ForeignService, InstalledCommand } from "../service.ts";
import { commandOf, readUnit } from "./installed.ts";
import type { Landmarks } from "./landmarks.ts";

/** A unit that runs a gateway and is not the service in question. */
export interface FoundUnit {
  readonly name: string;
  readonly path: string;
  readonly scope: "user" | "system";
  readonly marker: ForeignService["marker"];
  readonly legacy: boolean;
  readonly command: InstalledCommand;
}

/** Units of this user that run gateways and are of no profile of ours. */
export function userUnits(machine: ServiceMachine, identity: ServiceIdentity): FoundUnit[] {
  return gatewayUnits([systemdUserDir(machine.env)], "user", machine, identity);
}

/** Units of the whole machine that run gateways, whatever their names: none of them is a user's service. */
export function systemUnits(
  machine: ServiceMachine,
  identity: ServiceIdentity,
  { systemUnitDirs }: Landmarks,
): FoundUnit[] {
  return gatewayUnits(systemUnitDirs, "system", machine, identity);
}

/** The unit of the whole machine that is this gateway's already: by its name, an earlier one, or the profile it runs. */
export function systemUnitOf(
  machine: ServiceMachine,
  identity: ServiceIdentity,
  landmarks: Landmarks,
): FoundUnit | undefined {
  const names = [identity.name, ...legacyNames("systemd", identity.profile)];
  return systemUnits(machine, identity, landmarks).find(
    ({ name, command }) =>
      names.includes(name) || (!isProfiles(name) && profileOf(command) === identity.profile),
  );
}

/** Names that say by themselves which profile they belong to. */
function isProfiles(name: string): boolean {
  return /^(?:openclaw|moltbot|clawdbot)-gateway(?:-.+)?\.service$/.test(name);
}

function profileOf({ programArguments: args, environment }: InstalledCommand): string | undefined {
  const at = args.findIndex((arg) => arg === "--profile" || arg.startsWith("--profile="));
  const flag = args[at] === "--profile" ? args[at + 1] : args[at]?.slice("--profile=".length);
  const name = flag ?? environment["OPENCLAW_PROFILE"];
  return name === "default" ? undefined : name;
}

function gatewayUnits(
  dirs: readonly string[],
  scope: "user" | "system",
  machine: ServiceMachine,
  identity: ServiceIdentity,
): FoundUnit[] {
  const found = new Map<string, FoundUnit>();
  for (const path of unitPaths(dirs)) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (found.has(name)) continue;
    const unit = readUnit(path, []);
    if (unit === undefined) continue;
    const command = commandOf(unit, machine);
    const likeness = gatewayLikeness(identity, { name, ...command });
    if (likeness === undefined || command.programArguments.length === 0) continue;
    if (scope === "user" && likeness.own) continue;
    const { marker, legacy } = likeness;
    found.set(name, { name, path, scope, marker, legacy, command });
  }
  return [...found.values()];
}

/** Files of services in the folders, each once: `/lib` is often a link to `/usr/lib`. */
function unitPaths(dirs: readonly string[]): string[] {
  const seen = new Set<string>();
  return dirs.flatMap((dir) => {
    try {
      const real = realpathSync(dir);
      if (seen.has(real)) return [];
      seen.add(real);
      return readdirSync(dir)
        .filter((name) => name.endsWith(".service"))
        .toSorted()
        .map((name) => join(dir, name));
    } catch {
      // A folder that is absent or not for us has no unit that we could tell about.
      return [];
    }
  });
}
