import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { TempHome } from "../../support/index.ts";
import { beganAt } from "../running.ts";

export interface FakeSystemd extends Disposable {
  /** Put before `PATH`, and the supervisor that is meant. */
  readonly env: Readonly<Record<string, string>>;
  /** What was asked so far, one line each. */
  calls(): string[];
  /** From now on: verbs that hang, verbs that fail with a text, starts that start nothing. */
  fault(faults: {
    readonly hang?: readonly string[];
    readonly fail?: Readonly<Record<string, string>>;
    readonly startNothing?: boolean;
  }): Promise<void>;
  /** What a unit's programs print. */
  journal(unit: string): string;
}

/** Makes `systemctl`, `journalctl` and `loginctl` for one home; what they started ends with the test. */
export async function fakeSystemd(home: TempHome): Promise<FakeSystemd> {
  const bin = home.at("fake-bin");
  await mkdir(bin, { recursive: true });
  for (const tool of ["systemctl", "journalctl", "loginctl"]) {
    const path = join(bin, tool);
    const [look, program] = ["look.sh", "program.ts"].map((name) => join(import.meta.dir, name));
    await Bun.write(
      path,
      `#!/bin/sh\ntool=${tool}\n. "${look}"\nexec "${process.execPath}" "${program}" ${tool} "$@"\n`,
    );
    await chmod(path, 0o755);
  }
  const root = home.at(".fake-systemd");
  return {
    env: { PATH: `${bin}:${process.env["PATH"] ?? ""}`, OPENCLAW_SERVICE_MANAGER: "systemd" },
    calls: () =>
      existsSync(join(root, "calls.log"))
        ? readFileSync(join(root, "calls.log"), "utf8").trimEnd().split("\n")
        : [],
    async fault(faults) {
      await mkdir(root, { recursive: true });
      await Bun.write(join(root, "faults.json"), JSON.stringify(faults));
    },
    journal: (unit) =>
      existsSync(join(root, "journal", unit)) ? readFileSync(join(root, "journal", unit), "utf8") : "",
    [Symbol.dispose]() {
      const run = join(root, "run");
      for (const unit of existsSync(run) ? readdirSync(run) : []) {
        const pid = Number(readFileSync(join(run, unit), "utf8"));
        if (beganAt(pid) === readFileSync(join(root, "began", unit), "utf8")) process.kill(pid, "SIGKILL");
      }
    },
  };
}
