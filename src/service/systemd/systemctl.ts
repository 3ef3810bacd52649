import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { noSupervisor, ServiceError } from "../errors.ts";
import type { ServiceMachine, ToolAnswer } from "../machine.ts";
import { type Landmarks, runtimeDir } from "./landmarks.ts";
import type { Transport } from "./state.ts";

/** What `systemctl` says when nobody listens. */
const NO_BUS =
  /failed to connect to (?:user scope )?bus|failed to get d-bus connection|dbus_session_bus_address|xdg_runtime_dir|no medium found|transport endpoint is not connected/i;

const NO_SYSTEMD = /not been booted with systemd|can't operate/i;

/** A systemd that is well answers in milliseconds. */
const ASK_TIMEOUT_MS = 5_000;

/** A restart may take all of `TimeoutStopSec` and of `TimeoutStartSec`, 30 s each. */
const TELL_TIMEOUT_MS = 75_000;

/** `systemctl` of this user. */
export class Systemctl {
  constructor(
    private readonly machine: ServiceMachine,
    private readonly landmarks: Landmarks,
  ) {}

  /** Asks the user's systemd. @throws ServiceError when there is none, or no way to it; other failures are answers */
  ask(...args: string[]): Promise<ToolAnswer> {
    return this.run(args, ASK_TIMEOUT_MS);
  }

  private async run(args: readonly string[], timeoutMs: number): Promise<ToolAnswer> {
    const dir = runtimeDir(this.machine.env, this.landmarks);
    const env: Record<string, string> = dir === undefined ? {} : { XDG_RUNTIME_DIR: dir };
    const answer = await this.machine.run("systemctl", ["--user", "--no-pager", ...args], {
      env,
      timeoutMs,
    });
    if (answer === undefined) throw this.absent();
    if (answer.timedOut) {
      const reason = `systemctl --user ${args.join(" ")} did not answer in time.`;
      throw new ServiceError("timeout", reason, ["systemctl --user status"]);
    }
    const said = `${answer.stderr}\n${answer.stdout}`;
    if (answer.exitCode !== 0 && NO_SYSTEMD.test(said)) throw this.absent();
    if (answer.exitCode !== 0 && NO_BUS.test(said)) throw this.unreachable(firstLine(said));
    return answer;
  }

  /** The same for what has to succeed. @throws ServiceError with what systemd said */
  async tell(...args: string[]): Promise<void> {
    const answer = await this.run(args, TELL_TIMEOUT_MS);
    if (answer.exitCode === 0) return;
    const said = firstLine(answer.stderr) || firstLine(answer.stdout) || `exit code ${answer.exitCode}`;
    throw new ServiceError("failed", `systemctl --user ${args.join(" ")} failed: ${said}`);
  }

  /** By which way the user's systemd is asked; `undefined` when there is none to be seen. */
  transport(): Transport | undefined {
    const dir = runtimeDir(this.machine.env, this.landmarks);
    const own = dir === undefined ? undefined : join(dir, "systemd", "private");
    if (own !== undefined && existsSync(own)) return { kind: "private", address: `unix:path=${own}` };
    const bus = this.machine.env.raw["DBUS_SESSION_BUS_ADDRESS"];
    if (bus !== undefined && bus !== "") return { kind: "session-bus", address: bus };
    return dir === undefined ? undefined : { kind: "runtime-bus", address: `unix:path=${join(dir, "bus")}` };
  }

  /** Properties of a unit; those that systemd does not know are missing. @throws ServiceError */
  async show(unit: string, properties: readonly string[]): Promise<Record<string, string>> {
    const answer = await this.ask("show", unit, "-p", properties.join(","));
    if (answer.exitCode !== 0) {
      const detail = firstLine(answer.stderr) || `exit code ${answer.exitCode}`;
      throw new ServiceError("failed", `systemctl --user show ${unit} failed: ${detail}`);
    }
    return readProperties(answer.stdout);
  }

  /** The same of a unit of the whole machine, which anybody may look at; nothing when it cannot be asked. */
  async showSystem(unit: string, properties: readonly string[]): Promise<Record<string, string>> {
    const answer = await this.machine.run("systemctl", [
      "--no-pager",
      "show",
      unit,
      "-p",
      properties.join(","),
    ]);
    return answer?.exitCode === 0 ? readProperties(answer.stdout) : {};
  }

  private absent(): ServiceError {
    if (!isWsl(this.landmarks)) return noSupervisor();
    return new ServiceError("no-supervisor", "This WSL2 distribution was started without systemd.", [
      "Add to /etc/wsl.conf, then run in PowerShell: wsl --shutdown",
      "[boot]",
      "systemd=true",
      "Or run it in the foreground: openclaw gateway run",
    ]);
  }

  private unreachable(said: string): ServiceError {
    if (!existsSync(this.landmarks.booted)) return this.absent();
    const { message, fix } = noBus(this.machine, this.landmarks);
    return new ServiceError("no-user-bus", `${message} systemctl says: ${said.replace(/\.?$/, ".")}`, [fix]);
  }
}

/** What a person without a way to their systemd is told, and the one command that mends it. */
function noBus(
  { env }: ServiceMachine,
  landmarks: Landmarks,
): { readonly message: string; readonly fix: string } {
  const user = userName(env);
  const { DBUS_SESSION_BUS_ADDRESS: bus, XDG_RUNTIME_DIR: dir } = env.raw;
  const place = runtimeDir(env, landmarks);
  const seen = `XDG_RUNTIME_DIR is ${dir ?? "not set"}, DBUS_SESSION_BUS_ADDRESS is ${bus === undefined ? "not set" : "set"}`;
  const message = `The systemd of user ${user} cannot be reached: ${seen}.`;
  if (place !== undefined)
    return { message, fix: `${asRoot(env)}systemctl restart user@${env.system.uid}.service` };
  return { message, fix: `${asRoot(env)}loginctl enable-linger ${user}` };
}

/** What is an account's name, and neither an option of a program nor something a shell would act on. */
const USER_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,255}$/;

/** The name by which `loginctl` knows the user; it takes a number as well. */
export function userName({ raw, system }: ServiceMachine["env"]): string {
  if (system.uid === 0) return "root";
  const name = raw["USER"] ?? raw["LOGNAME"];
  return name !== undefined && USER_NAME.test(name) ? name : String(system.uid);
}

/** What stands before a command that only root may run. */
export function asRoot({ system }: ServiceMachine["env"]): string {
  return system.uid === 0 ? "" : "sudo ";
}

/** Linux below Windows: its systemd has to be switched on. */
function isWsl({ kernelRelease }: Landmarks): boolean {
  return existsSync(kernelRelease) && /microsoft|wsl/i.test(readFileSync(kernelRelease, "utf8"));
}

function readProperties(text: string): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const at = line.indexOf("=");
    if (at > 0) properties[line.slice(0, at)] = line.slice(at + 1).trimEnd();
  }
  return properties;
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1).join("");
}
