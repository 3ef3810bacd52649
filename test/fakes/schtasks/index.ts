import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { endWithTests } from "../../support/leftovers.ts";
import { beganAt } from "../running.ts";
import type { Failures } from "./schtasks.ts";

export type { Failures } from "./schtasks.ts";
export { argumentsOf } from "./command-line.ts";

/** The Task Scheduler of a test. */
export interface FakeScheduler extends Disposable {
  /** A `PATH` on which its `schtasks` is the first. */
  readonly path: string;
  /** The command lines it was called with. */
  calls(): readonly (readonly string[])[];
  /** The XML of a task as it is registered; `undefined` when there is none. */
  xmlOf(name: string): string | undefined;
  pidOf(name: string): number | undefined;
  /** Puts a task there without the program, as an earlier version may have left it. */
  plant(name: string, xml: string): void;
  fail(failures: Failures): void;
}

/** Makes a double of `schtasks` whose tasks are kept in `folder`. What its tasks run ends with it. */
export function fakeScheduler(folder: string): FakeScheduler {
  const bin = join(folder, "bin");
  const tasks = join(folder, "tasks");
  mkdirSync(bin, { recursive: true });
  mkdirSync(tasks, { recursive: true });
  const program = join(bin, "schtasks");
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const script = join(import.meta.dir, "schtasks.ts");
  writeFileSync(program, `#!/bin/sh\nexec ${[process.execPath, script, folder].map(quote).join(" ")} "$@"\n`);
  chmodSync(program, 0o755);
  const read = (name: string): { xml?: string; pid?: number; began?: string } => {
    const file = join(tasks, encodeURIComponent(name));
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  };
  const end = () => {
    if (!existsSync(tasks)) return;
    for (const file of readdirSync(tasks)) {
      const { pid, began } = read(decodeURIComponent(file));
      if (pid !== undefined && beganAt(pid) === began) killGroup(pid);
    }
  };
  const settled = endWithTests(end);
  return {
    path: [bin, dirname(process.execPath), process.env.PATH ?? ""].join(":"),
    calls: () =>
      readFileSync(join(folder, "calls.log"), "utf8")
        .trim()
        .split("\n")
        .map((line): string[] => JSON.parse(line)),
    xmlOf: (name) => read(name).xml,
    pidOf: (name) => {
      const file = join(folder, `${encodeURIComponent(name)}.result.pid`);
      return existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
    },
    plant: (name, xml) =>
      writeFileSync(join(tasks, encodeURIComponent(name)), JSON.stringify({ xml, lastResult: 0 })),
    fail: (failures) => writeFileSync(join(folder, "failures.json"), JSON.stringify(failures)),
    [Symbol.dispose]() {
      settled();
      end();
    },
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
