import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { PRIVATE_DIR_MODE } from "../../config/index.ts";
import { gatewayLikeness } from "../foreign.ts";
import type { ServiceIdentity } from "../identity.ts";
import type { ServiceMachine } from "../machine.ts";
import type { ForeignService } from "../service.ts";
import { type ListedTask, refused, type TaskScheduler } from "./scheduler.ts";
import { entryPathOf } from "./startup-entry.ts";
import { encodeTaskXml } from "./task-xml.ts";

/** Tasks that run a gateway and are not ours. Without `deep` only those by the earlier names. */
export async function otherTasks(
  identity: ServiceIdentity,
  scheduler: TaskScheduler,
  deep: boolean,
): Promise<readonly ForeignService[]> {
  if (deep) return (await scheduler.list()).flatMap((task) => foreignTask(identity, task) ?? []);
  const names = (await scheduler.names()) ?? [];
  const tasks = names.map((name) => ({ path: `\\${name}`, name, command: "" }));
  return tasks.flatMap((task) => foreignTask(identity, task) ?? []).filter(({ legacy }) => legacy);
}

/** Ends and deletes a task of an earlier name, and takes its entry out of the Startup folder; both are kept as `.bak`. */
export async function removeLegacyTask(
  { label }: Pick<ForeignService, "label">,
  scheduler: TaskScheduler,
  { env, paths }: Pick<ServiceMachine, "env" | "paths">,
): Promise<readonly string[]> {
  const kept = (file: string) => join(paths.stateDir, `${file.replaceAll(/[^A-Za-z0-9._-]+/g, "-")}.bak`);
  mkdirSync(paths.stateDir, { recursive: true, mode: PRIVATE_DIR_MODE });
  const done: string[] = [];
  const found = await scheduler.find(label);
  if (found.state === "found") {
    const backup = kept(`${label}.xml`);
    writeFileSync(backup, encodeTaskXml(found.xml), { mode: 0o600 });
    await scheduler.end(label);
    const deleted = await scheduler.delete(label);
    if (!deleted.ok) throw refused(`delete the task "${label}"`, deleted);
    done.push(`Removed the scheduled task of an earlier version: ${label} (kept as ${backup})`);
  } else if (found.state === "unknown") {
    throw refused(`show the task "${label}"`, found.refusal);
  }
  for (const extension of ["cmd", "vbs"] as const) {
    const entry = entryPathOf(env, label, extension);
    if (!existsSync(entry)) continue;
    renameSync(entry, kept(basename(entry)));
    done.push(`Removed the login item of an earlier version: ${entry}`);
  }
  return done;
}

function foreignTask(
  identity: ServiceIdentity,
  { path, name, command, running }: Omit<ListedTask, "running"> & { readonly running?: boolean },
): ForeignService | undefined {
  const likeness = gatewayLikeness(identity, { name, programArguments: [command], environment: {} });
  if (likeness === undefined || likeness.own) return undefined;
  const label = path.replace(/^\\/, "");
  return {
    platform: "win32",
    label,
    detail: `task: ${label}`,
    scope: "user",
    marker: likeness.marker,
    legacy: likeness.legacy,
    ...(running !== undefined && { running }),
    cleanup: [
      `schtasks /Query /TN "${label}" /V /FO LIST`,
      `schtasks /End /TN "${label}"`,
      `schtasks /Delete /F /TN "${label}"`,
    ],
  };
}
