import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TempHome } from "../../support/index.ts";
import { until } from "../../support/index.ts";
import type { Run } from "./job.ts";
import { type Faults, LaunchdState } from "./state.ts";

export type { Run } from "./job.ts";
export type { Faults } from "./state.ts";

/**
 * A stand-in for launchd and its programs: `launchctl` and `plutil` as executables, with all they know in a folder of the
 * home. It starts and restarts the programs of its jobs, answers in the words of the real one, and fails as it does.
 */
export class FakeLaunchctl implements AsyncDisposable {
  /** To be put first in `PATH`. */
  readonly binDir: string;
  readonly #state: LaunchdState;

  constructor(home: TempHome) {
    this.binDir = home.at("double-bin");
    this.#state = new LaunchdState(home.path);
    mkdirSync(this.binDir, { recursive: true });
    this.#program("launchctl", "main.ts", `. '${join(import.meta.dir, "look.sh")}'\n`);
    this.#program("plutil", "plutil.ts");
  }

  /** The search path with the double first. */
  get path(): string {
    return `${this.binDir}:/usr/bin:/bin`;
  }

  fail(faults: Partial<Faults>): void {
    this.#state.setFaults(faults);
  }

  /** Every call so far, as one line of words each; looking around is left out. */
  get orders(): string[] {
    return this.calls.filter((call) => !/^print(?:-disabled)? /.test(call));
  }

  get calls(): string[] {
    const path = join(this.#state.dir, "calls.log");
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, "utf8").trim().split("\n");
    return lines.map((line) => {
      const words: unknown = JSON.parse(line);
      return Array.isArray(words) ? words.join(" ") : "";
    });
  }

  forgetCalls(): void {
    rmSync(join(this.#state.dir, "calls.log"), { force: true });
  }

  get disabled(): string[] {
    return Object.entries(this.#state.disabled).flatMap(([label, off]) => (off ? [label] : []));
  }

  isLoaded(label: string): boolean {
    return this.#state.job(label) !== undefined;
  }

  run(label: string): Run | undefined {
    return this.#state.run(label);
  }

  /** Waits until the job's program runs, as another process than `not`; returns its pid. */
  running(label: string, not?: number): Promise<number> {
    return until(`a process of ${label}`, () => {
      const pid = this.#state.run(label)?.pid;
      return pid === null || pid === undefined || pid === not ? undefined : pid;
    });
  }

  /** Unloads every job and waits until their processes are gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    const jobs = join(this.#state.dir, "jobs");
    const labels = existsSync(jobs) ? readdirSync(jobs) : [];
    for (const label of labels) this.#state.order(label, "stop");
    await until(
      "the double's jobs to end",
      () => labels.every((label) => !existsSync(join(jobs, label))),
      30_000,
    );
  }

  #program(name: string, source: string, before = ""): void {
    const path = join(this.binDir, name);
    writeFileSync(
      path,
      `#!/bin/sh\n${before}exec '${process.execPath}' '${join(import.meta.dir, source)}' "$@"\n`,
    );
    chmodSync(path, 0o755);
  }
}
