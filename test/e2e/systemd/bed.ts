import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openclawBinary, type RunResult, until } from "../../support/index.ts";

/** A machine with a systemd of its own, in fresh namespaces of this one; everything in it ends with `await using`. */
export interface Bed extends AsyncDisposable {
  /** A folder that both sides see; the machine knows it as `/run/files`. */
  readonly files: string;
  /** Runs a program there, as its user or as root, with a fresh environment. */
  run(user: BedUser, command: readonly string[], options?: BedRunOptions): Promise<RunResult>;
  /** The same for a program that has to succeed; its standard output. */
  output(user: BedUser, ...command: string[]): Promise<string>;
  /** The executable under test, as the machine's user. */
  openclaw(...args: string[]): Promise<RunResult>;
  /** `systemctl --user` of the machine's user, which has to succeed. */
  systemctl(...args: string[]): Promise<string>;
  /** One property of a unit of the user. */
  property(name: string, unit?: string): Promise<string>;
  /** Writes a file of the user. */
  write(path: string, text: string): Promise<void>;
}

export type BedUser = "me" | "root";

export interface BedRunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export const GATEWAY_UNIT = "openclaw-gateway.service";
export const HOME = "/home/me";

const UID = "1717";

/** Until a machine is up, until its user's systemd is, and until it is gone: many processes, beside other tests. */
const BOOT_PATIENCE_MS = 30_000;

/** A stop, a start and what is said around them. */
const COMMAND_PATIENCE_MS = 40_000;

const ENVIRONMENTS: Readonly<Record<BedUser, Readonly<Record<string, string>>>> = {
  me: { HOME, USER: "me", LOGNAME: "me", PATH: `${HOME}/.local/bin:/usr/local/bin:/usr/bin:/bin` },
  root: {
    HOME: "/root",
    USER: "root",
    LOGNAME: "root",
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  },
};

/** Namespaces take root. */
const AS_ROOT: readonly string[] = process.getuid?.() === 0 ? [] : ["sudo", "-n"];

/**
 * Runs a command when standard input ends: when it is closed, and also when whoever holds it was killed or ran out of time.
 * It is a child of a child, so that who ends children does not end it.
 */
const WHEN_LET_GO = 'exec 3<&0; { read -r _ <&3; exec "$@"; } & wait';

/** Boots a machine. `lingering`: its user's systemd runs, as after `loginctl enable-linger`. */
export async function openBed({ lingering = true }: { readonly lingering?: boolean } = {}): Promise<Bed> {
  const files = await mkdtemp(join(tmpdir(), "openclaw-bed-"));
  await chmod(files, 0o755);
  const group = files.slice(files.lastIndexOf("/") + 1);
  const namespaces = ["--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child"];
  const script = join(import.meta.dir, "bed.sh");
  const machine = Bun.spawn(
    [
      ...AS_ROOT,
      "unshare",
      ...namespaces,
      "sh",
      script,
      files,
      await openclawBinary(),
      process.execPath,
      group,
    ],
    { stdin: "ignore", stdout: Bun.file(join(files, "boot.log")), stderr: Bun.file(join(files, "boot.log")) },
  );
  const remove = [
    ...AS_ROOT,
    "sh",
    join(import.meta.dir, "remove-bed.sh"),
    files,
    String(machine.pid),
    group,
  ];
  const guard = Bun.spawn(["sh", "-c", WHEN_LET_GO, "sh", ...remove], {
    stdin: "pipe",
    stdout: "ignore",
    stderr: "ignore",
  });

  async function run(
    user: BedUser,
    command: readonly string[],
    options: BedRunOptions = {},
  ): Promise<RunResult> {
    const pid = (await readFile(join(files, "pid"), "utf8")).trim();
    const identity = user === "me" ? ["--setuid", UID, "--setgid", UID] : [];
    const env = Object.entries({ ...ENVIRONMENTS[user], ...options.env }).map(
      ([name, value]) => `${name}=${value}`,
    );
    const inside = ["env", "-i", ...env, "sh", "-c", 'cd "$HOME" && exec "$@"', "sh", ...command];
    const child = Bun.spawn(
      [...AS_ROOT, "nsenter", "-t", pid, "-m", "-p", "-n", "-C", "-i", "-u", ...identity, ...inside],
      {
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
        timeout: options.timeoutMs ?? COMMAND_PATIENCE_MS,
        killSignal: "SIGKILL",
      },
    );
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    return { code: child.exitCode, stdout, stderr };
  }

  const bed: Bed = {
    files,
    run,
    async output(user, ...command) {
      const { code, stdout, stderr } = await run(user, command);
      if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
      return stdout.trim();
    },
    openclaw: (...args) => run("me", ["openclaw", ...args]),
    systemctl: (...args) =>
      bed.output(
        "me",
        "env",
        `XDG_RUNTIME_DIR=/run/user/${UID}`,
        "systemctl",
        "--user",
        "--no-pager",
        ...args,
      ),
    property: (name, unit = GATEWAY_UNIT) => bed.systemctl("show", "-p", name, "--value", unit),
    async write(path, text) {
      await bed.output("me", "sh", "-c", 'mkdir -p "${1%/*}" && printf %s "$2" >"$1"', "sh", path, text);
    },
    async [Symbol.asyncDispose]() {
      await guard.stdin.end();
      await until("the machine to be gone", () => !existsSync(files), BOOT_PATIENCE_MS);
    },
  };
  try {
    await until("the machine to be up", () => isUp(bed, () => machine.exitCode), BOOT_PATIENCE_MS);
    if (lingering) await linger(bed);
    return bed;
  } catch (error) {
    const log = await readFile(join(files, "boot.log"), "utf8").catch(() => "");
    await bed[Symbol.asyncDispose]();
    throw new Error(`${String(error)}\n${log}`, { cause: error });
  }
}

/** What a person is told to do when their systemd cannot be reached; waits until it can be. */
export async function linger(bed: Bed): Promise<void> {
  // logind says that it is ready a moment before it has its name on the bus.
  const enable = async () => (await bed.run("root", ["loginctl", "enable-linger", "me"])).code === 0;
  await until("logind to enable lingering", enable, BOOT_PATIENCE_MS);
  await until(
    "the user's systemd",
    async () => {
      const { stdout } = await bed.run("root", [
        "systemctl",
        "show",
        "-p",
        "ActiveState",
        "--value",
        `user@${UID}.service`,
      ]);
      return stdout.trim() === "active";
    },
    BOOT_PATIENCE_MS,
  );
}

async function isUp(bed: Bed, exitCode: () => number | null): Promise<boolean> {
  if (exitCode() !== null) throw new Error(`the machine ended with ${exitCode()}`);
  const seen = await bed.run("root", ["systemctl", "is-system-running"]).catch(() => undefined);
  return seen?.stdout.trim() === "running";
}
