import { noSupervisor, ServiceError } from "../errors.ts";
import type { ServiceMachine, ToolAnswer } from "../machine.ts";
import { isDisabledIn, type JobFacts, parseJob } from "./print.ts";

/** Why launchctl refused, as far as it matters here. */
export type Refusal = "not-loaded" | "no-session" | "in-progress" | "already-loaded" | "busy" | "other";

/** How an order to launchd ended. */
export type Verdict =
  { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal; readonly detail: string };

/** What launchd knows of a job. */
export type JobState =
  | { readonly state: "loaded"; readonly facts: JobFacts }
  | { readonly state: "absent" }
  | { readonly state: "no-session" | "unknown"; readonly detail: string };

/** Looking is quick; launchd that hangs must not hang us. */
const LOOK_TIMEOUT_MS = 5_000;

/** launchctl's own words first: the numbers are those of the C library and mean several things. */
const REFUSALS: readonly {
  readonly refusal: Refusal;
  readonly words: RegExp;
  readonly codes: readonly number[];
}[] = [
  {
    refusal: "no-session",
    words: /domain does not support specified action|could not find domain/i,
    codes: [112, 125],
  },
  { refusal: "not-loaded", words: /could not find service|no such process/i, codes: [3, 113] },
  { refusal: "in-progress", words: /operation (?:now|already) in progress/i, codes: [36, 37] },
  {
    refusal: "already-loaded",
    words: /already (?:exists in domain|bootstrapped|loaded)|file exists/i,
    codes: [17, 130, 133],
  },
  { refusal: "busy", words: /input\/output error/i, codes: [5] },
];

/** launchd's own program, for the jobs of the person at the desktop. */
export class Launchctl {
  /** Jobs of a desktop session. */
  readonly domain: string;

  constructor(private readonly machine: ServiceMachine) {
    this.domain = `gui/${machine.env.system.uid}`;
  }

  target(label: string): string {
    return `${this.domain}/${label}`;
  }

  /** What launchd knows of a job of ours, or of the system's. */
  async job(label: string, domain = this.domain): Promise<JobState> {
    const verdict = await this.ask(["print", `${domain}/${label}`]);
    if (verdict.ok) return { state: "loaded", facts: parseJob(verdict.stdout) };
    if (verdict.refusal === "not-loaded") return { state: "absent" };
    const state = verdict.refusal === "no-session" ? "no-session" : "unknown";
    return { state, detail: verdict.detail };
  }

  /** Nobody is logged in at the desktop, so there is nowhere to load a job; with launchctl's words. */
  async missingSession(): Promise<string | undefined> {
    const verdict = await this.ask(["print", this.domain]);
    return !verdict.ok && verdict.refusal === "no-session" ? verdict.detail : undefined;
  }

  /** The operator has disabled the job; `undefined` when launchd does not say. */
  async isDisabled(label: string): Promise<boolean | undefined> {
    // Both domains share the list; that of the account is there without a desktop session, too.
    for (const domain of [this.domain, `user/${this.machine.env.system.uid}`]) {
      const verdict = await this.ask(["print-disabled", domain]);
      if (verdict.ok) return isDisabledIn(verdict.stdout, label);
    }
    return undefined;
  }

  /** Makes launchd forget that the job was disabled. @throws ServiceError */
  async enable(label: string): Promise<void> {
    await this.must(["enable", this.target(label)], "enabled");
  }

  /** Keeps the job from being loaded, also after the next start of the machine. @throws ServiceError */
  async disable(label: string): Promise<void> {
    await this.must(["disable", this.target(label)], "disabled");
  }

  bootstrap(plistPath: string): Promise<Verdict> {
    return this.order(["bootstrap", this.domain, plistPath]);
  }

  bootout(label: string): Promise<Verdict> {
    return this.order(["bootout", this.target(label)]);
  }

  /** Starts a loaded job; `kill` ends the one that runs first. */
  kickstart(label: string, { kill }: { readonly kill: boolean }): Promise<Verdict> {
    return this.order(["kickstart", ...(kill ? ["-k"] : []), this.target(label)]);
  }

  private async must(args: readonly string[], done: string): Promise<void> {
    const verdict = await this.order(args);
    if (verdict.ok) return;
    if (verdict.refusal === "no-session") throw noSession(this.domain, verdict.detail);
    throw new ServiceError("failed", `The LaunchAgent could not be ${done}: ${verdict.detail}`);
  }

  private async order(args: readonly string[]): Promise<Verdict> {
    return verdictOf(await this.run(args));
  }

  private async ask(
    args: readonly string[],
  ): Promise<{ readonly ok: true; readonly stdout: string } | Extract<Verdict, { ok: false }>> {
    const answer = await this.run(args, LOOK_TIMEOUT_MS);
    const verdict = verdictOf(answer);
    return verdict.ok ? { ok: true, stdout: answer.stdout } : verdict;
  }

  private async run(args: readonly string[], timeoutMs?: number): Promise<ToolAnswer> {
    const answer = await this.machine.run("launchctl", args, timeoutMs === undefined ? {} : { timeoutMs });
    if (answer === undefined) throw noSupervisor();
    return answer;
  }
}

function verdictOf({ exitCode, stdout, stderr, timedOut }: ToolAnswer): Verdict {
  if (timedOut) return { ok: false, refusal: "other", detail: "launchctl did not answer in time" };
  if (exitCode === 0) return { ok: true };
  const text = (stderr.trim() || stdout.trim()).replaceAll(/\s*\n\s*/g, " ");
  const detail = text === "" ? `launchctl ended with ${exitCode}` : text;
  const known =
    REFUSALS.find(({ words }) => words.test(text)) ?? REFUSALS.find(({ codes }) => codes.includes(exitCode));
  return { ok: false, refusal: known?.refusal ?? "other", detail };
}

/** There is no desktop session to load a job into. */
export function noSession(domain: string, detail: string): ServiceError {
  return new ServiceError("no-session", `No desktop session of this user is open (${domain}): ${detail}`, [
    "Log in at the Mac's desktop as this user, without sudo, then repeat the command.",
    "Without a desktop, run it in the foreground: openclaw gateway run",
  ]);
}
