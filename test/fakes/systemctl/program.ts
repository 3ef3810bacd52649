/**
 * A stand-in for `systemctl`, `journalctl` and `loginctl` of one user: it keeps units below `HOME`, and starts and stops
 * what they name. It speaks only as much of their language as a gateway's commands use.
 */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

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

const [tool = "", ...argv] = process.argv.slice(2);
for (const dir of ["enabled", "run", "journal"]) mkdirSync(join(ROOT, dir), { recursive: true });
appendFileSync(join(ROOT, "calls.log"), `${[tool, ...argv].join(" ")}\n`);
const faultsFile = join(ROOT, "faults.json");
const faults: Faults = existsSync(faultsFile) ? JSON.parse(readFileSync(faultsFile, "utf8")) : {};
process.exitCode = await answer();

async function answer(): Promise<number> {
  if (tool === "loginctl") return say("Linger=yes");
  if (tool === "journalctl") {
    if (faults.hang?.includes("journal")) await Bun.sleep(60_000);
    const unit = argv[argv.indexOf("-u") + 1] ?? "";
    const file = join(ROOT, "journal", unit);
    return say(existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").slice(-5).join("\n") : "");
  }
  const words = argv.filter((word) => !["--no-pager", "--no-block", "--now"].includes(word));
  const user = words[0] === "--user";
  const [verb = "", unit = ""] = user ? words.slice(1) : words;
  if (!user) return say("LoadState=not-found\nActiveState=inactive");
  if (faults.hang?.includes(verb)) await Bun.sleep(60_000);
  const failure = faults.fail?.[verb];
  if (failure !== undefined) {
    console.error(failure);
    return 1;
  }
  switch (verb) {
    case "show":
      return show(unit, words[words.indexOf("-p") + 1] ?? "");
    case "is-enabled":
      if (!hasUnit(unit)) return say("not-found", 4);
      return isEnabled(unit) ? say("enabled") : say("disabled", 1);
    case "enable":
      writeFileSync(join(ROOT, "enabled", unit), "");
      return 0;
    case "disable":
      if (argv.includes("--now")) await stop(unit);
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
      return 0;
  }
}

function say(text: string, code = 0): number {
  if (text !== "") console.log(text);
  return code;
}

function show(unit: string, names: string): number {
  if (unit === "-p") return say("Version=255");
  const pid = pidOf(unit);
  const known: Record<string, string> = {
    Id: unit,
    LoadState: hasUnit(unit) ? "loaded" : "not-found",
    ActiveState: pid === undefined ? "inactive" : "active",
    SubState: pid === undefined ? "dead" : "running",
    Result: "success",
    NRestarts: "0",
    MainPID: String(pid ?? 0),
    ExecMainStatus: "0",
    ExecMainCode: pid === undefined ? "1" : "0",
    KillMode: "control-group",
    StartLimitBurst: "10",
    FragmentPath: hasUnit(unit) ? join(UNITS, unit) : "",
  };
  return say(
    names
      .split(",")
      .flatMap((name) => (name in known ? [`${name}=${known[name]}`] : []))
      .join("\n"),
  );
}

function hasUnit(unit: string): boolean {
  return existsSync(join(UNITS, unit));
}

function isEnabled(unit: string): boolean {
  return existsSync(join(ROOT, "enabled", unit));
}

function pidOf(unit: string): number | undefined {
  const file = join(ROOT, "run", unit);
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, "utf8"));
  try {
    process.kill(pid, 0);
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8")) ? undefined : pid;
  } catch {
    return undefined;
  }
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
  writeFileSync(join(ROOT, "run", unit), String(child.pid));
}

async function stop(unit: string): Promise<void> {
  const pid = pidOf(unit);
  if (pid === undefined) return;
  process.kill(pid, "SIGTERM");
  const deadline = performance.now() + STOP_MS;
  while (pidOf(unit) !== undefined) {
    if (performance.now() > deadline) process.kill(pid, "SIGKILL");
    await Bun.sleep(20);
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
