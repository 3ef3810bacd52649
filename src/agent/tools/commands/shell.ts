import { accessSync, constants } from "node:fs";
import { basename, isAbsolute } from "node:path";

/** A program that runs a line of shell, and what it is told before that line. */
export interface Shell {
  readonly program: string;
  readonly args: readonly string[];
}

/** Shells that read lines as models write them. */
const POSIX_SHELLS = new Set(["bash", "zsh", "sh", "dash", "ksh", "ash"]);

/** The shell for commands: the account's own when it speaks like `sh`, else bash or sh. Start files are not read. */
export function shellFor(
  env: Readonly<Record<string, string>>,
  platform: NodeJS.Platform = process.platform,
): Shell {
  if (platform === "win32") {
    const found = Bun.which("pwsh", { PATH: env["Path"] ?? env["PATH"] ?? "" });
    const args = ["-NoProfile", "-NonInteractive", "-Command"];
    return { program: found ?? "powershell.exe", args };
  }
  const own = env["SHELL"];
  const usable = own !== undefined && isAbsolute(own) && POSIX_SHELLS.has(basename(own)) && isProgram(own);
  const program = usable ? own : (["/bin/bash", "/usr/bin/bash", "/bin/sh"].find(isProgram) ?? "/bin/sh");
  return { program, args: [...quietStart(basename(program)), "-c"] };
}

function quietStart(shell: string): readonly string[] {
  if (shell === "bash") return ["--noprofile", "--norc"];
  return shell === "zsh" ? ["-f"] : [];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
