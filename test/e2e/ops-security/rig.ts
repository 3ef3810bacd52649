import { Glob } from "bun";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { readEnv, resolvePaths } from "../../../src/config/index.ts";
import { cleanEnv, openclawBinary, type RunResult, type TempHome, within } from "../../support/index.ts";

export interface Masked {
  readonly env?: Readonly<Record<string, string>>;
  /** The mask under which the program makes files. */
  readonly umask?: string;
  readonly cwd?: string;
  /** Called again and again while it runs. */
  readonly watch?: () => void;
}

/** A command that takes longer is killed. */
const LONGEST_MS = 40_000;

/** Runs the executable under a mask of its own, and has somebody look around meanwhile. */
export async function runMasked(
  home: TempHome,
  args: readonly string[],
  { env = {}, umask = "022", cwd = home.path, watch = () => {} }: Masked = {},
): Promise<RunResult> {
  const child = Bun.spawn(
    ["/bin/sh", "-c", `umask ${umask}; exec "$@"`, "sh", await openclawBinary(), ...args],
    {
      cwd,
      env: cleanEnv(home.path, env),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: LONGEST_MS,
      killSignal: "SIGKILL",
    },
  );
  const timer = setInterval(watch, 10);
  try {
    const [stdout, stderr] = await within(
      args.join(" "),
      Promise.all([child.stdout.text(), child.stderr.text(), child.exited]),
      LONGEST_MS,
    );
    return { code: child.exitCode, stdout, stderr };
  } finally {
    clearInterval(timer);
  }
}

/** Which secrets are in a text, in whatever form they are written. */
export function told(text: string, secrets: readonly string[]): string[] {
  return secrets.filter((one) =>
    [
      one,
      encodeURIComponent(one),
      Buffer.from(one).toString("base64").replace(/=+$/, ""),
      Buffer.from(one).toString("hex"),
    ].some((form) => text.includes(form)),
  );
}

/** The command lines of all processes of this machine. */
export function commandLines(): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      return [readFileSync(join("/proc", pid, "cmdline"), "utf8").replaceAll("\0", " ")];
    } catch {
      return [];
    }
  });
}

/** Makes programs on PATH that note with what they are called; `next` is what one does then. */
export async function recordingTools(
  home: TempHome,
  tools: Readonly<Record<string, string>>,
): Promise<{ readonly folder: string; seen(): string }> {
  const log = home.at("tools.log");
  for (const [name, next] of Object.entries(tools)) {
    const body = `#!/bin/sh\n{ echo "== ${name} $*"; /usr/bin/env; } >> '${log}'\n${next}\n`;
    await chmod(await home.write(join("tools", name), body), 0o755);
  }
  return {
    folder: home.at("tools"),
    seen: () => (existsSync(log) ? readFileSync(log, "utf8") : ""),
  };
}

/** Everything below a folder but what is left out, and the logs of its gateway: path and what `lstat` says. */
export function everything(
  home: TempHome,
  leftOut: RegExp,
): (readonly [string, number, "file" | "folder"])[] {
  const names = readdirSync(home.path, { recursive: true, encoding: "utf8" });
  const { logDir, logName } = resolvePaths(readEnv({ HOME: home.path }));
  const logs = [...new Glob(`${logName}*`).scanSync({ cwd: logDir, absolute: true })];
  return [...names.filter((name) => !leftOut.test(name)).map((name) => home.at(name)), ...logs].flatMap(
    (path) => {
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (stat?.isFile() !== true && stat?.isDirectory() !== true) return [];
      return [[path, stat.mode & 0o7777, stat.isFile() ? "file" : "folder"] as const];
    },
  );
}
