import { noSupervisor, ServiceError } from "../errors.ts";
import type { ServiceMachine, ToolAnswer } from "../machine.ts";
import { readTask, type TaskFields } from "./task-reading.ts";

/** A change that takes longer has hung: the Task Scheduler's service does that when it waits for a domain controller. */
const CHANGE_TIMEOUT_MS = 15_000;

/** A question that takes longer is not answered. */
const QUESTION_TIMEOUT_MS = 5_000;

/** All tasks with all their facts are some hundred lines. */
const LIST_TIMEOUT_MS = 15_000;

/** `SCHED_S_TASK_RUNNING`: what stands as the last result of a task that runs. */
const RUNNING = 267_009;

/** True for a last result that is the Task Scheduler's own (never run, queued, ended by somebody), no exit code. */
export function isSchedulerCode(result: number): boolean {
  return result >= 0x41300 && result <= 0x413ff;
}

/** `schtasks` failed. Its words are in the language of the machine; only the exit code and two well-known texts are read. */
export interface Refusal {
  readonly ok: false;
  readonly reason: "denied" | "missing" | "timeout" | "failed";
  readonly exitCode: number;
  /** What it said, on one line. */
  readonly detail: string;
}

export type Answer = { readonly ok: true; readonly text: string } | Refusal;

/** What became of the search for a task. */
export type TaskSearch =
  | { readonly state: "found"; readonly xml: string; readonly task: TaskFields }
  | { readonly state: "missing" }
  | { readonly state: "unknown"; readonly refusal: Refusal };

/** A line of the list of all tasks. */
export interface ListedTask {
  /** With its folder: `\OpenClaw Gateway`. */
  readonly path: string;
  readonly name: string;
  readonly command: string;
  readonly running: boolean;
}

/** What a task did last. */
export interface TaskRun {
  readonly running: boolean;
  /** The exit code, or a code of the Task Scheduler. */
  readonly lastResult: number | undefined;
}

/** The Task Scheduler, through its own program. Nothing it says is believed where it can be read back. */
export class TaskScheduler {
  constructor(private readonly machine: ServiceMachine) {}

  create(name: string, xmlPath: string): Promise<Answer> {
    return this.#ask(["/Create", "/F", "/TN", name, "/XML", xmlPath], CHANGE_TIMEOUT_MS);
  }

  delete(name: string): Promise<Answer> {
    return this.#ask(["/Delete", "/F", "/TN", name], CHANGE_TIMEOUT_MS);
  }

  /** Success says that the wish was heard, not that anything started. */
  run(name: string): Promise<Answer> {
    return this.#ask(["/Run", "/TN", name], CHANGE_TIMEOUT_MS);
  }

  end(name: string): Promise<Answer> {
    return this.#ask(["/End", "/TN", name], CHANGE_TIMEOUT_MS);
  }

  change(name: string, to: "/ENABLE" | "/DISABLE"): Promise<Answer> {
    return this.#ask(["/Change", "/TN", name, to], CHANGE_TIMEOUT_MS);
  }

  /** The task as it is registered. */
  async find(name: string): Promise<TaskSearch> {
    const answer = await this.#ask(["/Query", "/TN", name, "/XML"], QUESTION_TIMEOUT_MS);
    if (answer.ok) {
      const task = readTask(answer.text);
      if (task !== undefined) return { state: "found", xml: answer.text, task };
      const detail = "schtasks /Query /XML printed no task.";
      return { state: "unknown", refusal: { ok: false, reason: "failed", exitCode: 0, detail } };
    }
    if (answer.reason === "missing") return { state: "missing" };
    // In another language "not found" is told by the list: it has no such name.
    const absent = answer.reason === "failed" && (await this.names())?.includes(name) === false;
    return absent ? { state: "missing" } : { state: "unknown", refusal: answer };
  }

  /** Whether it runs. By numbers and places alone: the words are in the language of the machine. */
  async runOf(name: string): Promise<TaskRun | undefined> {
    const answer = await this.#ask(["/Query", "/TN", name, "/V", "/FO", "CSV", "/NH"], QUESTION_TIMEOUT_MS);
    if (!answer.ok) return undefined;
    const [fields] = rowsOf(answer.text);
    const lastResult = Number(fields?.[COLUMN.lastResult] ?? "");
    return Number.isInteger(lastResult)
      ? { running: lastResult === RUNNING, lastResult }
      : { running: false, lastResult: undefined };
  }

  /** The names of all tasks in the top folder; `undefined` when they cannot be listed. */
  async names(): Promise<readonly string[] | undefined> {
    const answer = await this.#ask(["/Query", "/FO", "CSV", "/NH"], LIST_TIMEOUT_MS);
    if (!answer.ok) return undefined;
    return rowsOf(answer.text).flatMap(([path = ""]) => {
      const name = path.replace(/^\\/, "");
      return name === "" || name.includes("\\") ? [] : [name];
    });
  }

  /** All tasks of this machine that this account may see; empty when they cannot be listed. */
  async list(): Promise<readonly ListedTask[]> {
    const answer = await this.#ask(["/Query", "/V", "/FO", "CSV", "/NH"], LIST_TIMEOUT_MS);
    if (!answer.ok) return [];
    const tasks = rowsOf(answer.text).map((fields) => {
      const path = fields[COLUMN.path] ?? "";
      return {
        path,
        name: path.slice(path.lastIndexOf("\\") + 1),
        command: fields[COLUMN.command] ?? "",
        running: fields[COLUMN.lastResult] === String(RUNNING),
      };
    });
    // A task has a line for each of its triggers.
    return [...new Map(tasks.map((task) => [task.path, task])).values()];
  }

  async #ask(args: readonly string[], timeoutMs: number): Promise<Answer> {
    const answer = await this.machine.run("schtasks", args, { timeoutMs });
    if (answer === undefined) throw noSupervisor();
    if (answer.exitCode === 0 && !answer.timedOut) return { ok: true, text: answer.stdout };
    return refusalOf(answer, timeoutMs);
  }
}

/** Turns a refusal into the error for a person. */
export function refused(what: string, { reason, detail }: Refusal): ServiceError {
  switch (reason) {
    case "denied":
      return new ServiceError("access-denied", `Windows refused to ${what}: ${detail}`, [
        "Run the same command in a terminal that was opened with: Run as administrator",
      ]);
    case "missing":
      return new ServiceError("not-installed", `There is no such task: ${detail}`, [
        "Install it: openclaw gateway install",
      ]);
    case "timeout":
      return new ServiceError("timeout", `The Task Scheduler did not answer when asked to ${what}.`, [
        "Look whether its service runs: sc query Schedule",
      ]);
    case "failed":
      return new ServiceError("failed", `The Task Scheduler did not ${what}: ${detail}`, [
        "Look at its own view: taskschd.msc",
      ]);
  }
}

/** Columns of `/V /FO CSV`: their order is the same in every language. */
const COLUMN = { path: 1, lastResult: 6, command: 8 } as const;

/** Quotes inside a field are not always doubled, so a field ends where the next begins. */
function rowsOf(text: string): string[][] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('"') && line.endsWith('"'))
    .map((line) => line.slice(1, -1).split('","'))
    .map((fields) => fields.map((field) => field.replaceAll('""', '"')));
}

function refusalOf({ exitCode, stdout, stderr, timedOut }: ToolAnswer, timeoutMs: number): Refusal {
  const said = (stderr.trim() || stdout.trim()).replaceAll(/\s+/g, " ");
  if (timedOut) {
    return { ok: false, reason: "timeout", exitCode, detail: `no answer within ${timeoutMs / 1000} s` };
  }
  const reason = /access is denied/i.test(said)
    ? "denied"
    : /cannot find the (?:file|path) specified/i.test(said)
      ? "missing"
      : "failed";
  return { ok: false, reason, exitCode, detail: said || `exit code ${exitCode}` };
}
