import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Env, PRIVATE_DIR_MODE, writeFileAtomic } from "../../config/index.ts";
import { ServiceError } from "../errors.ts";
import { accountHome } from "../identity.ts";
import { quoteArgument, splitArguments } from "./arguments.ts";

/** Starts a program in a window of its own, which the gateway gives up at once, and does not wait for it. */
const START = 'start "" /min ';

const DIRECTORY = "cd /d ";

/** What the launcher was written from. */
export interface LauncherCommand {
  readonly programArguments: readonly string[];
  readonly workingDirectory: string;
}

/**
 * What starts the gateway at logon where no task may be made: an entry in the account's Startup folder, and the script in
 * the state folder that it calls. There is no restart after a failure and no record of what runs.
 */
export class StartupEntry {
  constructor(
    /** In the Startup folder. */
    readonly entryPath: string,
    /** `<state>/gateway.cmd`. */
    readonly scriptPath: string,
  ) {}

  static of(env: Env, stateDir: string, taskName: string): StartupEntry {
    return new StartupEntry(entryPathOf(env, taskName, "cmd"), join(stateDir, "gateway.cmd"));
  }

  /** It starts at the next logon. */
  get isActive(): boolean {
    return existsSync(this.entryPath) && existsSync(this.scriptPath);
  }

  /** Both files, written anew. @throws ServiceError for a command that no script can hold */
  write(command: LauncherCommand): void {
    const script = scriptOf([
      `${DIRECTORY}${quoted(command.workingDirectory)}`,
      `${START}${command.programArguments.map(quoted).join(" ")}`,
    ]);
    const entry = scriptOf([quoted(this.scriptPath)]);
    mkdirSync(dirname(this.scriptPath), { recursive: true, mode: PRIVATE_DIR_MODE });
    writeFileAtomic(this.scriptPath, script);
    this.#enable(entry);
  }

  /** Puts the entry of a script that is there back into the Startup folder. */
  enable(): void {
    this.#enable(scriptOf([quoted(this.scriptPath)]));
  }

  /** Keeps the script, so that `enable` knows what to start. */
  disable(): void {
    rmSync(this.entryPath, { force: true });
  }

  /** What the script starts; `undefined` without one that we wrote. */
  read(): LauncherCommand | undefined {
    if (!existsSync(this.scriptPath)) return undefined;
    const lines = readFileSync(this.scriptPath, "utf8").split(/\r?\n/);
    const after = (start: string) => lines.find((line) => line.startsWith(start))?.slice(start.length);
    const [command, directory] = [after(START), after(DIRECTORY)];
    if (command === undefined || directory === undefined) return undefined;
    const words = (text: string) => splitArguments(text.replaceAll("%%", "%"));
    return { programArguments: words(command), workingDirectory: words(directory)[0] ?? "" };
  }

  #enable(entry: string): void {
    mkdirSync(dirname(this.entryPath), { recursive: true });
    writeFileAtomic(this.entryPath, entry);
  }
}

/** Where an entry of this name lies, or lay in an earlier version. */
export function entryPathOf(env: Env, taskName: string, extension: "cmd" | "vbs"): string {
  const roaming = env.raw["APPDATA"] ?? join(accountHome(env), "AppData", "Roaming");
  const name = taskName.replaceAll(/[<>:"/\\|?*\p{Cc}]/gu, "_");
  return join(roaming, "Microsoft", "Windows", "Start Menu", "Programs", "Startup", `${name}.${extension}`);
}

/**
 * One word of a batch file that means nothing but itself: in quotes, where `& | < > ^ ( )` are letters, with `%` doubled.
 * @throws ServiceError for what could end the quotes or the line
 */
function quoted(text: string): string {
  if (/["\r\n\0]/.test(text)) {
    throw new ServiceError("failed", `A launcher script cannot hold this: ${JSON.stringify(text)}`);
  }
  return quoteArgument(text, { always: true }).replaceAll("%", "%%");
}

function scriptOf(lines: readonly string[]): string {
  const text = lines.join("\r\n");
  // Scripts are read in the console's code page.
  const page = /[^\0-\x7f]/.test(text) ? ["chcp 65001 >nul"] : [];
  return ["@echo off", "setlocal DisableDelayedExpansion", ...page, ...lines, ""].join("\r\n");
}
