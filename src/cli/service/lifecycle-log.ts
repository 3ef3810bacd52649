import { constants, existsSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { PRIVATE_DIR_MODE, PRIVATE_FILE_MODE } from "../../config/index.ts";
import type { ServiceKind } from "./contract.ts";
import type { Session } from "../session.ts";

/** What is done to a gateway's life. */
export type LifecycleAction = "install" | "uninstall" | "start" | "stop" | "restart";

/** How it is done: through a supervisor's program, by a request to the gateway, or by a signal. */
export type LifecycleMode = `${string}-${string}` | "rpc" | "signal";

const PROGRAM_OF: Readonly<Record<ServiceKind, string>> = {
  launchd: "launchctl",
  systemd: "systemctl",
  schtasks: "schtasks",
};

const WORD_OF: Readonly<Record<ServiceKind, Readonly<Record<LifecycleAction, string>>>> = {
  launchd: {
    install: "bootstrap",
    uninstall: "bootout",
    start: "kickstart",
    stop: "bootout",
    restart: "kickstart",
  },
  systemd: {
    install: "enable",
    uninstall: "disable",
    start: "start",
    stop: "stop",
    restart: "restart",
  },
  schtasks: { install: "create", uninstall: "delete", start: "run", stop: "end", restart: "run" },
};

/** The mode of an action that a supervisor carries out, such as `systemctl-stop`. */
export function supervisorMode(kind: ServiceKind, action: LifecycleAction): LifecycleMode {
  return `${PROGRAM_OF[kind]}-${WORD_OF[kind][action]}`;
}

/** A link in its place is not written through; Windows knows no such flag. */
const APPEND_TO_IT_ALONE =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);

/**
 * Notes in the gateway's lifecycle log what somebody does to it from the command line, before it is done. A log that
 * cannot be written keeps nobody from stopping a gateway.
 */
export async function noteLifecycle(
  { paths, clock, out }: Pick<Session, "paths" | "clock" | "out">,
  entry: { readonly action: LifecycleAction; readonly mode: LifecycleMode; readonly pid?: number },
): Promise<void> {
  const words = [
    "source=cli",
    `action=${entry.action}`,
    `mode=${entry.mode}`,
    ...(entry.pid === undefined ? [] : [`pid=${entry.pid}`]),
    `interactive=${out.interactive ? 1 : 0}`,
  ];
  const line = `[${new Date(clock.now()).toISOString()}] openclaw gateway lifecycle ${words.join(" ")}\n`;
  // Where there is no state, nothing is made for a log alone: an uninstall would leave it behind.
  if (!existsSync(paths.stateDir)) return;
  try {
    await mkdir(dirname(paths.restartLogPath), { recursive: true, mode: PRIVATE_DIR_MODE });
    const log = await open(paths.restartLogPath, APPEND_TO_IT_ALONE, PRIVATE_FILE_MODE);
    await log.write(line).finally(() => log.close());
  } catch {
    // A full disk is a reason to stop a gateway, not one to leave it running.
  }
}
