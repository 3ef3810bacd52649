import { pause } from "../../lib/clock.ts";
import { processIdentity } from "../../lib/process-identity.ts";
import { ServiceError } from "../errors.ts";
import type { ServiceMachine } from "../machine.ts";
import { EXIT_TIMEOUT_SECONDS } from "./agent.ts";
import { type JobState, type Launchctl, noSession, type Refusal } from "./launchctl.ts";

/** An unloaded job may take its whole exit time to go, and until then launchd takes no new one. */
const LOAD_TIMEOUT_MS = (EXIT_TIMEOUT_SECONDS + 10) * 1_000;

/** The same time for seeing it unloaded. */
const UNLOAD_TIMEOUT_MS = (EXIT_TIMEOUT_SECONDS + 10) * 1_000;

/** A process that launchd no longer knows has been killed by then. */
const DEATH_TIMEOUT_MS = 20_000;

/** First and longest wait between two tries: a teardown is mostly over at once, and asking costs launchd something. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1_000;

/** Refusals of a bootstrap that pass by themselves: the job before is still being taken down, or this one is there. */
const PASSING: readonly Refusal[] = ["busy", "in-progress", "already-loaded", "not-loaded"];

/** One job of this user: loads, unloads and kicks it, and says so only when launchd shows it. */
export class LaunchdJob {
  readonly #processes = processIdentity();

  constructor(
    private readonly machine: ServiceMachine,
    private readonly launchctl: Launchctl,
    readonly label: string,
  ) {}

  state(): Promise<JobState> {
    return this.launchctl.job(this.label);
  }

  /** Loads the job and with it starts the gateway. Resolves when launchd shows it. @throws ServiceError */
  async load(plistPath: string): Promise<void> {
    const { domain } = this.launchctl;
    let last = "launchctl print does not show it";
    const loaded = await this.#poll(LOAD_TIMEOUT_MS, async () => {
      const verdict = await this.launchctl.bootstrap(plistPath);
      if (!verdict.ok) {
        last = verdict.detail;
        if (verdict.refusal === "no-session") throw noSession(domain, last);
        if (!PASSING.includes(verdict.refusal)) throw this.#notLoaded(last);
      }
      // Whatever bootstrap answers, also that it is done: what counts is that the job is there.
      return (await this.state()).state === "loaded";
    });
    if (!loaded) throw this.#notLoaded(last);
  }

  /**
   * Unloads the job and with it stops the gateway. Resolves when launchd does not show it any more and its process is gone;
   * false when there was nothing to unload. @throws ServiceError
   */
  async unload(): Promise<boolean> {
    const before = await this.state();
    if (before.state === "absent" || before.state === "no-session") return false;
    const pids = new Set<number>();
    const remember = (seen: JobState) => {
      if (seen.state === "loaded" && seen.facts.pid !== undefined) pids.add(seen.facts.pid);
    };
    remember(before);
    const verdict = await this.launchctl.bootout(this.label);
    if (!verdict.ok && verdict.refusal === "other") {
      throw this.#notUnloaded(`launchctl bootout: ${verdict.detail}`);
    }
    const unloaded = await this.#poll(UNLOAD_TIMEOUT_MS, async () => {
      const seen = await this.state();
      remember(seen);
      return seen.state === "absent" || seen.state === "no-session";
    });
    if (!unloaded) throw this.#notUnloaded("launchd still shows it");
    const alive = () => [...pids].filter((pid) => this.#processes.isRunning(pid, undefined));
    if (!(await this.#poll(DEATH_TIMEOUT_MS, () => alive().length === 0))) {
      throw this.#notUnloaded(`it is unloaded, but process ${alive().join(", ")} is still there`);
    }
    return true;
  }

  /** Starts the loaded job, `kill` ends the process that runs first; false when the job is not loaded. @throws ServiceError */
  async kick({ kill }: { readonly kill: boolean }): Promise<boolean> {
    let last = "";
    let there = true;
    const done = await this.#poll(LOAD_TIMEOUT_MS, async () => {
      const verdict = await this.launchctl.kickstart(this.label, { kill });
      if (verdict.ok) return true;
      last = verdict.detail;
      if (verdict.refusal === "no-session") throw noSession(this.launchctl.domain, last);
      there = verdict.refusal !== "not-loaded";
      if (there && verdict.refusal === "other") throw this.#failed(`could not be started: ${last}`);
      return !there;
    });
    if (!done) throw this.#failed(`could not be started: ${last}`);
    return there;
  }

  /** Waits until the process that ran before a restart is gone. @throws ServiceError */
  async gone(pid: number | undefined): Promise<void> {
    if (pid === undefined) return;
    const gone = await this.#poll(UNLOAD_TIMEOUT_MS, () => !this.#processes.isRunning(pid, undefined));
    if (!gone) throw this.#failed(`was restarted, but process ${pid} of before is still there`);
  }

  async #poll(timeoutMs: number, done: () => boolean | Promise<boolean>): Promise<boolean> {
    const { clock } = this.machine;
    const deadline = clock.monotonic() + timeoutMs;
    for (let wait = FIRST_WAIT_MS; !(await done()); wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      if (clock.monotonic() >= deadline) return false;
      await pause(clock, wait);
    }
    return true;
  }

  #notLoaded(detail: string): ServiceError {
    return this.#failed(`could not be loaded: ${detail}`, [
      `Look at it with: launchctl print ${this.launchctl.target(this.label)}`,
    ]);
  }

  #notUnloaded(detail: string): ServiceError {
    return this.#failed(`could not be stopped: ${detail}`, [
      `Stop it from a terminal of the desktop session: launchctl bootout ${this.launchctl.target(this.label)}`,
    ]);
  }

  #failed(what: string, hints: readonly string[] = []): ServiceError {
    return new ServiceError("failed", `The LaunchAgent ${this.label} ${what}`, hints);
  }
}
