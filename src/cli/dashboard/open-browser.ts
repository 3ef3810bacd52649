import { childEnv, findProgram, runProgram } from "../../lib/spawn/index.ts";
import type { Session } from "../session.ts";
import { OPENER_TIMEOUT_MS } from "./limits.ts";

/** What a program that opens a browser needs to find the desktop. */
const OPENER_ENV = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "LANG",
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "XAUTHORITY",
  "XDG_RUNTIME_DIR",
  "XDG_CURRENT_DESKTOP",
  "XDG_SESSION_TYPE",
  "XDG_DATA_DIRS",
  "DBUS_SESSION_BUS_ADDRESS",
  "WSL_DISTRO_NAME",
  "WSL_INTEROP",
  "SystemRoot",
  "USERPROFILE",
  "APPDATA",
  "LOCALAPPDATA",
] as const;

const MAX_OUTPUT_BYTES = 65_536;

/**
 * Hands an address or a file to the platform's opener; true when it took it. What is handed over is seen in the list of
 * processes: never a secret.
 */
export async function openInBrowser({ env }: Pick<Session, "env">, target: string): Promise<boolean> {
  const variables = childEnv(env.raw, OPENER_ENV);
  const opener = openersOf(env.system.platform, variables, target).find(
    ({ command }) => findProgram(command, variables["PATH"] ?? "") !== undefined,
  );
  if (opener === undefined) return false;
  try {
    const { end, exitCode } = await runProgram({
      ...opener,
      env: variables,
      timeoutMs: OPENER_TIMEOUT_MS,
      maxOutputBytes: MAX_OUTPUT_BYTES,
    });
    return end === "exit" && exitCode === 0;
  } catch {
    // It is there and cannot be started: the same as none.
    return false;
  }
}

interface Opener {
  readonly command: string;
  readonly args: readonly string[];
}

/** The openers of a platform, the best first; none without a desktop. */
function openersOf(
  platform: NodeJS.Platform,
  variables: Readonly<Record<string, string>>,
  target: string,
): readonly Opener[] {
  if (platform === "darwin") return [{ command: "open", args: [target] }];
  if (platform === "win32")
    return [{ command: "rundll32.exe", args: ["url.dll,FileProtocolHandler", target] }];
  const desktop = variables["DISPLAY"] ?? variables["WAYLAND_DISPLAY"];
  return [
    { command: "wslview", args: [target] },
    ...(desktop === undefined ? [] : [{ command: "xdg-open", args: [target] }]),
  ];
}
