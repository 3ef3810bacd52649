import { existsSync, readFileSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TempHome } from "../../support/index.ts";

export interface FakeSsh {
  /** Puts it before `PATH`. */
  readonly env: Readonly<Record<string, string>>;
  /** How it was called: its process and its arguments. */
  calls(): { readonly pid: number; readonly argv: string }[];
}

/** Makes an `ssh` that tunnels on this machine. */
export async function fakeSsh(home: TempHome): Promise<FakeSsh> {
  const program = join(import.meta.dir, "program.ts");
  const path = await home.write("ssh-bin/ssh", `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  await chmod(path, 0o755);
  const log = home.at("ssh-calls.log");
  return {
    env: { PATH: `${dirname(path)}:${process.env["PATH"] ?? ""}` },
    calls: () =>
      (existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : []).map((line) => {
        const [pid = "", ...argv] = line.split(" ");
        return { pid: Number(pid), argv: argv.join(" ") };
      }),
  };
}
