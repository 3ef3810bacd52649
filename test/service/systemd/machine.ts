import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { readEnv, resolvePaths } from "../../../src/config/index.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { serviceIdentity, thisMachine } from "../../../src/service/index.ts";
import { LANDMARKS } from "../../../src/service/systemd/landmarks.ts";
import { SystemdService } from "../../../src/service/systemd/systemd-service.ts";
import { tempHome } from "../../support/index.ts";

/** What a program of systemd answers. */
export interface Recorded {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
}

export const UNIT = "openclaw-gateway.service";

/** Answers when the first argument after the flags is this verb: files that the double reads. */
const DOUBLE = `#!/bin/sh
here=$(dirname "$0")
echo "$(basename "$0") $*" >>"$here/calls"
while case "$1" in -*) true ;; *) false ;; esac do shift; done
answer="$here/$(basename "$0").$1"
[ ! -f "$answer.err" ] || cat "$answer.err" >&2
[ ! -f "$answer.out" ] || cat "$answer.out"
[ ! -f "$answer.code" ] || exit "$(cat "$answer.code")"
`;

/** A home with doubles of `systemctl` and `loginctl` on its PATH, and a service that uses them. */
export async function recordedMachine(
  extra: Readonly<Record<string, string>> = {},
  uid: number = process.getuid?.() ?? 0,
) {
  const home = await tempHome();
  const places = {
    ...LANDMARKS,
    booted: home.at("run/systemd/system"),
    runtimeDirs: home.at("run/user"),
    lingerDir: home.at("linger"),
    kernelRelease: home.at("osrelease"),
    ownGroup: home.at("cgroup"),
    systemUnitDirs: [home.at("etc/systemd/system")],
    userUnitDirs: [home.at("etc/systemd/user")],
  };
  const bin = home.at("bin");
  for (const dir of [bin, places.booted, ...places.systemUnitDirs]) mkdirSync(dir, { recursive: true });
  for (const name of ["systemctl", "loginctl"]) {
    writeFileSync(home.at("bin", name), DOUBLE);
    chmodSync(home.at("bin", name), 0o755);
  }
  const env = readEnv(
    { HOME: home.path, USER: "me", PATH: `${bin}:/usr/bin:/bin`, ...extra },
    { platform: "linux", uid, accountHome: uid === 0 ? "/root" : home.path },
  );
  const machine = thisMachine(env, resolvePaths(env), systemClock);
  const identity = serviceIdentity("systemd", env, machine.paths);

  return {
    home,
    identity,
    machine,
    places,
    service: new SystemdService(machine, identity, places),
    /** From now on the program answers so for this verb. */
    answer(
      program: "systemctl" | "loginctl",
      verb: string,
      { stdout = "", stderr = "", code = 0 }: Recorded,
    ): void {
      const file = home.at("bin", `${program}.${verb}`);
      writeFileSync(`${file}.out`, stdout);
      writeFileSync(`${file}.err`, stderr);
      writeFileSync(`${file}.code`, String(code));
    },
    /** Answers to `show`, as systemd gives them for a unit that it loaded from our file. */
    shows(properties: Readonly<Record<string, string>> = {}): void {
      const all = {
        Id: identity.name,
        LoadState: "loaded",
        ActiveState: "active",
        SubState: "running",
        FragmentPath: identity.path,
        MainPID: "177",
        ExecMainStatus: "0",
        ExecMainCode: "0",
        Result: "success",
        NRestarts: "0",
        KillMode: "control-group",
        StartLimitBurst: "10",
        ...properties,
      };
      const stdout = Object.entries(all).map(([name, value]) => `${name}=${value}\n`);
      this.answer("systemctl", "show", { stdout: stdout.join("") });
    },
    /** The orders that changed something, without the flags that all of them have. */
    orders(): string[] {
      const calls = existsSync(home.at("bin/calls")) ? readFileSync(home.at("bin/calls"), "utf8") : "";
      return calls
        .split("\n")
        .filter((line) => line.startsWith("systemctl ") && !/ (?:show|is-enabled|reset-failed)/.test(line))
        .map((line) => line.replace("systemctl --user --no-pager ", ""));
    },
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}
