/**
 * What changes something, and what goes wrong, of a stand-in for `systemctl` and `journalctl` of one user: it keeps units below
 * `HOME`, and starts and stops what they name. Who only looks is answered by `look.sh`.
 */
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beganAt } from "../running.ts";

const HOME = process.env["HOME"] ?? "";
const ROOT = join(HOME, ".fake-systemd");
const UNITS = join(HOME, ".config", "systemd", "user");

/** How long a stopped program may take. */
const STOP_MS = 10_000;

interface Faults {
  /** Verbs that never answer. */
  readonly hang?: readonly string[];
  /** Verbs that fail, and what they say. */
  readonly fail?: Readonly<Record<string, string>>;
  /** Starts say that all is well, and start nothing. */
  readonly startNothing?: boolean;
}

/** Longer than anybody waits for an answer. */
const HANG_MS = 60_000;

const [tool = "", ...argv] = process.argv.slice(2);
const faultsFile = join(ROOT, "faults.json");
const faults: Faults = existsSync(faultsFile) ? JSON.parse(readFileSync(faultsFile, "utf8")) : {};
process.exitCode = await answer();

async function answer(): Promise<number> {
  const [verb = "", unit = ""] = argv.filter((word) => !word.startsWith("--"));
  if (faults.hang?.includes(tool === "journalctl" ? "journal" : verb)) await Bun.sleep(HANG_MS);
  const failure = faults.fail?.[verb];
  if (failure !== undefined) {
    console.error(failure);
    return 1;
  }
  switch (verb) {
    case "disable":
      await stop(unit);
      rmSync(join(ROOT, "enabled", unit), { force: true });
      return 0;
    case "start":
      if (pidOf(unit) === undefined) start(unit);
      return 0;
    case "restart":
      await stop(unit);
      start(unit);
      return 0;
    case "stop":
      await stop(unit);
      return 0;
    default:
      return 1;
  }
}

function pidOf(unit: string): number | undefined {
  const file = join(ROOT, "run", unit);
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, "utf8"));
  const began = readFileSync(join(ROOT, "began", unit), "utf8");
  return beganAt(pid) === began ? pid : undefined;
}

function start(unit: string): void {
  if (faults.startNothing === true) return;
  const text = readFileSync(join(UNITS, unit), "utf8");
  const values = (key: string) =>
    [...text.matchAll(new RegExp(`^${key}=(.*)$`, "gm"))].map(([, value]) => value ?? "");
  const env: Record<string, string> = {};
  for (const assignment of values("Environment").flatMap(unquoted)) assign(env, assignment);
  for (const file of values("EnvironmentFile").map((path) => path.replace(/^-/, ""))) {
    if (!existsSync(file)) continue;
    for (const line of readFileSync(file, "utf8").split("\n"))
      if (line !== "" && !line.startsWith("#")) assign(env, unquoted(line)[0] ?? "");
  }
  const [program = "", ...args] = unquoted(values("ExecStart")[0] ?? "");
  const log = openSync(join(ROOT, "journal", unit), "a");
  const child = Bun.spawn([program, ...args], {
    cwd: values("WorkingDirectory")[0] ?? HOME,
    env,
    stdin: "ignore",
    stdout: log,
    stderr: log,
    detached: true,
  });
  child.unref();
  // Whoever finds the number finds the start that belongs to it.
  writeFileSync(join(ROOT, "began", unit), beganAt(child.pid) ?? "ended");
  writeFileSync(join(ROOT, "run", unit), String(child.pid));
}

async function stop(unit: string): Promise<void> {
  const pid = pidOf(unit);
  if (pid === undefined) return;
  signal(pid, "SIGTERM");
  const deadline = performance.now() + STOP_MS;
  while (pidOf(unit) !== undefined) {
    if (performance.now() > deadline) signal(pid, "SIGKILL");
    await Bun.sleep(20);
  }
  rmSync(join(ROOT, "run", unit), { force: true });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself in this very moment.
  }
}

function assign(env: Record<string, string>, assignment: string): void {
  const at = assignment.indexOf("=");
  if (at > 0) env[assignment.slice(0, at)] = assignment.slice(at + 1);
}

/** Words of a line; double quotes hold one together, `%%` is a percent sign. */
function unquoted(line: string): string[] {
  const words = line.match(/(?:[^\s"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return words.map((word) =>
    word
      .replaceAll(/"((?:[^"\\]|\\.)*)"/g, (_, inner: string) => inner.replaceAll(/\\(.)/g, "$1"))
      .replaceAll("%%", "%"),
  );
}
