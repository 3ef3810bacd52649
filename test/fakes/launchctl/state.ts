import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { printedJob } from "./answers.ts";
import type { LoadedJob, Run } from "./job.ts";

/** How this double misbehaves; every field is a way in which the real one does. */
export interface Faults {
  /** False: nobody is logged in at the desktop (ssh, a machine that has just started). */
  session: boolean;
  /** So many bootstraps after a bootout are answered with error 5. */
  ioErrorsAfterBootout: number;
  /** So many bootstraps are answered with error 37 although they are carried out. */
  inProgress: number;
  /** The order is taken, the answer is 36, and the job goes some time later. */
  slowBootout: boolean;
  /** So many bootstraps fail for good, with these words. */
  bootstrapFails: string;
  bootstrapFailures: number;
  /** Labels that the machine itself has loaded. */
  systemJobs: string[];
  /** Between two starts; ten seconds in the real one. */
  throttleMs: number;
}

const NO_FAULTS: Faults = {
  session: true,
  ioErrorsAfterBootout: 0,
  inProgress: 0,
  slowBootout: false,
  bootstrapFails: "",
  bootstrapFailures: 1,
  systemJobs: [],
  throttleMs: 100,
};

/** The double's memory: a folder below the home, which is all that a program it stands in for is told. */
export class LaunchdState {
  readonly dir: string;

  constructor(home: string) {
    this.dir = join(home, ".launchd-double");
  }

  get faults(): Faults {
    return { ...NO_FAULTS, ...this.read<Partial<Faults>>("faults.json", {}) };
  }

  setFaults(change: Partial<Faults>): void {
    this.write("faults.json", { ...this.faults, ...change });
  }

  get disabled(): Record<string, boolean> {
    return this.read<Record<string, boolean>>("disabled.json", {});
  }

  setDisabled(label: string, disabled: boolean): void {
    this.write("disabled.json", { ...this.disabled, [label]: disabled });
  }

  jobDir(label: string): string {
    return join(this.dir, "jobs", label);
  }

  job(label: string): LoadedJob | undefined {
    return this.read<LoadedJob | undefined>(join("jobs", label, "job.json"), undefined);
  }

  run(label: string): Run | undefined {
    return this.read<Run | undefined>(join("jobs", label, "run.json"), undefined);
  }

  /** Keeps what became of a job, and the answer to who asks for it. */
  save(job: LoadedJob, run: Run | undefined): void {
    this.write(join("jobs", job.label, "print.txt"), printedJob(job, run));
    this.write(join("jobs", job.label, run === undefined ? "job.json" : "run.json"), run ?? job);
  }

  /** Tells the runner of a job what to do. */
  order(label: string, order: "stop" | "kick" | "kill"): void {
    try {
      writeFileSync(join(this.jobDir(label), `order-${order}`), "");
    } catch {
      // The job has gone meanwhile; a folder made for the order would be a job that nobody ends.
    }
  }

  read<Value>(name: string, missing: Value): Value {
    try {
      // The double alone writes these files.
      const value: Value = JSON.parse(readFileSync(join(this.dir, name), "utf8"));
      return value;
    } catch {
      return missing;
    }
  }

  write(name: string, value: unknown): void {
    const path = join(this.dir, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, typeof value === "string" ? value : JSON.stringify(value));
    renameSync(`${path}.${process.pid}`, path);
  }
}
