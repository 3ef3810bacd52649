import { ServiceError } from "../errors.ts";
import type { ServiceMachine } from "../machine.ts";
import type { InstalledCommand, ServiceDefinition } from "../service.ts";
import type { AgentFiles, FormerFiles } from "./files.ts";
import { type Handoff, handOff, isBelow } from "./inside.ts";
import type { LaunchdJob } from "./job.ts";
import type { JobState, Launchctl } from "./launchctl.ts";
import type { JobFacts } from "./print.ts";

/** What there was before a definition is replaced. */
export interface Former {
  readonly job: JobState;
  readonly disabled: boolean;
  readonly files: FormerFiles;
}

/** Brings a definition into effect: with a way back, and also from inside the job that it is about. */
export class Activation {
  constructor(
    private readonly machine: ServiceMachine,
    private readonly launchctl: Launchctl,
    private readonly job: LaunchdJob,
    private readonly files: AgentFiles,
    private readonly plistPath: string,
  ) {}

  async former(): Promise<Former> {
    const [job, disabled] = await Promise.all([this.job.state(), this.launchctl.isDisabled(this.job.label)]);
    return { job, disabled: disabled === true, files: this.files.former() };
  }

  /**
   * Writes a definition and runs it, `enable` also one that was disabled; when that fails, what was there before is there
   * again. True when the rest is left to another process. @throws ServiceError
   */
  async replace(former: Former, definition: ServiceDefinition, enable: boolean): Promise<boolean> {
    try {
      this.files.write(definition);
      if (enable) await this.launchctl.enable(this.job.label);
      return await this.reload(former.job);
    } catch (error) {
      await this.goBack(former, error);
      throw error;
    }
  }

  /** Has launchd read the property list anew and starts the gateway; true when that is left to another process. */
  async reload(job: JobState): Promise<boolean> {
    if (await this.isInside(job)) {
      this.handOff("reload");
      return true;
    }
    await this.job.unload();
    await this.job.load(this.plistPath);
    return false;
  }

  /** Starts a job that does not run, loaded or not. */
  async startIdle(): Promise<void> {
    if (await this.job.kick({ kill: false })) return;
    await this.job.load(this.plistPath);
    await this.job.kick({ kill: false });
  }

  /** Restarts a loaded job; true when that is left to another process. */
  async restart(facts: JobFacts, command: InstalledCommand | undefined): Promise<boolean> {
    const job: JobState = { state: "loaded", facts };
    if (command !== undefined && isOutdated(facts, command)) return this.reload(job);
    if (await this.isInside(job)) {
      this.handOff("kickstart");
      return true;
    }
    if (await this.job.kick({ kill: true })) await this.job.gone(facts.pid);
    else await this.job.load(this.plistPath);
    return false;
  }

  /** This process would be ended together with the job. */
  isInside(job: JobState): Promise<boolean> {
    return isBelow(this.machine, job.state === "loaded" ? job.facts.pid : undefined);
  }

  handOff(step: Handoff): void {
    const { domain } = this.launchctl;
    const target = this.launchctl.target(this.job.label);
    handOff(this.machine, step, { target, domain, plistPath: this.plistPath });
  }

  private async goBack(former: Former, error: unknown): Promise<void> {
    this.files.restore(former.files);
    try {
      if (former.job.state === "loaded") await this.reload(former.job);
      if (former.disabled) await this.launchctl.disable(this.job.label);
    } catch (second) {
      const [first, then] = [error, second].map((one) => (one instanceof Error ? one.message : String(one)));
      throw new ServiceError(
        "failed",
        `${first}. The service of before was put back, but: ${then}`,
        ["Start it with: openclaw gateway start"],
        { cause: error },
      );
    }
  }
}

/** launchd still runs another definition than the file has. */
function isOutdated({ programArguments, environment }: JobFacts, command: InstalledCommand): boolean {
  const { programArguments: wanted, environment: variables, environmentValueSources: sources } = command;
  const inline = Object.entries(variables).filter(([name]) => sources[name] === "inline");
  return (
    (programArguments !== undefined && programArguments.join("\n") !== wanted.join("\n")) ||
    (environment !== undefined && inline.some(([name, value]) => environment[name] !== value))
  );
}
