import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { displayPath } from "../../config/index.ts";
import { asked } from "../service/failure.ts";
import { uninstallGateway } from "../service/operate.ts";
import { openService } from "../service/seat.ts";
import type { Session } from "../session.ts";

/** What the removal of the service would do, or why there is nothing to do. */
export async function servicePlan(session: Session): Promise<string[]> {
  const { service, absence } = await openService(session);
  if (service === undefined) return [`- service: none (${absence?.message ?? "no service manager here"})`];
  if (service.identity.relocated) return ["- service: none of this state folder's own"];
  try {
    const status = await service.status();
    const state = status.installed ? `${status.label}, ${status.runtime.status}` : "not installed";
    const older = (await service.others({ deep: false })).filter(({ legacy }) => legacy);
    return [
      `- service: ${service.identity.name} (${state})`,
      ...older.map(({ label }) => `- service of an earlier version: ${label}`),
    ];
  } catch (error) {
    return [
      `- service: ${service.identity.name} (cannot be asked: ${error instanceof Error ? error.message : String(error)})`,
    ];
  }
}

/** Stops and removes the service, those of earlier names, and the file of its secrets. Says what was done. @throws CliError */
export async function removeService(session: Session): Promise<readonly string[]> {
  const { service } = await openService(session);
  if (service === undefined || service.identity.relocated)
    return ["There is no service of this installation."];
  const done = await uninstallGateway(session);
  const older = await asked(() => service.others({ deep: false }));
  const removed: string[] = [];
  for (const one of older.filter(({ legacy }) => legacy)) {
    removed.push(...(await asked(() => service.removeLegacy(one))));
  }
  rmSync(service.identity.secretsPath, { force: true });
  return [...done.messages, ...done.warnings, ...removed];
}

/** Completion scripts in the places where shells look for them; they are made again by `openclaw completion`. */
export function completionFiles({ paths, env }: Session): readonly string[] {
  const data = env.raw["XDG_DATA_HOME"] ?? join(paths.home, ".local", "share");
  const config = env.raw["XDG_CONFIG_HOME"] ?? join(paths.home, ".config");
  return [
    join(data, "bash-completion", "completions", "openclaw"),
    join(config, "fish", "completions", "openclaw.fish"),
    join(paths.home, ".zfunc", "_openclaw"),
  ].filter((path) => existsSync(path) && readFileSync(path, "utf8").includes("openclaw"));
}

/** The last line of an uninstall: what only the person can remove. */
export async function lastFile(session: Session): Promise<string> {
  const { executable, service } = await openService(session);
  const { home } = session.paths;
  const program = displayPath(executable.path, home);
  const older = `${service?.identity.path}.bak`;
  if (service === undefined || service.identity.relocated || !existsSync(older))
    return `One file is left, the program itself: ${program}`;
  return `Two files are left, the program itself: ${program}, and what the service was before: ${displayPath(older, home)}`;
}
