import { existsSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ServiceError } from "../errors.ts";
import { gatewayLikeness } from "../foreign.ts";
import { legacyNames, type ServiceIdentity } from "../identity.ts";
import type { ServiceMachine } from "../machine.ts";
import type { ForeignService } from "../service.ts";
import { programArgumentsOf, variablesOf } from "./agent.ts";
import { LaunchdJob } from "./job.ts";
import type { Launchctl } from "./launchctl.ts";
import { readPlistFile } from "./plist-file.ts";
import { plistsWith, SYSTEM_FOLDERS } from "./system-job.ts";

/** Every era in what a property list says: a file without any of these words is not looked into. */
const ERA_WORDS = /openclaw|clawdbot|moltbot|bot\.molt/i;

const PLIST_PREFIX = "plist: ";

/** Looks for gateways of this machine that are not this service, and removes those of earlier names. */
export class LaunchdScan {
  constructor(
    private readonly machine: ServiceMachine,
    private readonly launchctl: Launchctl,
    private readonly identity: ServiceIdentity,
    /** The machine's own folder of jobs: `/Library`. */
    private readonly library: string,
  ) {}

  /** Gateway-like jobs, by their files and, for this profile's earlier names, also by launchd itself. */
  async others({ deep }: { readonly deep: boolean }): Promise<ForeignService[]> {
    const own = await this.inFolder(dirname(this.identity.path), "user");
    const system = deep ? SYSTEM_FOLDERS.map((folder) => join(this.library, folder)) : [];
    const found = [
      own,
      ...(await Promise.all(system.map((folder) => this.inFolder(folder, "system")))),
    ].flat();
    const unseen = legacyNames("launchd", this.identity.profile).filter(
      (name) => !found.some((service) => service.label === name),
    );
    return [...found, ...(await Promise.all(unseen.map((label) => this.onlyLoaded(label)))).flat()];
  }

  /** Services of this profile under its earlier names. */
  async legacyOfProfile(): Promise<ForeignService[]> {
    const names = legacyNames("launchd", this.identity.profile);
    const others = await this.others({ deep: false });
    return others.filter(({ label, legacy, scope }) => legacy && scope === "user" && names.includes(label));
  }

  /** Unloads a legacy service of this user and takes its file away (kept as `.bak`). @throws ServiceError */
  async removeLegacy({ label, detail, legacy, scope, cleanup }: ForeignService): Promise<string[]> {
    if (!legacy || scope !== "user") {
      throw new ServiceError("access-denied", `${label} is not removed from here.`, cleanup);
    }
    const done: string[] = [];
    if (await new LaunchdJob(this.machine, this.launchctl, label).unload()) {
      done.push(`Unloaded LaunchAgent of an earlier name: ${label}`);
    }
    const path = detail.startsWith(PLIST_PREFIX) ? detail.slice(PLIST_PREFIX.length) : undefined;
    if (path !== undefined && existsSync(path)) {
      renameSync(path, `${path}.bak`);
      done.push(`Removed LaunchAgent of an earlier name: ${path} (kept as ${basename(path)}.bak)`);
    }
    return done;
  }

  private async inFolder(folder: string, scope: ForeignService["scope"]): Promise<ForeignService[]> {
    const found = plistsWith(folder, ERA_WORDS).map((path) => this.inFile(path, scope));
    return (await Promise.all(found)).flat();
  }

  private async inFile(path: string, scope: ForeignService["scope"]): Promise<ForeignService[]> {
    if (path === this.identity.path) return [];
    // A file that is no property list runs nothing.
    const plist = await readPlistFile(this.machine, path).catch(() => undefined);
    if (plist === undefined) return [];
    const label = typeof plist["Label"] === "string" ? plist["Label"] : basename(path, ".plist");
    const likeness = gatewayLikeness(this.identity, {
      name: label,
      programArguments: programArgumentsOf(plist),
      environment: variablesOf(plist),
    });
    // One of ours among the machine's jobs is nothing we have put there.
    if (likeness === undefined || (likeness.own && scope === "user")) return [];
    const daemon = basename(dirname(path)) === "LaunchDaemons";
    const job = await this.launchctl.job(label, daemon ? "system" : undefined);
    return [
      {
        platform: "darwin",
        label,
        detail: `${PLIST_PREFIX}${path}`,
        scope,
        marker: likeness.marker,
        legacy: likeness.legacy && scope === "user",
        running: job.state === "loaded" && job.facts.pid !== undefined,
        cleanup: cleanupOf(daemon ? `system/${label}` : `gui/$UID/${label}`, scope, path),
      },
    ];
  }

  /** A job whose file is gone is there until the session ends. */
  private async onlyLoaded(label: string): Promise<ForeignService[]> {
    const job = await this.launchctl.job(label);
    if (job.state !== "loaded") return [];
    const marker = gatewayLikeness(this.identity, {
      name: label,
      programArguments: [],
      environment: {},
    })?.marker;
    return [
      {
        platform: "darwin",
        label,
        detail: `job: ${this.launchctl.target(label)}`,
        scope: "user",
        marker: marker ?? "openclaw",
        legacy: true,
        running: job.facts.pid !== undefined,
        cleanup: [`launchctl bootout gui/$UID/${label}`],
      },
    ];
  }
}

function cleanupOf(target: string, scope: ForeignService["scope"], path: string): string[] {
  const sudo = scope === "system" ? "sudo " : "";
  const quoted = /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
  // The session's jobs are unloaded by the person whose session it is.
  return [`${target.startsWith("system/") ? sudo : ""}launchctl bootout ${target}`, `${sudo}rm ${quoted}`];
}
